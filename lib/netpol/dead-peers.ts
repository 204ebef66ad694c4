// Peers that select no counted pod of the cluster: rules that someone wrote in vain, or misspelt.

import type { Labels } from "../model/kubernetes.ts";
import type { DeadPeer } from "../model/isolation-detail.ts";
import { DIRECTIONS } from "../model/isolation-detail.ts";
import type { JudgedNamespace } from "./judge-namespace.ts";
import { createLabelIndex, type LabelIndex } from "./label-index.ts";
import { isEvery, selectorKey, selectorMatches, type Selector } from "./label-selector.ts";
import { peerInWords, type PodsPeer } from "./peer-in-words.ts";

export type FindDeadPeers = (namespace: JudgedNamespace) => readonly DeadPeer[];

interface LabelSet {
  readonly labels: Labels;
  readonly namespace: JudgedNamespace;
}

/** Beyond so many namespaces it is cheaper to look the pods up by their labels. */
const FEW_NAMESPACES = 16;

export function createDeadPeerSearch(namespaces: readonly JudgedNamespace[]): FindDeadPeers {
  const search = createPodSearch(namespaces);
  const known = new Map<string, boolean>();
  const isDead = (peer: PodsPeer, own: JudgedNamespace): boolean => {
    if (peer.namespaces === null) return !hasPod(own, peer.pods);
    const key = `${selectorKey(peer.namespaces)} ${selectorKey(peer.pods)}`;
    const answer = known.get(key) ?? !search(peer.namespaces, peer.pods);
    known.set(key, answer);
    return answer;
  };
  return (namespace) => {
    const dead: DeadPeer[] = [];
    for (const policy of namespace.compiled.policies) {
      if (policy.namespace === null) continue;
      for (const direction of DIRECTIONS)
        for (const rule of policy[direction]?.rules ?? [])
          for (const peer of rule.peers)
            if (peer.kind === "pods" && isDead(peer, namespace))
              dead.push({ policy: policy.name, direction, path: peer.path, detail: peerInWords(peer) });
    }
    return dead;
  };
}

function createPodSearch(
  namespaces: readonly JudgedNamespace[],
): (inNamespaces: Selector, pods: Selector) => boolean {
  const populated = namespaces
    .filter(({ labelSets }) => labelSets.length > 0)
    .map((namespace) => ({ labels: namespace.compiled.labels, namespace }));
  const findNamespaces = createLabelIndex(populated);
  let findPods: LabelIndex<LabelSet> | null = null;
  return (inNamespaces, pods) => {
    const selected = findNamespaces(inNamespaces);
    if (isEvery(pods)) return selected.length > 0;
    if (selected.length <= FEW_NAMESPACES) return selected.some(({ namespace }) => hasPod(namespace, pods));
    findPods ??= createLabelIndex(namespaces.flatMap(toLabelSets));
    return findPods(pods).some(
      ({ namespace }) => selectorMatches(inNamespaces, namespace.compiled.labels) === true,
    );
  };
}

function toLabelSets(namespace: JudgedNamespace): readonly LabelSet[] {
  return namespace.labelSets.map((labels) => ({ labels, namespace }));
}

function hasPod({ labelSets }: JudgedNamespace, pods: Selector): boolean {
  return labelSets.some((labels) => selectorMatches(pods, labels) === true);
}
