// Accidents that befall live objects: a crashing container, a missing pod, a rollout that is under way.
// Each returns an Adjustment, a pure function from objects to objects.

import type { RawObject } from "../../lib/model/kubernetes.ts";
import type { Adjustment } from "./cluster-part.ts";
import type { Fields } from "./fields.ts";
import { toFieldsAt, toList, toNumber } from "./fields.ts";

export interface DaemonSetName {
  readonly namespace: string;
  readonly name: string;
}

/** A pod of the DaemonSet by its place among the DaemonSet's pods, from 0. */
export type PodChoice = (index: number) => boolean;

export const everyPod: PodChoice = () => true;

export function podsAt(...indexes: readonly number[]): PodChoice {
  return (index) => indexes.includes(index);
}

/** The container restarts again and again; its siblings stay up. */
export function crashContainer(owner: DaemonSetName, container: string, choose: PodChoice): Adjustment {
  return (objects) => changePods(objects, owner, choose, (pod) => [withCrashedContainer(pod, container)]);
}

function withCrashedContainer(pod: RawObject, container: string): RawObject {
  const status = toFieldsAt(pod, "status");
  const crash = (entry: Fields): Fields => (entry["name"] === container ? { ...entry, ...CRASHING } : entry);
  return {
    ...pod,
    status: {
      ...status,
      containerStatuses: toList(status["containerStatuses"]).map(crash),
      conditions: toList(status["conditions"]).map(toNotReady),
    },
  };
}

function toNotReady(condition: Fields): Fields {
  const isReadiness = condition["type"] === "Ready" || condition["type"] === "ContainersReady";
  return isReadiness ? { ...condition, status: "False", reason: "ContainersNotReady" } : condition;
}

/** The DaemonSet's pod is gone from the chosen nodes. */
export function removePods(owner: DaemonSetName, choose: PodChoice): Adjustment {
  return (objects) => changePods(objects, owner, choose, () => []);
}

/** A newer generation is rolling out and only some pods run it yet; `unseen`: the controller has not noticed. */
export function startRollout(owner: DaemonSetName, updatedPods: number, unseen = false): Adjustment {
  const status = { observedGeneration: unseen ? 1 : 2, updatedNumberScheduled: updatedPods };
  return (objects) =>
    objects.map((object) => (isDaemonSet(object, owner) ? withGeneration(object, 2, status) : object));
}

function withGeneration(daemonSet: RawObject, generation: number, status: Fields): RawObject {
  return {
    ...daemonSet,
    metadata: { ...daemonSet.metadata, generation },
    status: { ...toFieldsAt(daemonSet, "status"), ...status },
  };
}

const CRASHING = {
  ready: false,
  started: false,
  restartCount: 41,
  state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 5m0s restarting failed container" } },
} as const;

function changePods(
  objects: readonly RawObject[],
  owner: DaemonSetName,
  choose: PodChoice,
  change: (pod: RawObject) => readonly RawObject[],
): readonly RawObject[] {
  let index = -1;
  let changed = 0;
  const result = objects.flatMap((object) => {
    if (!isOwnedPod(object, owner)) return [object];
    index += 1;
    if (!choose(index)) return [object];
    changed += 1;
    return change(object);
  });
  return result.map((object) => (isDaemonSet(object, owner) ? withFewerReady(object, changed) : object));
}

function withFewerReady(daemonSet: RawObject, fewer: number): RawObject {
  const status = toFieldsAt(daemonSet, "status");
  const ready = toNumber(status["numberReady"], 0) - fewer;
  return {
    ...daemonSet,
    status: { ...status, numberReady: ready, numberAvailable: ready, numberUnavailable: fewer },
  };
}

function isDaemonSet(object: RawObject, { namespace, name }: DaemonSetName): boolean {
  return (
    object.kind === "DaemonSet" && object.metadata.name === name && object.metadata.namespace === namespace
  );
}

function isOwnedPod(object: RawObject, { namespace, name }: DaemonSetName): boolean {
  const owner = object.metadata.ownerReferences?.[0];
  return (
    object.kind === "Pod" &&
    object.metadata.namespace === namespace &&
    owner?.kind === "DaemonSet" &&
    owner.name === name
  );
}
