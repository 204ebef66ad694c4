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

export type FindDeadPeers = (namespace: CompiledNamespace) => FoundPeers;

export interface FoundPeers {
  readonly deadPeers: readonly DeadPeer[];
  /** False: there was more to look through than the bound allows, and what came after it is not known. */
  readonly isWhole: boolean;
}

export interface PopulatedNamespace {
  readonly compiled: CompiledNamespace;
  readonly groups: readonly PodGroup[];
}

/** Whether some pod is selected. `inNamespaces` null: in the namespace itself. */
type HasPod = (namespace: CompiledNamespace, inNamespaces: Selector | null, pods: Selector) => boolean;

/** Pods and namespaces looked at, one by one, for selectors that no index answers: some seconds. */
const MAX_LOOKS = 50_000_000;

/** Beyond so many namespaces it is cheaper to look the pods up by their labels. */
const FEW_NAMESPACES = 16;

export function createDeadPeerSearch(
  namespaces: readonly PopulatedNamespace[],
  maxLooks = MAX_LOOKS,
): FindDeadPeers {
  let looks = 0;
  const look: Look = (items) => (looks += items) <= maxLooks;
  const hasCounted = createPodSearch(namespaces, look, ({ groups }) =>
    groups.flatMap(({ pod }) => (isCounted(pod) ? [pod] : [])),
  );
  // Asked of dead peers only: mostly there are none.
  let hasUncounted: HasPod | null = null;
  const selectionOf = (compiled: CompiledNamespace, peer: PodsPeer): DeadPeer["selects"] => {
    hasUncounted ??= createPodSearch(namespaces, look, ({ compiled: { pods } }) =>
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
            // Where the search was cut short it found nothing, and that says nothing.
            if (looks > maxLooks) return { deadPeers: dead, isWhole: false };
            dead.push({ policy: name, direction, path, detail: peerInWords(peer), selects });
          }
    }
    return { deadPeers: dead, isWhole: true };
  };
}

/** Told how many items are about to be looked at; false: that is too many. */
type Look = (items: number) => boolean;

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
  look: Look,
  podsOf: (namespace: PopulatedNamespace) => readonly Pod[],
): HasPod {
  const byName = new Map<string, Populated>();
  for (const namespace of namespaces) {
    const pods = podsOf(namespace);
    const { name, labels } = namespace.compiled;
    if (pods.length > 0) byName.set(name, { labels, pods, hasPod: createOwnSearch(pods, look) });
  }
  const hasPodIn = createSearchIn([...byName.values()], look);
  return ({ name }, inNamespaces, pods) =>
    inNamespaces === null ? byName.get(name)?.hasPod(pods) === true : hasPodIn(inNamespaces, pods);
}

function createOwnSearch(pods: readonly Labelled[], look: Look): Populated["hasPod"] {
  let find: LabelIndex<Labelled> | null = null;
  return (selector) => {
    if (isEvery(selector)) return true;
    find ??= createLabelIndex(pods, look);
    return find(selector).length > 0;
  };
}

function createSearchIn(
  populated: readonly Populated[],
  look: Look,
): (namespaces: Selector, pods: Selector) => boolean {
  const findNamespaces = createLabelIndex(populated, look);
  let findPods: LabelIndex<PlacedPod> | null = null;
  const known = new Map<string, boolean>();
  return (inNamespaces, pods) => {
    const selected = isEvery(inNamespaces) ? populated : findNamespaces(inNamespaces);
    if (isEvery(pods)) return selected.length > 0;
    if (selected.length <= FEW_NAMESPACES) return selected.some(({ hasPod }) => hasPod(pods));
    const key = `${selectorKey(inNamespaces)} ${selectorKey(pods)}`;
    findPods ??= createLabelIndex(populated.flatMap(toPlacedPods), look);
    const found = known.get(key) ?? isAnyIn(inNamespaces, findPods(pods), look);
    known.set(key, found);
    return found;
  };
}

function isAnyIn(namespaces: Selector, pods: readonly PlacedPod[], look: Look): boolean {
  for (const { namespaceLabels } of pods) {
    if (!look(1)) return false;
    if (selectorMatches(namespaces, namespaceLabels) === true) return true;
  }
  return false;
}

function toPlacedPods({ labels: namespaceLabels, pods }: Populated): readonly PlacedPod[] {
  return pods.map(({ labels }) => ({ labels, namespaceLabels }));
}
