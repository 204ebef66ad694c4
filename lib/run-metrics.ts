// What operators see of a run: a few numbers by what started it, in CloudWatch's embedded metric format. Never by
// account or cluster: each combination of dimensions is a metric that is billed. deploy/hub alarms on these names.

import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Trigger } from "./events.ts";
import type { Severity } from "./model/finding.ts";
import type { Report } from "./model/report.ts";
import type { RunCounts } from "./model/run-counts.ts";
import type { Coverage } from "./model/target.ts";

const FINDINGS_OF = [
  ["FindingsCritical", "critical"],
  ["FindingsHigh", "high"],
  ["FindingsMedium", "medium"],
  ["FindingsLow", "low"],
] as const satisfies readonly (readonly [string, Severity])[];

/** `unpublished`: findings that Security Hub did not take. */
export function toRunMetrics(
  { complete, coverage }: Pick<Report, "complete" | "coverage">,
  { failed }: Pick<RunCounts, "failed">,
  unpublished: number,
): ReadonlyMap<string, number> {
  const isMissed = ({ outcome }: Coverage) => outcome === "missed" || outcome === "partial";
  const clusters = coverage.filter(({ cluster, outcome }) => cluster !== null && outcome !== "skipped");
  return new Map([
    ["RunFinished", 1],
    ["RunIncomplete", complete ? 0 : 1],
    ["ClustersExpected", clusters.length],
    ["ClustersScanned", clusters.filter(({ outcome }) => outcome === "scanned").length],
    ["ClustersMissed", clusters.filter(isMissed).length],
    ["ScopesMissed", coverage.filter((entry) => entry.cluster === null && isMissed(entry)).length],
    ...FINDINGS_OF.map(([name, severity]) => [name, failed[severity]] as const),
    ["FindingsUnpublished", unpublished],
  ]);
}

/** Namespace and service are POWERTOOLS_METRICS_NAMESPACE and POWERTOOLS_SERVICE_NAME of the function. */
export function emitRunMetrics(values: ReadonlyMap<string, number>, trigger: Trigger): void {
  const metrics = new Metrics();
  metrics.addDimension("trigger", trigger);
  for (const [name, value] of values) metrics.addMetric(name, MetricUnit.Count, value);
  metrics.publishStoredMetrics();
}
