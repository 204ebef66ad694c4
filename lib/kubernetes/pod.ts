// Pods, metadata-only and full. A cluster has 100,000 of them: what is equal is shared, and what decides
// nothing is dropped here.

import * as v from "valibot";

import type { Labels, Pod, PodDetail } from "../model/kubernetes.ts";
import { ContainerSchema } from "./container.ts";
import type { Interner } from "./interner.ts";
import { NO_LABELS, type ObjectMetadata, parseMetadata, requireNamespace } from "./object-metadata.ts";
import { parseObject } from "./parse-object.ts";

/** The annotations that decide something: each tells of an interface that an engine does not police. */
const KEPT_ANNOTATIONS: ReadonlySet<string> = new Set([
  "k8s.amazonaws.com/nicConfig",
  "k8s.v1.cni.cncf.io/networks",
  "v1.multus-cni.io/default-network",
  "vpc.amazonaws.com/pod-eni",
]);

/**
 * A pod chooses how long it may go on once it is deleted, a year if it likes, and talks all the while: then it is one
 * that runs. Drains wait for minutes.
 */
const MAX_GRACE_SECONDS = 600;

export function isTerminating({
  terminating,
  deletionGraceSeconds,
}: Pick<ObjectMetadata, "terminating" | "deletionGraceSeconds">): boolean {
  return terminating && (deletionGraceSeconds ?? 0) <= MAX_GRACE_SECONDS;
}

/** What the server filtered by, so that it is known without the spec. */
export interface Known {
  readonly hostNetwork: boolean;
  readonly finished: boolean;
}

export function toPodMetadata(item: unknown, known: Known, interner: Interner): Pod {
  return toPod(item, known, null, interner);
}

export function toFullPod(item: unknown, interner: Interner): Pod {
  const { hostNetwork, ...detail } = parseObject("Pod", PodSchema, item);
  // PodStatus.phase: both are final, "all containers have terminated".
  const finished = detail.phase === "Succeeded" || detail.phase === "Failed";
  return toPod(item, { hostNetwork, finished }, interner.detail(detail), interner);
}

function toPod(item: unknown, known: Known, detail: PodDetail | null, interner: Interner): Pod {
  const metadata = parseMetadata("Pod", item);
  return {
    namespace: interner.namespace(requireNamespace("Pod", metadata)),
    name: metadata.name,
    labels: interner.labels(metadata.labels),
    annotations: interner.annotations(keepDeciding(metadata.annotations)),
    owner: interner.owner(metadata.owner),
    createdAt: interner.time(metadata.createdAt),
    terminating: isTerminating(metadata),
    hostNetwork: known.hostNetwork,
    finished: known.finished,
    detail,
  };
}

function keepDeciding(annotations: Labels): Labels {
  if (!Object.keys(annotations).some(isDeciding)) return NO_LABELS;
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => isDeciding(key)));
}

export function isDeciding(annotation: string): boolean {
  return KEPT_ANNOTATIONS.has(annotation);
}

const Containers = v.nullish(v.array(ContainerSchema), []);

const ContainerStatuses = v.nullish(
  v.array(
    v.object({
      name: v.string(),
      ready: v.boolean(),
      restartCount: v.number(),
      // ContainerState: "If none of them is specified, the default one is ContainerStateWaiting."
      state: v.nullish(v.object({ running: v.nullish(v.unknown()) })),
    }),
  ),
  [],
);

const PodSchema = v.pipe(
  v.object({
    spec: v.object({
      // PodSpec.hostNetwork: "Default to false."
      hostNetwork: v.nullish(v.boolean(), false),
      // PodSpec.nodeName: "If empty, this pod is a candidate for scheduling".
      nodeName: v.nullish(v.string(), ""),
      containers: v.array(ContainerSchema),
      initContainers: Containers,
    }),
    status: v.object({
      phase: v.string(),
      podIP: v.nullish(v.string(), ""),
      podIPs: v.nullish(v.array(v.object({ ip: v.string() })), []),
      containerStatuses: ContainerStatuses,
      initContainerStatuses: ContainerStatuses,
      conditions: v.nullish(v.array(v.object({ type: v.string(), status: v.string() })), []),
    }),
  }),
  v.transform(({ spec, status }) => {
    const sidecars = spec.initContainers.filter(({ isSidecar }) => isSidecar);
    const names = new Set([...spec.containers, ...sidecars].map(({ container }) => container.name));
    return {
      hostNetwork: spec.hostNetwork,
      nodeName: spec.nodeName === "" ? null : spec.nodeName,
      phase: status.phase,
      podIPs: toAddresses(status.podIP, status.podIPs),
      containers: [...spec.containers, ...sidecars].map(({ container }) => container),
      containerStatuses: [...status.containerStatuses, ...status.initContainerStatuses]
        .filter(({ name }) => names.has(name))
        .map(({ name, ready, restartCount, state }) => ({
          name,
          ready,
          running: state?.running != null,
          restartCount,
        })),
      ...(isSilent(status.conditions) ? { silent: true as const } : {}),
    };
  }),
);

/**
 * Where a node does not report, the node lifecycle controller sets Ready of its pods to False and touches nothing else
 * (pkg/controller/util/node, MarkPodsNotReady): their containers stay ready. A kubelet that is back sets it right.
 */
function isSilent(conditions: readonly { readonly type: string; readonly status: string }[]): boolean {
  const statusOf = (wanted: string) => conditions.find(({ type }) => type === wanted)?.status;
  return statusOf("Ready") === "False" && statusOf("ContainersReady") === "True";
}

/** PodStatus.podIPs: "the 0th entry must match the podIP field"; servers before 1.16 send podIP alone. */
function toAddresses(podIP: string, podIPs: readonly { readonly ip: string }[]): readonly string[] {
  if (podIPs.length > 0) return podIPs.map(({ ip }) => ip);
  return podIP === "" ? [] : [podIP];
}
