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
    for (const matter of mattersOf(peers, context)) {
      if (!outcome.left || !isNews(matter, [decided, handedOn])) continue;
      if (action === "deny") outcome.denied = true;
      else if (action === "pass") passed = true;
      note(matter, action === "pass" ? handedOn : decided);
      if (matter.isEveryPod || areAllAddresses([decided, handedOn], context)) outcome.left = false;
    }
  }
  return passed;
}

/** What a rule is about, as far as it is about pods. */
type Matter =
  | { readonly kind: "selector"; readonly key: string; readonly isEveryPod: boolean }
  | {
      readonly kind: "addresses";
      readonly family: Family;
      readonly ranges: readonly AddressRange[];
      readonly isEveryPod: false;
    };

/** The addresses of a rule are one matter: it may name 100,000 networks, and each would be met by all before it. */
function mattersOf(peers: readonly Peer[], { ipBlocksMatchPods, families }: FlowContext): readonly Matter[] {
  const selectors: Matter[] = [];
  const lists = new Map<Family, (readonly AddressRange[])[]>(families.map((family) => [family, []]));
  for (const peer of peers) {
    if (peer.kind === "elsewhere") continue;
    if (peer.kind !== "addresses")
      selectors.push({ kind: "selector", key: peerKey(peer), isEveryPod: isEveryPod(peer) });
    else if (peer.matchesPods ?? ipBlocksMatchPods) lists.get(peer.family)?.push(peer.ranges);
  }
  const addresses = [...lists].map(([family, ranges]): Matter => ({
    kind: "addresses",
    family,
    ranges: unionOf(ranges),
    isEveryPod: false,
  }));
  return [...selectors, ...addresses];
}

/** Of two rules about the very same pods the first decides, and the second is no news. */
function isNews(matter: Matter, known: readonly Decided[]): boolean {
  if (matter.kind === "selector") return !known.some(({ selectors }) => selectors.has(matter.key));
  return subtract(matter.ranges, addressesIn(known, matter.family)).length > 0;
}

function note(matter: Matter, { selectors, addresses }: Decided): void {
  if (matter.kind === "selector") selectors.add(matter.key);
  else addresses.set(matter.family, unionOf([addresses.get(matter.family) ?? [], matter.ranges]));
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
