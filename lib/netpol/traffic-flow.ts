// What the policies of one pod and direction do to traffic, in order. A flow is certain: doubt is two flows.

import type { Family } from "./address-range.ts";
import type { FlowRule } from "./policy.ts";

export interface Flow {
  readonly tiers: readonly FlowTier[];
  /** What happens to traffic that no tier decided. */
  readonly fallthrough: "allow" | "deny";
}

export interface FlowTier {
  readonly rules: readonly FlowRule[];
  /** What happens to traffic that no rule of the tier decided. */
  readonly end: "deny" | "continue";
}

export interface FlowContext {
  /** The address families that the pod uses; at least one. */
  readonly families: readonly Family[];
  readonly ipBlocksMatchPods: boolean;
}

/** No rule takes back or passes on what another gave. */
export function isPlain({ tiers }: Flow): boolean {
  return tiers.every(({ rules }) => rules.every(({ action }) => action === "allow"));
}

/** Of a plain flow: nothing gets beyond a tier that denies what it did not allow. */
export function reachedTiers({ tiers }: Flow): readonly FlowTier[] {
  const last = tiers.findIndex(({ end }) => end === "deny");
  return last === -1 ? tiers : tiers.slice(0, last + 1);
}

export function filterRules({ tiers, fallthrough }: Flow, keep: (rule: FlowRule) => boolean): Flow {
  return { tiers: tiers.map(({ rules, end }) => ({ rules: rules.filter(keep), end })), fallthrough };
}

/** The same flow without the rules of some policies. What isolated the pod still does. */
export function withoutPolicies(flow: Flow, removed: ReadonlySet<string>): Flow {
  return filterRules(flow, ({ policy }) => !removed.has(policy));
}

/** What each policy's rules alone let through, by its name. */
export function flowsOfPolicies({ tiers }: Flow): ReadonlyMap<string, Flow> {
  const own = new Map<string, Map<number, FlowRule[]>>();
  for (const [index, { rules }] of tiers.entries())
    for (const rule of rules) {
      const byTier = own.get(rule.policy) ?? new Map<number, FlowRule[]>();
      own.set(rule.policy, byTier);
      const inTier = byTier.get(index);
      if (inTier === undefined) byTier.set(index, [rule]);
      else inTier.push(rule);
    }
  const countDenying = countDenyingBefore(tiers);
  return new Map(
    [...own].map(([policy, byTier]) => {
      let next = 0;
      const kept = [...byTier].flatMap(([index, rules]): readonly FlowTier[] => {
        // Nothing of the policy is there, so all that a denying one does is to let nothing further.
        const isCutOff = countDenying(index) > countDenying(next);
        next = index + 1;
        return [...(isCutOff ? [NOTHING] : []), { rules, end: tiers[index]?.end ?? "deny" }];
      });
      return [policy, { tiers: kept, fallthrough: "deny" }];
    }),
  );
}

const NOTHING: FlowTier = { rules: [], end: "deny" };

/** How many tiers before the one with this index deny what they did not allow. */
function countDenyingBefore(tiers: readonly FlowTier[]): (index: number) => number {
  const counts = [0];
  for (const { end } of tiers) counts.push((counts.at(-1) ?? 0) + (end === "deny" ? 1 : 0));
  return (index) => counts[index] ?? 0;
}

/** Policies with a rule that can have a part in opening a whole space, each once. */
export function openingPolicies({ tiers }: Flow): readonly string[] {
  const policies = new Set<string>();
  for (const { rules } of tiers)
    for (const { action, isNarrow, policy } of rules)
      if (action !== "deny" && !isNarrow) policies.add(policy);
  return [...policies];
}
