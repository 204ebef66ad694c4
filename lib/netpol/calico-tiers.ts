// Calico's tiers: in which order they are asked and what their end does.

import type { RawObject } from "../model/kubernetes.ts";
import type { Observed } from "../model/observed.ts";
import { ADMIN_TIER, BASELINE_TIER, NETWORK_POLICY_TIER } from "./policy.ts";
import { isRecord, member, shown, unknownField } from "./raw-record.ts";

export interface CalicoTier {
  readonly order: number;
  /** Traffic of a pod that a policy of the tier selects, and that no rule matches, is denied at its end. */
  readonly deniesRest: boolean;
}

/** By the name that a policy writes; a clause where the tier is not known. */
export type CalicoTiers = (name: unknown) => CalicoTier | string;

/** Tiers that every installation has, with orders that are fixed. */
const FIXED: ReadonlyMap<unknown, CalicoTier> = new Map([
  ["default", { order: NETWORK_POLICY_TIER, deniesRest: true }],
  ["adminnetworkpolicy", { order: ADMIN_TIER, deniesRest: false }],
  ["kube-admin", { order: ADMIN_TIER, deniesRest: false }],
  ["baselineadminnetworkpolicy", { order: BASELINE_TIER, deniesRest: false }],
  ["kube-baseline", { order: BASELINE_TIER, deniesRest: false }],
]);

/** After every order that is written. */
const LAST = 1e12;

export function indexCalicoTiers(objects: Observed<readonly RawObject[]>): CalicoTiers {
  const known = new Map<unknown, CalicoTier | string>(FIXED);
  const own = (objects.seen ? objects.value : []).filter(({ metadata }) => !FIXED.has(metadata.name));
  for (const [name, tier] of inOrder(own)) if (!known.has(name)) known.set(name, tier);
  return (name) => {
    // "If this is omitted, the default tier (name is "default") is assumed."
    const tier = known.get(name ?? "default");
    if (tier !== undefined) return tier;
    return objects.seen
      ? `spec.tier is ${shown(name)}, and there is no such tier`
      : `spec.tier is ${shown(name)}, and the tiers could not be read: ${objects.why}`;
  };
}

/** Tiers of one order are asked by name, so each gets a number that is just above the one before. */
function* inOrder(objects: readonly RawObject[]): Generator<readonly [name: string, CalicoTier | string]> {
  const tiers = objects.map((raw) => ({ name: raw.metadata.name, tier: parseTier(raw) }));
  const readable = tiers.flatMap(({ name, tier }) => (typeof tier === "string" ? [] : [{ name, ...tier }]));
  for (const { name, tier } of tiers) if (typeof tier === "string") yield [name, tier];
  let last = Number.NEGATIVE_INFINITY;
  for (const { name, order, deniesRest } of readable.toSorted(
    (a, b) => a.order - b.order || (a.name < b.name ? -1 : 1),
  )) {
    last = order > last ? order : justAbove(last);
    yield [name, { order: last, deniesRest }];
  }
}

function justAbove(order: number): number {
  return order + Math.max(Math.abs(order) * Number.EPSILON, Number.MIN_VALUE);
}

const SPEC_FIELDS = new Set(["order", "defaultAction"]);
const FIXED_ORDERS = new Set([...FIXED.values()].map(({ order }) => order));

function parseTier(raw: RawObject): CalicoTier | string {
  const spec = member(raw, "spec") ?? {};
  const name = shown(raw.metadata.name);
  if (!isRecord(spec)) return `the tier ${name} cannot be read`;
  const foreign = unknownField(spec, SPEC_FIELDS);
  if (foreign !== null) return `the tier ${name} has a field that we do not know, ${shown(foreign)}`;
  const order = member(spec, "order") ?? LAST;
  const action = member(spec, "defaultAction") ?? "Deny";
  if (typeof order !== "number" || (action !== "Deny" && action !== "Pass"))
    return `the tier ${name} cannot be read`;
  if (FIXED_ORDERS.has(order)) return `the tier ${name} has the order of a tier that every installation has`;
  return { order, deniesRest: action === "Deny" };
}
