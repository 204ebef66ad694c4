// Which nodes host pods that policies are about, from whatever was seen of the pods. Most were listed without
// their node; then only the nodes that somebody asked about are known.

import { isOnFargate } from "../model/fargate-pod.ts";
import type { Pod } from "../model/kubernetes.ts";
import type { Facts } from "../model/snapshot.ts";

export interface PodCounts {
  readonly byNode: ReadonlyMap<string, number>;
  /** The map has every node that hosts pods, apart from nodes with an agent that enforces. */
  readonly complete: boolean;
  readonly everyPodPlaced: boolean;
}

/** A pod that policies are about: it has an address of its own and still runs. */
export function isCounted(pod: Pod): boolean {
  return !pod.hostNetwork && !pod.finished && !pod.terminating && pod.detail?.phase !== "Pending";
}

export function countPods(facts: Facts): PodCounts {
  const byNode = new Map<string, number>();
  if (facts.podsOnUncoveredNodes.seen) {
    for (const [name, pods] of Object.entries(facts.podsOnUncoveredNodes.value)) {
      byNode.set(name, pods.filter(isCounted).length);
    }
  }
  const pods = facts.pods.seen ? facts.pods.value : null;
  const everyPodPlaced = pods !== null && pods.every((pod) => pod.detail !== null);
  if (everyPodPlaced) {
    for (const name of byNode.keys()) byNode.set(name, 0);
    for (const pod of pods) {
      const name = pod.detail?.nodeName;
      if (isCounted(pod) && typeof name === "string") byNode.set(name, (byNode.get(name) ?? 0) + 1);
    }
  }
  return { byNode, complete: everyPodPlaced || isComplement(facts), everyPodPlaced };
}

/**
 * `podsOnUncoveredNodes` leaves out nodes with an agent, Auto Mode nodes and Fargate: with the agents' pods and
 * all pods' labels seen, and no Auto Mode, whatever else hosts pods is in it.
 */
function isComplement(facts: Facts): boolean {
  const noAutoMode = facts.cluster.seen && facts.cluster.value.autoMode === false;
  return facts.podsOnUncoveredNodes.seen && facts.agentPods.seen && facts.pods.seen && noAutoMode;
}

/** A Fargate node exists for one pod and carries no other; its pod has the profile's label. */
export function hasFargatePods(facts: Facts): boolean {
  return facts.pods.seen && facts.pods.value.some((pod) => isCounted(pod) && isOnFargate(pod));
}
