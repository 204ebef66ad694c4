// The policies of a namespace that do something there. Pure.

import type { NamespaceReport } from "./posture.ts";

/** In a namespace's order, those that select one of its pods. A tenant may keep any number of either kind. */
export function livePolicies({
  policies,
  deadPolicies,
}: Pick<NamespaceReport, "policies" | "deadPolicies">): readonly string[] {
  const dead = new Set(deadPolicies);
  return policies.filter((policy) => !dead.has(policy));
}
