// Peers that select no counted pod of the cluster: rules that someone wrote in vain, or misspelt.

import type { DeadPeer } from "../model/isolation-detail.ts";
import { DIRECTIONS } from "../model/isolation-detail.ts";
import type { Labels, Pod } from "../model/kubernetes.ts";
import type { CompiledNamespace } from "./compile-cluster.ts";
import { createLabelIndex, type Labelled, type LabelIndex } from "./label-index.ts";
import { isEvery, selectorKey, selectorMatches, type Selector } from "./label-selector.ts";
import { peerInWords, type PodsPeer } from "./peer-in-words.ts";
import type { PodGroup } from "./pod-groups.ts";
import type { Rule } from "./policy.ts";
import { isCounted } from "./workload-of-pod.ts";

export type FindDeadPeers = (namespace: CompiledNamespace) => readonly DeadPeer[];

export interface PopulatedNamespace {
  readonly compiled: CompiledNamespace;
  readonly groups: readonly PodGroup[];
}

/** Whether some pod is selected. `inNamespaces` null: in the namespace itself. */
type HasPod = (namespace: CompiledNamespace, inNamespaces: Selector | null, pods: Selector) => boolean;

/** Beyond so many namespaces it is cheaper to look the pods up by their labels. */
const FEW_NAMESPACES = 16;

export function createDeadPeerSearch(namespaces: readonly PopulatedNamespace[]): FindDeadPeers {
  const hasCounted = createPodSearch(namespaces, ({ groups }) =>
    groups.flatMap(({ pod }) => (isCounted(pod) ? [pod] : [])),
  );
  // Asked of dead peers only: mostly there are none.
  let hasUncounted: HasPod | null = null;
  const selectionOf = (compiled: CompiledNamespace, peer: PodsPeer): DeadPeer["selects"] => {
    hasUncounted ??= createPodSearch(namespaces, ({ compiled: { pods } }) =>
      pods.filter((pod) => !isCounted(pod)),
    );
    return hasUncounted(compiled, peer.namespaces, peer.pods) ? "uncounted-pods" : "nothing";
  };
  return (compiled) => {
    const dead: DeadPeer[] = [];
    for (const { name, isClusterWide, ...policy } of compiled.policies) {
      if (isClusterWide) continue;
      for (const direction of DIRECTIONS)
        for (const rule of policy[direction]?.rules ?? [])
          for (const peer of rule.peers) {
            if (peer.kind !== "pods" || namesAddressesToo(peer, rule)) continue;
            if (hasCounted(compiled, peer.namespaces, peer.pods)) continue;
            const { path } = peer;
            const selects = selectionOf(compiled, peer);
            dead.push({ policy: name, direction, path, detail: peerInWords(peer), selects });
          }
    }
    return dead;
  };
}

/** A selector of Calico's may name network sets: then it is about their addresses. */
function namesAddressesToo({ path }: PodsPeer, { peers }: Rule): boolean {
  return peers.some((peer) => peer.kind === "addresses" && peer.path === path);
}

/** A namespace with pods. */
interface Populated extends Labelled {
  readonly pods: readonly Labelled[];
  readonly hasPod: (pods: Selector) => boolean;
}

interface PlacedPod extends Labelled {
  readonly namespaceLabels: Labels;
}

function createPodSearch(
  namespaces: readonly PopulatedNamespace[],
  podsOf: (namespace: PopulatedNamespace) => readonly Pod[],
): HasPod {
  const byName = new Map<string, Populated>();
  for (const namespace of namespaces) {
    const pods = podsOf(namespace);
    const { name, labels } = namespace.compiled;
    if (pods.length > 0) byName.set(name, { labels, pods, hasPod: createOwnSearch(pods) });
  }
  const hasPodIn = createSearchIn([...byName.values()]);
  return ({ name }, inNamespaces, pods) =>
    inNamespaces === null ? byName.get(name)?.hasPod(pods) === true : hasPodIn(inNamespaces, pods);
}

function createOwnSearch(pods: readonly Labelled[]): Populated["hasPod"] {
  let find: LabelIndex<Labelled> | null = null;
  return (selector) => {
    if (isEvery(selector)) return true;
    find ??= createLabelIndex(pods);
    return find(selector).length > 0;
  };
}

function createSearchIn(populated: readonly Populated[]): (namespaces: Selector, pods: Selector) => boolean {
  const findNamespaces = createLabelIndex(populated);
  let findPods: LabelIndex<PlacedPod> | null = null;
  const known = new Map<string, boolean>();
  return (inNamespaces, pods) => {
    const selected = isEvery(inNamespaces) ? populated : findNamespaces(inNamespaces);
    if (isEvery(pods)) return selected.length > 0;
    if (selected.length <= FEW_NAMESPACES) return selected.some(({ hasPod }) => hasPod(pods));
    const key = `${selectorKey(inNamespaces)} ${selectorKey(pods)}`;
    findPods ??= createLabelIndex(populated.flatMap(toPlacedPods));
    const found =
      known.get(key) ??
      findPods(pods).some(({ namespaceLabels }) => selectorMatches(inNamespaces, namespaceLabels) === true);
    known.set(key, found);
    return found;
  };
}

function toPlacedPods({ labels: namespaceLabels, pods }: Populated): readonly PlacedPod[] {
  return pods.map(({ labels }) => ({ labels, namespaceLabels }));
}
