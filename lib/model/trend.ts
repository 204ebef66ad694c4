// What is kept of each run beyond its report, to show what becomes better or worse: a few numbers.

import type { Severity } from "./finding.ts";
import type { ReportView } from "./report.ts";
import { countRun, sumOf, type RunCounts } from "./run-counts.ts";
import type { CoverageOutcome } from "./target.ts";

export interface TrendPoint {
  /** RFC 3339, when the run started; no two points have the same. */
  readonly startedAt: string;
  readonly complete: boolean;
  /** Clusters that the run was to account for. */
  readonly clusters: Readonly<Record<CoverageOutcome | "expected", number>>;
  /** Of clusters with a verdict, `unknown` among them. */
  readonly enforcement: { readonly judged: number; readonly enforced: number };
  /** Of namespaces with workloads. */
  readonly isolation: { readonly judged: number; readonly isolated: number };
  readonly failed: Readonly<Record<Severity, number>>;
}

type TrendRun = Pick<ReportView, "startedAt" | "complete" | "coverage">;

export function toTrendPoint(report: ReportView): TrendPoint {
  return toTrendPointOf(report, countRun(report));
}

export function toTrendPointOf({ startedAt, complete, coverage }: TrendRun, counts: RunCounts): TrendPoint {
  const outcomes = { expected: 0, scanned: 0, partial: 0, missed: 0, skipped: 0 };
  for (const { cluster, file, outcome } of coverage) {
    if (cluster === null || file !== undefined) continue;
    outcomes.expected += 1;
    outcomes[outcome] += 1;
  }
  const { clusters, verdicts, postures, failed } = counts;
  return {
    startedAt,
    complete,
    clusters: outcomes,
    enforcement: { judged: clusters, enforced: verdicts.enforced },
    isolation: { judged: sumOf(postures) - postures.empty, isolated: postures.isolated },
    failed,
  };
}
