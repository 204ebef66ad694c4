// One pod as the API server shows it: the template, plus what scheduler and kubelet wrote. Parts that all pods
// of a workload have in common are shared between them, so that a hundred thousand pods stay small.

import type { Labels, OwnerReference, RawObject } from "../../lib/model/kubernetes.ts";
import type { Fields } from "./fields.ts";
import { toFieldsAt, toLabels, toList, toText } from "./fields.ts";
import { toHex, toUid } from "./identity.ts";

/** Old enough that nothing in a world counts as "just started". */
const PODS_CREATED_AT = "2026-10-05T06:12:00Z";
const PODS_STARTED_AT = "2026-10-05T06:12:09Z";

/** What all pods of one template have in common. */
export interface PodMold {
  readonly labels: Labels;
  readonly annotations: Labels | null;
  readonly spec: Fields;
  readonly hostNetwork: boolean;
  readonly running: { readonly conditions: readonly Fields[]; readonly containerStatuses: readonly Fields[] };
  readonly finished: {
    readonly conditions: readonly Fields[];
    readonly containerStatuses: readonly Fields[];
  };
}

export interface PodPlace {
  readonly nodeName: string;
  readonly hostIP: string;
  readonly podIP: string;
  /** Its node does not report. */
  readonly isSilent: boolean;
}

export interface PodIdentity {
  readonly clusterName: string;
  readonly namespace: string;
  readonly name: string;
  readonly generateName?: string;
  readonly labels?: Labels;
  readonly annotations?: Labels;
  readonly owner?: OwnerReference;
}

export type PodPhase = "Running" | "Pending" | "Succeeded" | "Failed";

export function toPodMold(template: unknown): PodMold {
  const spec = toFieldsAt(template, "spec");
  const metadata = toFieldsAt(template, "metadata");
  const annotations = toLabels(metadata["annotations"]);
  return {
    labels: toLabels(metadata["labels"]),
    annotations: Object.keys(annotations).length > 0 ? annotations : null,
    // Defaults that the API server writes into every pod.
    spec: {
      dnsPolicy: "ClusterFirst",
      enableServiceLinks: true,
      restartPolicy: "Always",
      schedulerName: "default-scheduler",
      securityContext: {},
      serviceAccountName: "default",
      terminationGracePeriodSeconds: 30,
      ...spec,
    },
    hostNetwork: spec["hostNetwork"] === true,
    running: { conditions: conditions(true), containerStatuses: containerStatuses(spec, "running") },
    finished: { conditions: conditions(false), containerStatuses: containerStatuses(spec, "terminated") },
  };
}

/** `place` null: no node admits the pod, so it is Pending. */
export function toPod(
  mold: PodMold,
  identity: PodIdentity,
  place: PodPlace | null,
  phase: PodPhase,
): RawObject {
  const annotations = { ...mold.annotations, ...identity.annotations };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: identity.name,
      ...(identity.generateName !== undefined && { generateName: identity.generateName }),
      namespace: identity.namespace,
      uid: toUid(identity.clusterName, "Pod", identity.namespace, identity.name),
      creationTimestamp: PODS_CREATED_AT,
      labels: identity.labels ? { ...mold.labels, ...identity.labels } : mold.labels,
      ...(Object.keys(annotations).length > 0 && { annotations }),
      ...(identity.owner && { ownerReferences: [identity.owner] }),
    },
    spec: place === null ? mold.spec : { ...mold.spec, nodeName: place.nodeName },
    status: place === null ? pendingStatus() : placedStatus(mold, place, phase),
  };
}

function pendingStatus(): Fields {
  const unschedulable = { type: "PodScheduled", status: "False", reason: "Unschedulable" };
  return { phase: "Pending", conditions: [unschedulable], qosClass: "BestEffort" };
}

function placedStatus(mold: PodMold, place: PodPlace, phase: PodPhase): Fields {
  const state = phase === "Running" ? mold.running : mold.finished;
  return {
    phase,
    conditions: place.isSilent ? state.conditions.map(toSilent) : state.conditions,
    hostIP: place.hostIP,
    hostIPs: [{ ip: place.hostIP }],
    podIP: place.podIP,
    podIPs: [{ ip: place.podIP }],
    startTime: PODS_STARTED_AT,
    containerStatuses: state.containerStatuses,
    qosClass: "Burstable",
  };
}

/** The node lifecycle controller's mark: Ready alone, and nothing of the containers. */
function toSilent(condition: Fields): Fields {
  return condition["type"] === "Ready" ? { ...condition, status: "False" } : condition;
}

function conditions(ready: boolean): readonly Fields[] {
  const status = ready ? "True" : "False";
  const reason = ready ? {} : { reason: "PodCompleted" };
  return [
    { type: "PodScheduled", status: "True" },
    { type: "Initialized", status: "True" },
    { type: "ContainersReady", status, ...reason },
    { type: "Ready", status, ...reason },
  ];
}

function containerStatuses(spec: Fields, state: "running" | "terminated"): readonly Fields[] {
  return toList(spec["containers"]).map((container) => {
    const image = toText(container["image"], "");
    const name = toText(container["name"], "");
    return {
      name,
      image,
      imageID: `${image.split(":")[0]}@sha256:${toHex(64, image)}`,
      containerID: `containerd://${toHex(64, image, name)}`,
      ready: state === "running",
      started: state === "running",
      restartCount: 0,
      state:
        state === "running"
          ? { running: { startedAt: PODS_STARTED_AT } }
          : { terminated: { exitCode: 0, reason: "Completed", finishedAt: PODS_STARTED_AT } },
    };
  });
}
