// How an enforcement verdict is said in a sentence: "NetworkPolicies are … in 3".

import { ENFORCEMENT_VERDICTS, type EnforcementVerdict } from "./posture.ts";

const PHRASES: Readonly<Record<EnforcementVerdict, string>> = {
  enforced: "enforced",
  partial: "enforced in part",
  "configured-not-enforced": "configured but not enforced",
  "not-enforced": "not enforced",
  unknown: "not known",
};

/** `enforced in 2`, `not known in 1`: of the verdicts that there are. */
export function toVerdictTexts(counts: Readonly<Record<EnforcementVerdict, number>>): string[] {
  return ENFORCEMENT_VERDICTS.filter((verdict) => counts[verdict] > 0).map(
    (verdict) => `${PHRASES[verdict]} in ${counts[verdict]}`,
  );
}
