// How an enforcement verdict is said in a sentence: "NetworkPolicies are … in 3"; and what enforces on a node.

import { ENFORCEMENT_VERDICTS, type EnforcementVerdict, type NodeEnforcement } from "./posture.ts";

const PHRASES: Readonly<Record<EnforcementVerdict, string>> = {
  enforced: "enforced",
  partial: "enforced in part",
  "configured-not-enforced": "configured but not enforced",
  "not-enforced": "not enforced",
  unknown: "not known to be enforced",
};

/** `enforced in 2`, `not known to be enforced in 1`: of the verdicts that there are. */
export function toVerdictTexts(counts: Readonly<Record<EnforcementVerdict, number>>): string[] {
  return ENFORCEMENT_VERDICTS.filter((verdict) => counts[verdict] > 0).map(
    (verdict) => `${PHRASES[verdict]} in ${counts[verdict]}`,
  );
}

/** A node of which several engines may be the one that enforces has none by name, and is not without one. */
export function toNodeEngineText({ engine, verdict }: Pick<NodeEnforcement, "engine" | "verdict">): string {
  return engine ?? (verdict === "not-enforced" ? "no engine" : "engine not known");
}
