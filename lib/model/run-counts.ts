// A run in numbers: what every overview begins with, whatever became of the lists behind them. Adds up, so that a run
// can be counted cluster by cluster.

import type { Finding, Severity, Status } from "./finding.ts";
import type { EnforcementVerdict, Posture } from "./posture.ts";
import type { ClusterReport } from "./report.ts";

export interface RunCounts {
  /** Clusters with a report, and by verdict. */
  readonly clusters: number;
  readonly verdicts: Readonly<Record<EnforcementVerdict, number>>;
  /** Namespaces. */
  readonly postures: Readonly<Record<Posture, number>>;
  /** Some posture is only what the policies say. */
  readonly assumesEnforcement: boolean;
  readonly statuses: Readonly<Record<Status, number>>;
  /** Failed findings of each severity. */
  readonly failed: Readonly<Record<Severity, number>>;
}

export const NOTHING_COUNTED: RunCounts = {
  clusters: 0,
  verdicts: { enforced: 0, partial: 0, "configured-not-enforced": 0, "not-enforced": 0, unknown: 0 },
  postures: { isolated: 0, partial: 0, inert: 0, unprotected: 0, empty: 0, unknown: 0 },
  assumesEnforcement: false,
  statuses: { pass: 0, fail: 0, unknown: 0, "not-applicable": 0, exempt: 0 },
  failed: { critical: 0, high: 0, medium: 0, low: 0, informational: 0 },
};

export function countRun(run: {
  readonly clusters: Iterable<ClusterReport>;
  readonly findings: Iterable<Finding>;
}): RunCounts {
  let clusters = 0;
  let assumesEnforcement = false;
  const verdicts = { ...NOTHING_COUNTED.verdicts };
  const postures = { ...NOTHING_COUNTED.postures };
  for (const { enforcement, namespaces } of run.clusters) {
    clusters += 1;
    verdicts[enforcement.verdict] += 1;
    for (const namespace of namespaces) {
      postures[namespace.posture] += 1;
      if (namespace.assumesEnforcement === true) assumesEnforcement = true;
    }
  }
  const statuses = { ...NOTHING_COUNTED.statuses };
  const failed = { ...NOTHING_COUNTED.failed };
  for (const { status, severity } of run.findings) {
    statuses[status] += 1;
    if (status === "fail") failed[severity] += 1;
  }
  return { clusters, verdicts, postures, assumesEnforcement, statuses, failed };
}

export function addCounts(a: RunCounts, b: RunCounts): RunCounts {
  return {
    clusters: a.clusters + b.clusters,
    verdicts: sum(a.verdicts, b.verdicts),
    postures: sum(a.postures, b.postures),
    assumesEnforcement: a.assumesEnforcement || b.assumesEnforcement,
    statuses: sum(a.statuses, b.statuses),
    failed: sum(a.failed, b.failed),
  };
}

export function sumOf(amounts: Readonly<Record<string, number>>): number {
  return Object.values(amounts).reduce((all, amount) => all + amount, 0);
}

function sum<const Key extends string>(
  a: Readonly<Record<Key, number>>,
  b: Readonly<Record<Key, number>>,
): Readonly<Record<Key, number>> {
  const both: Record<Key, number> = { ...a };
  for (const key in b) both[key] += b[key];
  return both;
}
