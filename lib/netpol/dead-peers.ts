// Peers that select no counted pod of the cluster: rules that someone wrote in vain, or misspelt.

import type { Labels } from "../model/kubernetes.ts";
import type { DeadPeer } from "../model/isolation-detail.ts";
import { DIRECTIONS } from "../model/isolation-detail.ts";
import type { CompiledNamespace } from "./compile-cluster.ts";
import { createLabelIndex, type Labelled, type LabelIndex } from "./label-index.ts";
import { isEvery, selectorKey, selectorMatches, type Selector } from "./label-selector.ts";
import { peerInWords, type PodsPeer } from "./peer-in-words.ts";
import type { PodGroup } from "./pod-groups.ts";
import { isCounted } from "./workload-of-pod.ts";

export type FindDeadPeers = (namespace: PopulatedNamespace) => readonly DeadPeer[];

export interface PopulatedNamespace {
  readonly compiled: CompiledNamespace;
  readonly groups: readonly PodGroup[];
}

/** A namespace with counted pods, or one of their label sets. */
interface Populated {
  readonly labels: Labels;
  readonly namespaceLabels: Labels;
  readonly pods: readonly Labels[];
}

/** Beyond so many namespaces it is cheaper to look the pods up by their labels. */
const FEW_NAMESPACES = 16;

export function createDeadPeerSearch(namespaces: readonly PopulatedNamespace[]): FindDeadPeers {
  const hasPodAnywhere = createPodSearch(namespaces);
  return ({ compiled, groups }) => {
    const own = groups.filter(isCountedGroup).map(({ pod }) => pod);
    let findOwn: LabelIndex<Labelled> | null = null;
    const hasOwnPod = (pods: Selector): boolean => {
      if (isEvery(pods)) return own.length > 0;
      findOwn ??= createLabelIndex(own);
      return findOwn(pods).length > 0;
    };
    const isDead = ({ namespaces, pods }: PodsPeer): boolean =>
      namespaces === null ? !hasOwnPod(pods) : !hasPodAnywhere(namespaces, pods);
    const dead: DeadPeer[] = [];
    for (const policy of compiled.policies) {
      if (policy.isClusterWide) continue;
      for (const direction of DIRECTIONS)
        for (const rule of policy[direction]?.rules ?? [])
          for (const peer of rule.peers)
            if (peer.kind === "pods" && isDead(peer))
              dead.push({ policy: policy.name, direction, path: peer.path, detail: peerInWords(peer) });
    }
    return dead;
  };
}

function createPodSearch(
  namespaces: readonly PopulatedNamespace[],
): (inNamespaces: Selector, pods: Selector) => boolean {
  const populated = namespaces.flatMap(toPopulated);
  const findNamespaces = createLabelIndex(populated);
  let findPods: LabelIndex<Populated> | null = null;
  const known = new Map<string, boolean>();
  return (inNamespaces, pods) => {
    const selected = isEvery(inNamespaces) ? populated : findNamespaces(inNamespaces);
    if (isEvery(pods)) return selected.length > 0;
    if (selected.length <= FEW_NAMESPACES) return selected.some((namespace) => hasPod(namespace.pods, pods));
    const key = `${selectorKey(inNamespaces)} ${selectorKey(pods)}`;
    findPods ??= createLabelIndex(populated.flatMap(toLabelSets));
    const found =
      known.get(key) ??
      findPods(pods).some(({ namespaceLabels }) => selectorMatches(inNamespaces, namespaceLabels) === true);
    known.set(key, found);
    return found;
  };
}

function toPopulated({ compiled: { labels }, groups }: PopulatedNamespace): readonly Populated[] {
  const pods = groups.filter(isCountedGroup).map(({ pod }) => pod.labels);
  return pods.length === 0 ? [] : [{ labels, namespaceLabels: labels, pods }];
}

function toLabelSets({ namespaceLabels, pods }: Populated): readonly Populated[] {
  return pods.map((labels) => ({ labels, namespaceLabels, pods }));
}

function hasPod(labelSets: readonly Labels[], pods: Selector): boolean {
  return labelSets.some((labels) => selectorMatches(pods, labels) === true);
}

function isCountedGroup({ pod }: PodGroup): boolean {
  return isCounted(pod);
}
