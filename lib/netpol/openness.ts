// How far a flow opens a pod: exactly, on the union of all rules, over every port and address.

import { coversWholeSpace, shareOfSpace, unionOf, type AddressRange, type Family } from "./address-range.ts";
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
  return slicesOf(filterRules(flow, ({ action }) => action !== "allow")).every((slice) => {
    if (passPods(slice, context).left) return false;
    return context.families.every((family) => passAddresses(slice, family).length === 0);
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
  const spaces = context.families.map((family) => ({
    family,
    allowed: slices.map((slice) => passAddresses(slice, family)),
  }));
  return {
    openToCluster: slices.every((slice) => isOpenToPods(slice, context)),
    openToExternal: spaces.some(({ family, allowed }) =>
      allowed.every((ranges) => coversWholeSpace(family, ranges)),
    ),
    externalShare: Math.max(
      ...spaces.map(({ family, allowed }) =>
        shareOfSpace(family, unionOf([...allowed, ...mayAlsoAllow(flow, family)])),
      ),
    ),
  };
}

function isOpenToPods(slice: Flow, context: FlowContext): boolean {
  const { left, denied, closed } = passPods(slice, context);
  return !denied && !closed && (!left || slice.fallthrough === "allow");
}

/** Addresses of rules for a port that is not known, which no slice may show. */
function mayAlsoAllow({ tiers }: Flow, family: Family): readonly (readonly AddressRange[])[] {
  return tiers
    .flatMap(({ rules }) => rules)
    .filter(({ action, oneUnknownPortOf }) => action === "allow" && oneUnknownPortOf.length > 0)
    .map((rule) => addressesOf(rule, family));
}

/** The flow as the ports of each slice see it. */
function slicesOf(flow: Flow): readonly Flow[] {
  const rules = flow.tiers.flatMap((tier) => tier.rules);
  return portSlices(rules).map((matching) => {
    const kept = new Set([...matching].map((index) => rules[index]));
    return filterRules(flow, (rule) => kept.has(rule));
  });
}
