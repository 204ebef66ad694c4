// Calico's tiers: in which order they are asked and what their end does.

import type { RawObject } from "../model/kubernetes.ts";
import type { Observed } from "../model/observed.ts";
import { ADMIN_TIER, BASELINE_TIER, NETWORK_POLICY_TIER } from "./policy.ts";
import { isRecord, member, shown } from "./raw-record.ts";

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
  for (const [index, raw] of (objects.seen ? sortedByName(objects.value) : []).entries())
    if (!known.has(raw.metadata.name)) known.set(raw.metadata.name, parseTier(raw, index));
  return (name) => {
    // "If this is omitted, the default tier (name is "default") is assumed."
    const tier = known.get(name ?? "default");
    if (tier !== undefined) return tier;
    return objects.seen
      ? `spec.tier is ${shown(name)}, and there is no such tier`
      : `spec.tier is ${shown(name)}, and the tiers could not be read: ${objects.why}`;
  };
}

function sortedByName(objects: readonly RawObject[]): readonly RawObject[] {
  return objects.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** Tiers of one order are asked by name, so a name's rank is a small part of its order. */
function parseTier(raw: RawObject, rank: number): CalicoTier | string {
  const spec = member(raw, "spec") ?? {};
  if (!isRecord(spec)) return `the tier ${shown(raw.metadata.name)} cannot be read`;
  const order = member(spec, "order") ?? LAST;
  const action = member(spec, "defaultAction") ?? "Deny";
  if (typeof order !== "number" || (action !== "Deny" && action !== "Pass"))
    return `the tier ${shown(raw.metadata.name)} cannot be read`;
  return { order: order + rank / 1e6, deniesRest: action === "Deny" };
}
