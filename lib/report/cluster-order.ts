// Which cluster to look at first: by enforcement, because without it nothing else counts, then by how many of
// its namespaces stand open.

import type { EnforcementVerdict, Posture } from "../model/posture.ts";

export interface RankedCluster {
  /** null: nothing of it could be read. */
  readonly enforcement: { readonly verdict: EnforcementVerdict } | null;
  readonly namespaces: readonly { readonly posture: Posture }[];
}

const VERDICTS: readonly EnforcementVerdict[] = [
  "configured-not-enforced",
  "not-enforced",
  "unknown",
  "partial",
  "enforced",
];
const OPEN: ReadonlySet<Posture> = new Set(["inert", "unprotected", "partial"]);

export function compareClusters(a: RankedCluster, b: RankedCluster): number {
  return toVerdictRank(a) - toVerdictRank(b) || countOpen(b) - countOpen(a);
}

function toVerdictRank({ enforcement }: RankedCluster): number {
  return VERDICTS.indexOf(enforcement?.verdict ?? "unknown");
}

function countOpen({ namespaces }: RankedCluster): number {
  return namespaces.filter(({ posture }) => OPEN.has(posture)).length;
}
