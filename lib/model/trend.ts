// What is kept of each run beyond its report, to show what becomes better or worse: a few numbers.

import { countFailed } from "./counts.ts";
import type { Severity } from "./finding.ts";
import type { ReportView } from "./report.ts";
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

export function toTrendPoint({ startedAt, complete, coverage, clusters, findings }: ReportView): TrendPoint {
  const outcomes = { expected: 0, scanned: 0, partial: 0, missed: 0, skipped: 0 };
  for (const { cluster, file, outcome } of coverage) {
    if (cluster === null || file !== undefined) continue;
    outcomes.expected += 1;
    outcomes[outcome] += 1;
  }
  const enforcement = { judged: 0, enforced: 0 };
  const isolation = { judged: 0, isolated: 0 };
  for (const {
    enforcement: { verdict },
    namespaces,
  } of clusters) {
    enforcement.judged += 1;
    if (verdict === "enforced") enforcement.enforced += 1;
    const postures = namespaces.map(({ posture }) => posture).filter((posture) => posture !== "empty");
    isolation.judged += postures.length;
    isolation.isolated += postures.filter((posture) => posture === "isolated").length;
  }
  return { startedAt, complete, clusters: outcomes, enforcement, isolation, failed: countFailed(findings) };
}
