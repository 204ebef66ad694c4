// What the policies of one pod and direction do to traffic, reduced to what openness depends on: whether
// the whole of a space (every pod, all addresses) gets through. A flow is certain; doubt is two flows.

import {
  coversWholeSpace,
  intersectionOf,
  shareOfSpace,
  subtract,
  unionOf,
  wholeSpace,
  type AddressRange,
  type Family,
} from "./address-range.ts";
import { isEvery, selectorKey } from "./label-selector.ts";
import type { Peer } from "./policy.ts";
import { portSlices, type PortRule } from "./port-slices.ts";

export interface FlowRule extends PortRule {
  readonly action: "allow" | "deny" | "pass";
  readonly policy: string;
  readonly peers: readonly Peer[];
}

export interface FlowTier {
  readonly rules: readonly FlowRule[];
  /** What happens to traffic that no rule of the tier decided. */
  readonly end: "deny" | "continue";
}

export interface Flow {
  readonly tiers: readonly FlowTier[];
  /** What happens to traffic that no tier decided. */
  readonly fallthrough: "allow" | "deny";
}

export interface FlowContext {
  /** The address families that the pod uses; at least one. */
  readonly families: readonly Family[];
  readonly ipBlocksMatchPods: boolean;
}

export interface Openness {
  /** Nothing is allowed but what a rule expressly allows. */
  readonly isolated: boolean;
  readonly openToCluster: boolean;
  readonly openToExternal: boolean;
  /** Share of the address space, 0 to 1, that is allowed for any port; of the most open family. */
  readonly externalShare: number;
}

const OPEN = { openToCluster: true, openToExternal: true, externalShare: 1 };
const CLOSED = { openToCluster: false, openToExternal: false, externalShare: 0 };

export function measureOpenness(flow: Flow, context: FlowContext): Openness {
  const isolated = isIsolated(flow, context);
  if (isPlain(flow)) {
    // The usual cases, without arithmetic: nothing denies, and the rules open all or no whole space.
    if (!isolated || flow.tiers.some(({ rules }) => rules.some(isAllowAll))) return { isolated, ...OPEN };
    if (!flow.tiers.some(({ rules }) => rules.some((rule) => canOpen(rule, context))))
      return { isolated, ...CLOSED };
  }
  return { isolated, ...measure(withoutNarrowRules(flow, context), context) };
}

/** No rule takes back or passes on what another gave. */
function isPlain({ tiers }: Flow): boolean {
  return tiers.every(({ rules }) => rules.every(({ action }) => action === "allow"));
}

function isAllowAll({ peers, ranges }: FlowRule): boolean {
  return ranges === null && peers.some(({ kind }) => kind === "everyone");
}

/** Whether the rule can have a part in opening a whole space. Selected pods never have. */
export function canOpen(rule: FlowRule, { families }: FlowContext): boolean {
  return rule.peers.some(
    (peer) => isEveryPod(peer) || (peer.kind === "addresses" && families.includes(peer.family)),
  );
}

/** Only empty selectors are "every": one that happens to match all of today's pods is not. */
export function isEveryPod(peer: Peer): boolean {
  if (peer.kind === "everyone") return true;
  return peer.kind === "pods" && peer.namespaces !== null && isEvery(peer.namespaces) && isEvery(peer.pods);
}

function withoutNarrowRules(flow: Flow, context: FlowContext): Flow {
  return filterRules(flow, (rule) => rule.action !== "allow" || canOpen(rule, context));
}

function filterRules({ tiers, fallthrough }: Flow, keep: (rule: FlowRule) => boolean): Flow {
  return { tiers: tiers.map(({ rules, end }) => ({ rules: rules.filter(keep), end })), fallthrough };
}

/** The same flow without the rules of some policies. What isolated the pod still does. */
export function withoutPolicies(flow: Flow, removed: ReadonlySet<string>): Flow {
  return filterRules(flow, ({ policy }) => !removed.has(policy));
}

/** What one policy's rules alone let through. */
export function onlyPolicy(flow: Flow, policy: string): Flow {
  return { ...filterRules(flow, (rule) => rule.policy === policy), fallthrough: "deny" };
}

/** Isolated: with every allowing rule struck out, nothing is allowed. */
function isIsolated(flow: Flow, context: FlowContext): boolean {
  if (flow.fallthrough === "deny") return true;
  if (isPlain(flow)) return flow.tiers.some(({ end }) => end === "deny");
  return slicesOf(filterRules(flow, ({ action }) => action !== "allow")).every((slice) => {
    if (passPods(slice, context).left) return false;
    return context.families.every((family) => passAddresses(slice, family).length === 0);
  });
}

/** The flow as the ports of one slice see it. */
function slicesOf(flow: Flow): readonly Flow[] {
  const rules = flow.tiers.flatMap((tier) => tier.rules);
  return portSlices(rules).map((matching) => {
    const kept = new Set([...matching].map((index) => rules[index]));
    return filterRules(flow, (rule) => kept.has(rule));
  });
}

function measure(flow: Flow, context: FlowContext): Omit<Openness, "isolated"> {
  const slices = slicesOf(flow);
  const spaces = context.families.map((family) => ({
    family,
    allowed: slices.map((slice) => passAddresses(slice, family)),
  }));
  const isWhole = (family: Family, ranges: readonly AddressRange[] | undefined): boolean =>
    ranges !== undefined && coversWholeSpace(family, ranges);
  return {
    openToCluster: slices.every((slice, index) => {
      const { left, denied, closed } = passPods(slice, context);
      if (denied) return false;
      if (!closed && (!left || flow.fallthrough === "allow")) return true;
      // An ipBlock that covers all addresses covers the pods' too, where the engine matches them.
      return (
        context.ipBlocksMatchPods && spaces.some(({ family, allowed }) => isWhole(family, allowed[index]))
      );
    }),
    openToExternal: spaces.some(({ family, allowed }) => allowed.every((ranges) => isWhole(family, ranges))),
    externalShare: Math.max(
      ...spaces.map(({ family, allowed }) =>
        shareOfSpace(family, unionOf(...allowed, ...mayAlsoAllow(flow, family))),
      ),
    ),
  };
}

/** Addresses of rules for a port that is not known, which no slice may show. */
function mayAlsoAllow({ tiers }: Flow, family: Family): readonly (readonly AddressRange[])[] {
  return tiers
    .flatMap(({ rules }) => rules)
    .filter(({ action, oneUnknownPortOf }) => action === "allow" && oneUnknownPortOf.length > 0)
    .map((rule) => addressesOf(rule, family));
}

/** The addresses of one family that get through. */
function passAddresses({ tiers, fallthrough }: Flow, family: Family): readonly AddressRange[] {
  let left = wholeSpace(family);
  let allowed: readonly AddressRange[] = [];
  for (const { rules, end } of tiers) {
    let passed: readonly AddressRange[] = [];
    for (const rule of rules) {
      const matched = intersectionOf(left, addressesOf(rule, family));
      if (matched.length === 0) continue;
      left = subtract(left, matched);
      if (rule.action === "allow") allowed = unionOf(allowed, matched);
      if (rule.action === "pass") passed = unionOf(passed, matched);
    }
    left = end === "deny" ? passed : unionOf(left, passed);
  }
  return fallthrough === "allow" ? unionOf(allowed, left) : allowed;
}

function addressesOf({ peers }: FlowRule, family: Family): readonly AddressRange[] {
  if (peers.some(({ kind }) => kind === "everyone")) return wholeSpace(family);
  return unionOf(
    ...peers.map((peer) => (peer.kind === "addresses" && peer.family === family ? peer.ranges : [])),
  );
}

interface PodsOutcome {
  /** Some pods' traffic was decided by no tier. */
  readonly left: boolean;
  /** A rule denies some pods. */
  readonly denied: boolean;
  /** The end of a tier denied some pods. */
  readonly closed: boolean;
}

function passPods({ tiers }: Flow, context: FlowContext): PodsOutcome {
  const outcome = { left: true, denied: false, closed: false };
  const allowed = new Set<string>();
  for (const { rules, end } of tiers) {
    const passed = passTier(rules, outcome, allowed, context);
    if (end === "deny" && outcome.left) outcome.closed = true;
    outcome.left = end === "deny" ? passed : outcome.left || passed;
  }
  return outcome;
}

/** Returns whether the tier hands some pods' traffic on to the next one. */
function passTier(
  rules: readonly FlowRule[],
  outcome: { left: boolean; denied: boolean },
  allowed: Set<string>,
  context: FlowContext,
): boolean {
  let passed = false;
  const handedOn = new Set<string>();
  for (const { action, peers } of rules) {
    for (const peer of peers) {
      if (!outcome.left || !canMatchPods(peer, context)) continue;
      const key = peerKey(peer);
      // Of two rules about the very same pods the first decides.
      if (allowed.has(key) || handedOn.has(key)) continue;
      if (action === "deny") outcome.denied = true;
      else if (action === "pass") passed = true;
      (action === "allow" ? allowed : handedOn).add(key);
      if (isEveryPod(peer)) outcome.left = false;
    }
  }
  return passed;
}

function canMatchPods(peer: Peer, { ipBlocksMatchPods, families }: FlowContext): boolean {
  return peer.kind !== "addresses" || (ipBlocksMatchPods && families.includes(peer.family));
}

function peerKey(peer: Peer): string {
  if (peer.kind === "everyone") return "everyone";
  if (peer.kind === "addresses") return peer.text;
  return `${peer.namespaces === null ? "own" : selectorKey(peer.namespaces)} ${selectorKey(peer.pods)}`;
}
