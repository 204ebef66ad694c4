// The pods of the engines' agents in full, and then who runs where no ready agent was seen.

import { agentSelectors, podsOutsideAgents, uncoveredNodes } from "../enforcement/plan-reads.ts";
import type { Pod } from "../model/kubernetes.ts";
import type { FactTypes, Facts } from "../model/snapshot.ts";
import type { Observe } from "./observe.ts";
import type { ClusterReader } from "./sources.ts";

/** Beyond this many uncovered nodes one full list costs the API server less than a list per node. */
const MAX_NODE_LISTS = 20;

type PodsByNode = FactTypes["podsOnUncoveredNodes"];

export async function readAgents(
  { daemonSets }: Pick<Facts, "daemonSets">,
  reader: ClusterReader,
  observe: Observe,
): Promise<Facts["agentPods"]> {
  if (!daemonSets.seen) return daemonSets;
  const selectors = agentSelectors(daemonSets.value);
  return observe(async () =>
    (await Promise.all(selectors.map((selector) => reader.listPods(selector)))).flat(),
  );
}

/**
 * One list per node without an agent; where those are many, or not known, one list of all pods outside agents. Null:
 * it could change nothing.
 */
export function planPodsElsewhere(facts: Facts, reader: ClusterReader): (() => Promise<PodsByNode>) | null {
  const names = uncoveredNodes(facts);
  if (names !== null && names.length <= MAX_NODE_LISTS) return () => listPerNode(reader, names);
  const elsewhere = podsOutsideAgents(facts);
  return elsewhere === null ? null : () => listElsewhere(reader, elsewhere, names ?? []);
}

async function listPerNode(reader: ClusterReader, names: readonly string[]): Promise<PodsByNode> {
  const lists = await Promise.all(
    names.map(async (name) => [name, await reader.listPodMetadataOfNode(name)] as const),
  );
  return Object.fromEntries(lists);
}

/** A pod that is still Pending has no network yet: a node that is just starting hosts nothing to protect. */
const WITH_NETWORK = "status.phase!=Succeeded,status.phase!=Failed,status.phase!=Pending";
/** Longer URLs are refused by some load balancers in front of an API server. */
const MAX_SELECTOR_LENGTH = 6000;

/** `names`: nodes that must have an entry, even where nothing runs on them. */
async function listElsewhere(
  reader: ClusterReader,
  selector: string,
  names: readonly string[],
): Promise<PodsByNode> {
  const narrowed = selector.length <= MAX_SELECTOR_LENGTH ? `${selector},${WITH_NETWORK}` : WITH_NETWORK;
  const byNode = new Map<string, Pod[]>(names.map((name) => [name, []]));
  for (const pod of await reader.listPods({ fieldSelector: narrowed })) {
    if (pod.hostNetwork || pod.detail?.nodeName == null) continue;
    const onNode = byNode.get(pod.detail.nodeName) ?? [];
    onNode.push(pod);
    byNode.set(pod.detail.nodeName, onNode);
  }
  return Object.fromEntries(byNode);
}
