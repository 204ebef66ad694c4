// The few numbers that every overview begins with. Counts only what the report says.

import type { EnforcementVerdict, Posture } from "../model/posture.ts";
import type { Report } from "../model/report.ts";
import { sumOf, type RunCounts } from "../model/run-counts.ts";
import type { CoverageOutcome } from "../model/target.ts";

export interface Summary {
  /** Clusters that a run is to account for, by what became of them. */
  readonly coverage: Readonly<Record<CoverageOutcome | "expected", number>>;
  /** Clusters with a report, and by verdict. */
  readonly clusters: number;
  readonly verdicts: Readonly<Record<EnforcementVerdict, number>>;
  readonly namespaces: number;
  readonly postures: Readonly<Record<Posture, number>>;
}

/** Best first: the order of a bar, in which the good part is solid ground. */
export const VERDICTS_BEST_FIRST = [
  "enforced",
  "partial",
  "configured-not-enforced",
  "not-enforced",
  "unknown",
] as const satisfies readonly EnforcementVerdict[];

export function toSummary({ coverage }: Pick<Report, "coverage">, counts: RunCounts): Summary {
  const outcomes = { expected: 0, scanned: 0, partial: 0, missed: 0, skipped: 0 };
  for (const { cluster, file, outcome } of coverage) {
    if (cluster === null || file !== undefined) continue;
    outcomes.expected += 1;
    outcomes[outcome] += 1;
  }
  const { clusters, verdicts, postures } = counts;
  return { coverage: outcomes, clusters, verdicts, namespaces: sumOf(postures), postures };
}
