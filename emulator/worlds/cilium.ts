// Cilium as it lies in a cluster: agent, with the init container that makes its configuration, ConfigMap
// cilium-config and one CiliumEndpoint per managed pod.

import type { Labels, RawObject } from "../../lib/model/kubernetes.ts";
import type { ClusterPart } from "./cluster-part.ts";
import { part } from "./cluster-part.ts";
import { ON_LINUX, PRIVILEGED } from "./engine-placement.ts";
import { toFieldsAt } from "./fields.ts";
import { configMap, daemonSet, deployment } from "./objects.ts";

export interface CiliumOptions {
  /** Keys of ConfigMap cilium-config over the chart's own, such as `enable-policy` or `policy-audit-mode`. */
  readonly config?: Labels;
  readonly version?: string;
  readonly image?: string;
  readonly nodeSelector?: Labels;
  /** Pods, as `namespace/name` prefixes, that were started before Cilium and so have no CiliumEndpoint. */
  readonly unmanaged?: readonly string[];
}

/** In ENI mode unless `config` says otherwise (`cni-chaining-mode: aws-cni`). */
export function cilium(options: CiliumOptions = {}): ClusterPart {
  const image = options.image ?? `quay.io/cilium/cilium:${options.version ?? "v1.18.2"}`;
  const manifests = [
    configMap("kube-system", "cilium-config", {
      "cni-chaining-mode": "none",
      "enable-cilium-network-policy": "true",
      "enable-k8s-networkpolicy": "true",
      "enable-policy": "default",
      ipam: "eni",
      "policy-audit-mode": "false",
      "routing-mode": "native",
      ...options.config,
    }),
    agent(image, options.nodeSelector),
    operator(image),
  ];
  return part(manifests, (objects) => [...objects, ...ciliumEndpoints(objects, options.unmanaged ?? [])]);
}

function agent(image: string, nodeSelector: Labels | undefined): RawObject {
  return daemonSet("kube-system", "cilium", {
    ...ON_LINUX,
    labels: {
      "app.kubernetes.io/name": "cilium-agent",
      "app.kubernetes.io/part-of": "cilium",
      "k8s-app": "cilium",
    },
    matchLabels: { "k8s-app": "cilium" },
    nodeSelector: { ...ON_LINUX.nodeSelector, ...nodeSelector },
    initContainers: [{ name: "config", image, command: ["cilium-dbg", "build-config"] }],
    containers: [
      {
        name: "cilium-agent",
        image,
        command: ["cilium-agent"],
        args: ["--config-dir=/tmp/cilium/config-map"],
        securityContext: PRIVILEGED,
      },
    ],
  });
}

function operator(image: string): RawObject {
  return deployment("kube-system", "cilium-operator", {
    replicas: 1,
    labels: {
      "app.kubernetes.io/name": "cilium-operator",
      "io.cilium/app": "operator",
      name: "cilium-operator",
    },
    hostNetwork: true,
    containers: [{ name: "cilium-operator", image: image.replace("/cilium:", "/operator-aws:") }],
  });
}

/** A pod is managed by Cilium if, and only if, it has a CiliumEndpoint of the same name. */
function ciliumEndpoints(objects: readonly RawObject[], unmanaged: readonly string[]): readonly RawObject[] {
  const pods = objects.filter(
    (object) => object.kind === "Pod" && toFieldsAt(object, "spec")["hostNetwork"] !== true,
  );
  return pods
    .filter((pod) => toFieldsAt(pod, "status")["phase"] === "Running")
    .filter(
      ({ metadata }) =>
        !unmanaged.some((prefix) => `${metadata.namespace}/${metadata.name}`.startsWith(prefix)),
    )
    .map((pod) => {
      const { name, namespace = "default", uid = "" } = pod.metadata;
      return {
        apiVersion: "cilium.io/v2",
        kind: "CiliumEndpoint",
        metadata: {
          name,
          namespace,
          uid: `${uid.slice(0, -4)}cece`,
          ownerReferences: [{ apiVersion: "v1", kind: "Pod", name, uid }],
        },
        status: {
          state: "ready",
          networking: { addressing: [{ ipv4: toFieldsAt(pod, "status")["podIP"] }] },
        },
      };
    });
}
