// How far a flow opens a pod: exactly, on the union of all rules, over every port and address.

import { shareOfSpace, unionOf } from "./address-range.ts";
import { cutFlow, type FlowAddresses } from "./flow-addresses.ts";
import { addressesOf, passAddresses } from "./pass-addresses.ts";
import { passPods } from "./pass-pods.ts";
import { isEveryPod } from "./policy-direction.ts";
import type { FlowRule } from "./policy.ts";
import { portSlices } from "./port-slices.ts";
import { filterRules, isPlain, reachedTiers, type Flow, type FlowContext } from "./traffic-flow.ts";

export interface Openness {
  /** Nothing is allowed but what a rule expressly allows. */
  readonly isolated: boolean;
  /** Every pod of every namespace, on all ports and protocols. */
  readonly openToCluster: boolean;
  /** Every address of a family that the pod uses, on all ports and protocols. */
  readonly openToExternal: boolean;
  /** Share of the address space, 0 to 1, that is allowed for any port; of the most open family. */
  readonly externalShare: number;
}

type Reach = Omit<Openness, "isolated">;

const OPEN: Openness = { isolated: true, openToCluster: true, openToExternal: true, externalShare: 1 };
const CLOSED: Openness = { isolated: true, openToCluster: false, openToExternal: false, externalShare: 0 };
const NOT_ISOLATED: Openness = { ...OPEN, isolated: false };

export function measureOpenness(flow: Flow, context: FlowContext): Openness {
  if (!isPlain(flow)) return { isolated: isIsolated(flow, context), ...measure(flow, context) };
  if (flow.fallthrough === "allow" && !flow.tiers.some(({ end }) => end === "deny")) return NOT_ISOLATED;
  // No rule denies, so what each one gives adds up. Most flows give no whole space at all.
  const giving = reachedTiers(flow).flatMap(({ rules }) => rules.filter(({ isNarrow }) => !isNarrow));
  if (giving.length === 0) return CLOSED;
  if (giving.some(isAllowAll)) return OPEN;
  return { isolated: true, ...measureUnion(giving, context) };
}

function isAllowAll({ peers, ranges }: FlowRule): boolean {
  return ranges === null && peers.some(({ kind }) => kind === "everyone");
}

/** Isolated: with every allowing rule struck out, nothing is allowed. */
function isIsolated(flow: Flow, context: FlowContext): boolean {
  if (flow.fallthrough === "deny") return true;
  const taking = filterRules(flow, ({ action }) => action !== "allow");
  const spaces = context.families.map((family) => cutFlow(taking, family, context));
  return slicesOf(taking).every((slice) => {
    if (passPods(slice, spaces).left) return false;
    return spaces.every((space) => !passAddresses(slice, space).includes(1));
  });
}

/** Rules that allow, and nothing that denies. */
function measureUnion(rules: readonly FlowRule[], context: FlowContext): Reach {
  const unions = context.families.map((family) => ({
    family,
    ranges: unionOf(rules.filter(hasPort).map((rule) => addressesOf(rule, family))),
  }));
  const externalShare = Math.max(...unions.map(({ family, ranges }) => shareOfSpace(family, ranges)));
  // What is not whole for all ports taken together is not whole for each of them either.
  const mayBeWhole = externalShare === 1 || rules.some(({ peers }) => peers.some(isEveryPod));
  if (!mayBeWhole) return { openToCluster: false, openToExternal: false, externalShare };
  const flow: Flow = { tiers: [{ rules, end: "deny" }], fallthrough: "deny" };
  return { ...measure(flow, context), externalShare };
}

function hasPort({ ranges, oneUnknownPortOf }: FlowRule): boolean {
  return ranges === null || ranges.length > 0 || oneUnknownPortOf.length > 0;
}

function measure(flow: Flow, context: FlowContext): Reach {
  const slices = slicesOf(flow);
  const spaces = context.families.map((family) => cutFlow(flow, family, context));
  const measured = spaces.map((space) => measureSpace(flow, slices, space));
  return {
    openToCluster: slices.every((slice) => isOpenToPods(slice, spaces)),
    openToExternal: measured.some(({ isWhole }) => isWhole),
    externalShare: Math.max(...measured.map(({ share }) => share)),
  };
}

function isOpenToPods(slice: Flow, spaces: readonly FlowAddresses[]): boolean {
  const { left, denied, closed } = passPods(slice, spaces);
  return !denied && !closed && (!left || slice.fallthrough === "allow");
}

/** Whole: in each slice. The share: of what is allowed in any slice. */
function measureSpace(
  flow: Flow,
  slices: readonly Flow[],
  space: FlowAddresses,
): { readonly isWhole: boolean; readonly share: number } {
  const inAny = new Uint8Array(space.count);
  let isWhole = true;
  for (const slice of slices) {
    const allowed = passAddresses(slice, space);
    for (const [cell, isAllowed] of allowed.entries()) if (isAllowed === 1) inAny[cell] = 1;
    isWhole &&= !allowed.includes(0);
  }
  // Rules for a port that is not known, which no slice may show.
  for (const { rules } of flow.tiers)
    for (const rule of rules)
      if (rule.action === "allow" && rule.oneUnknownPortOf.length > 0)
        for (const [from, end] of space.spansOfRule(rule)) inAny.fill(1, from, end);
  return { isWhole, share: shareOfSpace(space.family, space.toRanges(inAny)) };
}

/** The flow as the ports of each slice see it. */
function slicesOf(flow: Flow): readonly Flow[] {
  const rules = flow.tiers.flatMap((tier) => tier.rules);
  return portSlices(rules).map((matching) => {
    const kept = new Set([...matching].map((index) => rules[index]));
    return filterRules(flow, (rule) => kept.has(rule));
  });
}
