// Lets the traffic of every pod flow through the tiers, for ports that all rules match. Which pods a selector
// means is not asked: it is all of them, or some. Address blocks that are about pods add up to all of them.

import { coversWholeSpace, subtract, unionOf, type AddressRange, type Family } from "./address-range.ts";
import { selectorKey } from "./label-selector.ts";
import { isEveryPod } from "./policy-direction.ts";
import type { FlowRule, Peer } from "./policy.ts";
import type { Flow, FlowContext } from "./traffic-flow.ts";

export interface PodsOutcome {
  /** Some pods' traffic was decided by no tier. */
  readonly left: boolean;
  /** A rule denies some pods. */
  readonly denied: boolean;
  /** The end of a tier denied some pods. */
  readonly closed: boolean;
}

/** What rules have been about so far. */
interface Decided {
  /** Selectors, by their text. */
  readonly selectors: Set<string>;
  readonly addresses: Map<Family, readonly AddressRange[]>;
}

type AddressPeer = Extract<Peer, { kind: "addresses" }>;

export function passPods({ tiers }: Flow, context: FlowContext): PodsOutcome {
  const outcome = { left: true, denied: false, closed: false };
  const decided = nothingDecided();
  for (const { rules, end } of tiers) {
    const passed = passTier(rules, outcome, decided, context);
    if (end === "deny" && outcome.left) outcome.closed = true;
    outcome.left = end === "deny" ? passed : outcome.left || passed;
  }
  return outcome;
}

function nothingDecided(): Decided {
  return { selectors: new Set(), addresses: new Map() };
}

/** Returns whether the tier hands some pods' traffic on to the next one. */
function passTier(
  rules: readonly FlowRule[],
  outcome: { left: boolean; denied: boolean },
  decided: Decided,
  context: FlowContext,
): boolean {
  let passed = false;
  const handedOn = nothingDecided();
  for (const { action, peers } of rules) {
    for (const peer of peers) {
      if (!outcome.left || !isNews(peer, [decided, handedOn], context)) continue;
      if (action === "deny") outcome.denied = true;
      else if (action === "pass") passed = true;
      note(peer, action === "pass" ? handedOn : decided);
      if (isEveryPod(peer) || areAllAddresses([decided, handedOn], context)) outcome.left = false;
    }
  }
  return passed;
}

/** Of two rules about the very same pods the first decides, and the second is no news. */
function isNews(peer: Peer, known: readonly Decided[], context: FlowContext): boolean {
  if (peer.kind === "elsewhere") return false;
  if (peer.kind !== "addresses") return !known.some(({ selectors }) => selectors.has(peerKey(peer)));
  if (!canMatchPods(peer, context)) return false;
  return subtract(peer.ranges, addressesIn(known, peer.family)).length > 0;
}

function canMatchPods(peer: AddressPeer, { ipBlocksMatchPods, families }: FlowContext): boolean {
  return (peer.matchesPods ?? ipBlocksMatchPods) && families.includes(peer.family);
}

function note(peer: Peer, { selectors, addresses }: Decided): void {
  if (peer.kind === "addresses")
    addresses.set(peer.family, unionOf([addresses.get(peer.family) ?? [], peer.ranges]));
  else selectors.add(peerKey(peer));
}

function areAllAddresses(known: readonly Decided[], { families }: FlowContext): boolean {
  return families.every((family) => coversWholeSpace(family, addressesIn(known, family)));
}

function addressesIn(known: readonly Decided[], family: Family): readonly AddressRange[] {
  return unionOf(known.map(({ addresses }) => addresses.get(family) ?? []));
}

function peerKey(peer: Exclude<Peer, AddressPeer>): string {
  if (peer.kind !== "pods") return peer.kind;
  return `${peer.namespaces === null ? "own" : selectorKey(peer.namespaces)} ${selectorKey(peer.pods)}`;
}
