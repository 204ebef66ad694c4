// Kubernetes objects as a user writes them (manifests). live.ts adds what the cluster adds: uids, status,
// ReplicaSets, pods.

import type { Labels, RawObject } from "../../lib/model/kubernetes.ts";
import type { Fields } from "./fields.ts";

export interface ContainerOptions {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Labels;
  readonly ports?: readonly {
    readonly containerPort: number;
    readonly name?: string;
    readonly protocol?: string;
  }[];
  readonly securityContext?: Fields;
}

export interface PodTemplateOptions {
  /** Labels of the pods; absent: `app: <name>`. */
  readonly labels?: Labels;
  readonly annotations?: Labels;
  /** Absent: one container named after the workload. */
  readonly containers?: readonly ContainerOptions[];
  readonly initContainers?: readonly ContainerOptions[];
  readonly hostNetwork?: boolean;
  readonly nodeSelector?: Labels;
  readonly tolerations?: readonly Fields[];
  readonly affinity?: Fields;
}

export interface WorkloadOptions extends PodTemplateOptions {
  readonly objectLabels?: Labels;
  readonly objectAnnotations?: Labels;
  /** Absent: the pod labels. */
  readonly matchLabels?: Labels;
  readonly replicas?: number;
}

export function namespace(name: string, labels: Labels = {}, annotations: Labels = {}): RawObject {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels, ...(Object.keys(annotations).length > 0 && { annotations }) },
  };
}

export function deployment(namespace: string, name: string, options: WorkloadOptions = {}): RawObject {
  return workload("apps/v1", "Deployment", namespace, name, options, { replicas: options.replicas ?? 2 });
}

export function statefulSet(namespace: string, name: string, options: WorkloadOptions = {}): RawObject {
  const own = { replicas: options.replicas ?? 1, serviceName: name };
  return workload("apps/v1", "StatefulSet", namespace, name, options, own);
}

/** One pod on every node that its selector, affinity and tolerations admit. */
export function daemonSet(namespace: string, name: string, options: WorkloadOptions = {}): RawObject {
  const own = { updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "10%" } } };
  return workload("apps/v1", "DaemonSet", namespace, name, options, own);
}

/** Finished unless `running`. */
export function job(
  namespace: string,
  name: string,
  options: PodTemplateOptions & { readonly running?: boolean } = {},
): RawObject {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { namespace, name },
    spec: { completions: 1, parallelism: 1, template: jobTemplate(name, options) },
    ...(options.running === true && { status: { active: 1 } }),
  };
}

/** Has run once: one finished Job with its pod; with `running`, that Job is still at work. */
export function cronJob(
  namespace: string,
  name: string,
  options: PodTemplateOptions & { readonly running?: boolean; readonly schedule?: string } = {},
): RawObject {
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { namespace, name },
    spec: {
      schedule: options.schedule ?? "15 3 * * *",
      jobTemplate: { spec: { template: jobTemplate(name, options) } },
    },
    ...(options.running === true && { status: { active: [{}] } }),
  };
}

/** JobSpec: "Only a RestartPolicy equal to Never or OnFailure is allowed." The API server refuses a Job without. */
function jobTemplate(name: string, options: PodTemplateOptions) {
  const template = podTemplate(name, options);
  return { ...template, spec: { restartPolicy: "OnFailure", ...template.spec } };
}

/** A bare pod, owned by nobody. `phase` Succeeded or Failed makes it a finished one. */
export function pod(
  namespace: string,
  name: string,
  options: PodTemplateOptions & { readonly phase?: "Running" | "Pending" | "Succeeded" | "Failed" } = {},
): RawObject {
  const template = podTemplate(name, options);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...template.metadata, namespace, name },
    spec: template.spec,
    ...(options.phase !== undefined && { status: { phase: options.phase } }),
  };
}

export function service(
  namespace: string,
  name: string,
  options: {
    readonly selector?: Labels;
    readonly ports: readonly {
      readonly port: number;
      readonly name?: string;
      readonly protocol?: string;
      readonly targetPort?: number | string;
    }[];
    readonly type?: "ClusterIP" | "NodePort" | "LoadBalancer";
    readonly clusterIP?: string;
    readonly labels?: Labels;
    readonly annotations?: Labels;
    readonly sourceRanges?: readonly string[];
  },
): RawObject {
  const { labels, annotations, sourceRanges } = options;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { namespace, name, ...(labels && { labels }), ...(annotations && { annotations }) },
    spec: {
      ...(sourceRanges && { loadBalancerSourceRanges: sourceRanges }),
      type: options.type ?? "ClusterIP",
      ...(options.clusterIP !== undefined && { clusterIP: options.clusterIP }),
      ...(options.selector && { selector: options.selector }),
      ports: options.ports.map(toServicePort),
    },
  };
}

export function configMap(namespace: string, name: string, data: Labels, labels: Labels = {}): RawObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace, name, labels }, data };
}

export function customObject(
  apiVersion: string,
  kind: string,
  metadata: RawObject["metadata"],
  content: Fields = {},
): RawObject {
  return { apiVersion, kind, metadata, ...content };
}

function workload(
  apiVersion: string,
  kind: string,
  namespace: string,
  name: string,
  options: WorkloadOptions,
  own: Fields,
): RawObject {
  const template = podTemplate(name, options);
  return {
    apiVersion,
    kind,
    metadata: {
      namespace,
      name,
      labels: options.objectLabels ?? template.metadata.labels,
      ...(options.objectAnnotations && { annotations: options.objectAnnotations }),
    },
    spec: { ...own, selector: { matchLabels: options.matchLabels ?? template.metadata.labels }, template },
  };
}

function podTemplate(name: string, options: PodTemplateOptions) {
  const containers = options.containers ?? [{ name, image: `registry.example.com/${name}:1.0.0` }];
  return {
    metadata: {
      labels: options.labels ?? { app: name },
      ...(options.annotations && { annotations: options.annotations }),
    },
    spec: {
      ...(options.hostNetwork === true && { hostNetwork: true }),
      ...(options.nodeSelector && { nodeSelector: options.nodeSelector }),
      ...(options.tolerations && { tolerations: options.tolerations }),
      ...(options.affinity && { affinity: options.affinity }),
      ...(options.initContainers && { initContainers: options.initContainers.map(toContainer) }),
      containers: containers.map(toContainer),
    },
  };
}

function toContainer(options: ContainerOptions): Fields {
  const { env, ports, ...rest } = options;
  return {
    ...rest,
    ...(env && { env: Object.entries(env).map(([name, value]) => ({ name, value })) }),
    ...(ports && { ports: ports.map(withProtocol) }),
  };
}

function withProtocol(port: object): Fields {
  return { protocol: "TCP", ...port };
}

function toServicePort(port: { readonly port: number }): Fields {
  return { protocol: "TCP", targetPort: port.port, ...port };
}
