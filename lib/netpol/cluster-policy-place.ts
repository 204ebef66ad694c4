// Where a cluster-wide policy stands among the others: its tier and its priority in it.

import { ADMIN_TIER, BASELINE_TIER } from "./policy.ts";
import { member, shown, type RawRecord } from "./raw-record.ts";

export interface Place {
  readonly tier: number;
  readonly order: number;
}

const TIERS: ReadonlyMap<unknown, number> = new Map([
  ["Admin", ADMIN_TIER],
  ["Baseline", BASELINE_TIER],
]);

/** "Priority is a value from 0 to 1000 … Policies with lower priority values have higher precedence." */
export function placeByPriority(spec: RawRecord, tier: number): Place | string {
  const order = member(spec, "priority");
  if (typeof order !== "number" || !Number.isInteger(order) || order < 0 || order > 1000)
    return `spec.priority is ${shown(order)}, which is not from 0 to 1000`;
  return { tier, order };
}

export function placeByTierAndPriority(spec: RawRecord): Place | string {
  const written = member(spec, "tier");
  const tier = TIERS.get(written);
  return tier === undefined
    ? `spec.tier is ${shown(written)}, which is not Admin or Baseline`
    : placeByPriority(spec, tier);
}
