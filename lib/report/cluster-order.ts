// Which cluster to look at first: by enforcement, because without it nothing else counts, then by how many of
// its namespaces stand open.

import type { EnforcementVerdict, Posture } from "../model/posture.ts";
import type { RunCounts } from "../model/run-counts.ts";

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

/** The same in two numbers. */
export interface Standing {
  readonly verdict: EnforcementVerdict;
  /** Namespaces that stand open. */
  readonly open: number;
}

export function compareClusters(a: RankedCluster, b: RankedCluster): number {
  return compareStandings(toStanding(a), toStanding(b));
}

export function compareStandings(a: Standing, b: Standing): number {
  return VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) || b.open - a.open;
}

export function toStanding({ enforcement, namespaces }: RankedCluster): Standing {
  const open = namespaces.filter(({ posture }) => OPEN.has(posture)).length;
  return { verdict: enforcement?.verdict ?? "unknown", open };
}

/** Of what was counted of one cluster. */
export function toCountedStanding({ verdicts, postures }: RunCounts): Standing {
  const verdict = VERDICTS.find((one) => verdicts[one] > 0) ?? "unknown";
  return { verdict, open: [...OPEN].reduce((sum, posture) => sum + postures[posture], 0) };
}
