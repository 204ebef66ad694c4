// Whether a namespace denies by default, per direction (CONTRACTS, `defaultDeny`).

import type { Direction } from "../model/isolation-detail.ts";
import type { DefaultDeny } from "../model/posture.ts";
import { isEvery } from "./label-selector.ts";
import type { PodVerdict } from "./pod-verdict.ts";
import type { Policy } from "./policy.ts";
import { any, every, type Answer } from "./three-valued.ts";

/** `verdicts`: of the namespace's counted pods. */
export function judgeDefaultDeny(
  policies: readonly Policy[],
  direction: Direction,
  verdicts: readonly PodVerdict[],
): DefaultDeny {
  const declared = any(policies.map((policy) => declaresDefaultDeny(policy, direction)));
  if (declared === false) return "absent";
  if (declared === null) return "unknown";
  const nullified = any(verdicts.map((verdict) => isOpen(verdict, direction)));
  // Declared, but whether another policy takes it back is not known.
  if (nullified === null) return "declared";
  return nullified ? "nullified" : "effective";
}

function isOpen(verdict: PodVerdict, direction: Direction): Answer {
  const { openToCluster, openToExternal } = verdict[direction];
  return any([openToCluster, openToExternal]);
}

/** "An empty podSelector, that direction in its policyTypes and no rules for it." */
function declaresDefaultDeny(policy: Policy, direction: Direction): Answer {
  const part = policy[direction];
  if (part === null || !part.isolates) return false;
  // In Cilium's words no rule is one rule for nobody.
  const rules = part.rules.filter(({ unknown, peers }) => unknown !== null || peers.length > 0);
  if (rules.some(({ unknown }) => unknown === null)) return false;
  const { pods } = policy.subject;
  return every([
    pods.unknown === null ? isEvery(pods) : null,
    part.unknown === null && policy.doubt === null ? true : null,
    rules.length === 0 ? true : null,
  ]);
}
