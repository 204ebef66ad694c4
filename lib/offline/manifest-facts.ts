// What the objects of the input are, kept by kind: the shape that everything after reading works on.
// Plain data; of two objects with one name the later stands, as with `kubectl apply`.

import type {
  AdmissionWebhook,
  ConfigMap,
  DaemonSet,
  Ingress,
  Job,
  Namespace,
  Node,
  OwnerReference,
  Pod,
  RawObject,
  Service,
} from "../model/kubernetes.ts";

/** A workload with a pod template: Deployment, StatefulSet, CronJob, … */
export interface TemplateWorkload {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly owner: OwnerReference | null;
  /** The pod that it makes; null where it makes none any more: a finished Job, a ReplicaSet of the past. */
  readonly pod: Pod | null;
}

export interface CustomObject {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly object: RawObject;
}

/** Keys are `namespace/name`, or the name of what is cluster-wide; of workloads and custom objects the kind too. */
export interface ManifestFacts {
  readonly namespaces: Map<string, Namespace>;
  /** Namespaces in which something stands. */
  readonly referredNamespaces: Set<string>;
  readonly pods: Map<string, Pod>;
  readonly workloads: Map<string, TemplateWorkload>;
  readonly jobs: Map<string, Job>;
  readonly services: Map<string, Service>;
  readonly ingresses: Map<string, Ingress>;
  /** By kind and name of their configuration. */
  readonly admissionWebhooks: Map<string, readonly AdmissionWebhook[]>;
  readonly daemonSets: Map<string, DaemonSet>;
  readonly nodes: Map<string, Node>;
  readonly configMaps: Map<string, ConfigMap>;
  readonly networkPolicies: Map<string, RawObject>;
  readonly customObjects: Map<string, CustomObject>;
}

export function emptyFacts(): ManifestFacts {
  return {
    namespaces: new Map(),
    referredNamespaces: new Set(),
    pods: new Map(),
    workloads: new Map(),
    jobs: new Map(),
    services: new Map(),
    ingresses: new Map(),
    admissionWebhooks: new Map(),
    daemonSets: new Map(),
    nodes: new Map(),
    configMaps: new Map(),
    networkPolicies: new Map(),
    customObjects: new Map(),
  };
}

/** In lower case, because kinds are unique without regard to it (API conventions, "Types (Kinds)"). */
export function workloadKey(kind: string, namespace: string, name: string): string {
  return `${namespace}/${kind.toLowerCase()}/${name}`;
}
