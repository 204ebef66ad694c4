// What to do about a failure. Made only where something failed: a pass needs none, and most subjects pass.

import type { Remediation } from "../model/finding.ts";
import type { Judgement } from "./judge-namespaces.ts";

export function withRemedy(judgement: Judgement, toRemedy: () => Remediation): Judgement {
  return judgement.status === "fail" ? { ...judgement, remediation: toRemedy() } : judgement;
}
