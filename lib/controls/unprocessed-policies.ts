// Policies that AWS's controller has made no rules of, in clusters whose nodes its agents may police.

import { AWS_ENGINES } from "../model/aws-engines.ts";
import type { EnforcementDetail, ProcessedPolicy } from "../model/enforcement-detail.ts";
import type { Enforcement } from "../model/posture.ts";

/** By namespace. Empty where another engine alone enforces: it reads the policies themselves. */
export function findUnprocessed(
  { engine }: Enforcement,
  { processing }: EnforcementDetail,
): ReadonlyMap<string, readonly ProcessedPolicy[]> {
  // Null is several, or one that is not known: AWS's may be among them.
  if (engine !== null && !AWS_ENGINES.has(engine)) return new Map();
  const unprocessed = processing.policies.filter(({ state }) => state === "unprocessed");
  return Map.groupBy(unprocessed, ({ namespace }) => namespace);
}
