// What is kept of each run beyond its report, to show what becomes better or worse: a few numbers.

import { countFailed } from "./counts.ts";
import type { Severity } from "./finding.ts";
import type { Report } from "./report.ts";
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

export function toTrendPoint({ startedAt, complete, coverage, clusters, findings }: Report): TrendPoint {
  const outcomes = { expected: 0, scanned: 0, partial: 0, missed: 0, skipped: 0 };
  for (const { cluster, file, outcome } of coverage) {
    if (cluster === null || file !== undefined) continue;
    outcomes.expected += 1;
    outcomes[outcome] += 1;
  }
  const postures = clusters
    .flatMap(({ namespaces }) => namespaces.map(({ posture }) => posture))
    .filter((posture) => posture !== "empty");
  return {
    startedAt,
    complete,
    clusters: outcomes,
    enforcement: {
      judged: clusters.length,
      enforced: clusters.filter(({ enforcement }) => enforcement.verdict === "enforced").length,
    },
    isolation: {
      judged: postures.length,
      isolated: postures.filter((posture) => posture === "isolated").length,
    },
    failed: countFailed(findings),
  };
}
