// What operators see of a run: a few numbers by what started it, in CloudWatch's embedded metric format. Never by
// account or cluster: each combination of dimensions is a metric that is billed. deploy/hub alarms on these names.

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

/** What nobody got: findings that Security Hub did not take, and why a digest did not arrive, "" where it did. */
interface Untold {
  readonly unpublished: number;
  readonly digestProblem: string;
}

export function toRunMetrics(
  { complete, coverage }: Pick<Report, "complete" | "coverage">,
  { failed }: Pick<RunCounts, "failed">,
  { unpublished, digestProblem }: Untold,
): ReadonlyMap<string, number> {
  const isMissed = ({ outcome }: Coverage) => outcome === "missed" || outcome === "partial";
  const clusters = coverage.filter(({ cluster, outcome }) => cluster !== null && outcome !== "skipped");
  return new Map([
    ["RunFinished", 1],
    ["RunIncomplete", complete ? 0 : 1],
    // A digest cannot tell that it did not arrive.
    ["RunUntold", unpublished > 0 || digestProblem !== "" ? 1 : 0],
    ["ClustersExpected", clusters.length],
    ["ClustersScanned", clusters.filter(({ outcome }) => outcome === "scanned").length],
    ["ClustersMissed", clusters.filter(isMissed).length],
    ["ScopesMissed", coverage.filter((entry) => entry.cluster === null && isMissed(entry)).length],
    ...FINDINGS_OF.map(([name, severity]) => [name, failed[severity]] as const),
    ["FindingsUnpublished", unpublished],
  ]);
}

/**
 * One line of the embedded metric format (Amazon CloudWatch User Guide, "Specification: Embedded metric format"), which
 * CloudWatch reads in the function's log. `service`: RINGFENCE_NAME, to tell deployments of one account apart.
 */
function toMetricsLine(
  values: ReadonlyMap<string, number>,
  dimensions: { readonly service: string; readonly trigger: Trigger },
  nowMs: number,
): string {
  const directive = {
    Namespace: "Ringfence",
    Dimensions: [Object.keys(dimensions)],
    // "A maximum of 100 MetricDefinition objects"; there are about a dozen.
    Metrics: [...values.keys()].map((Name) => ({ Name, Unit: "Count" })),
  };
  return JSON.stringify({
    _aws: { Timestamp: nowMs, CloudWatchMetrics: [directive] },
    ...dimensions,
    ...Object.fromEntries(values),
  });
}

export function emitRunMetrics(values: ReadonlyMap<string, number>, trigger: Trigger): void {
  const service = process.env["RINGFENCE_NAME"] ?? "ringfence";
  // Not by console.log: Lambda puts a time and a level in front of that, and the line is no metric then.
  process.stdout.write(`${toMetricsLine(values, { service, trigger }, Date.now())}\n`);
}
