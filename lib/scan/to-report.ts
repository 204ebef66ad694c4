// A run as the report says it: its parts in their stable order, whole or not, and what is wider than a cluster. Pure
// but for the clock; knows nothing of how the parts came about.

import { toVisibilityFindings } from "../controls/visibility.ts";
import { compareCodeUnits } from "../model/code-units.ts";
import type { Finding } from "../model/finding.ts";
import type { ClusterReport, Report } from "../model/report.ts";
import type { Coverage } from "../model/target.ts";
import { isComplete } from "./coverage.ts";
import type { ClusterScan } from "./scan-cluster.ts";
import type { Cloud } from "./sources.ts";

export interface ReportExemptions {
  /** False where this run's scope is narrower than the configuration's: then what was not found may well exist. */
  readonly isWhole: boolean;
  readonly judgeRun: JudgeRun;
}

/** The findings that are about no single cluster. */
export type JudgeRun = (run: {
  /** Accounts and Regions that could not be looked into. */
  readonly wide: readonly Finding[];
  readonly ofClusters: readonly Finding[];
  readonly complete: boolean;
  readonly isWhole: boolean;
}) => readonly Finding[];

interface ReportParts {
  readonly scans: readonly ClusterScan[];
  readonly coverage: readonly Coverage[];
  readonly startedAt: Date;
  readonly cloud: Cloud | null;
  readonly options: {
    readonly context: { readonly now: () => Date };
    readonly toolVersion: string;
    readonly exemptions?: ReportExemptions;
  };
}

/** Puts the parts of a run in the report's stable order: account, Region, cluster, then the catalogue's. */
export function toReport({ scans, coverage, startedAt, cloud, options }: ReportParts): Report {
  const finishedAt = options.context.now();
  const ordered = scans.toSorted((a, b) => compareScopes(a.target, b.target));
  const allCoverage = [...coverage, ...ordered.map((scan) => scan.coverage)].toSorted(compareScopes);
  const clusters: ClusterReport[] = ordered.flatMap(({ cluster }) => (cluster === null ? [] : [cluster]));
  const complete = isComplete(allCoverage);
  const ofClusters = ordered.flatMap((scan) => scan.findings);
  const wide = toVisibilityFindings(coverage);
  const { exemptions } = options;
  const judged = exemptions?.judgeRun({ wide, ofClusters, complete, isWhole: exemptions.isWhole }) ?? wide;
  return {
    schemaVersion: 1,
    tool: { name: "ringfence", version: options.toolVersion },
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    complete,
    coverage: allCoverage,
    clusters,
    findings: [...judged, ...ofClusters].toSorted(compareScopes),
    stats: {
      durationMs: finishedAt.getTime() - startedAt.getTime(),
      awsCalls: cloud === null ? {} : { ...cloud.callCounts },
      kubernetesRequests: scans.reduce((sum, scan) => sum + scan.kubernetesRequests, 0),
    },
  };
}

/** The report with what became of the findings that are about no single cluster. */
export function withWideFindings(report: Report, wide: readonly Finding[]): Report {
  const ofClusters = report.findings.filter(({ cluster }) => cluster !== null);
  return { ...report, findings: [...wide, ...ofClusters].toSorted(compareScopes) };
}

interface Scope {
  readonly account: string | null;
  readonly region: string | null;
  readonly cluster: string | null;
}

/** Code-unit order; null, "the whole of", sorts first. Stable, so the order inside a cluster is kept. */
function compareScopes(a: Scope, b: Scope): number {
  return (
    compareCodeUnits(a.account ?? "", b.account ?? "") ||
    compareCodeUnits(a.region ?? "", b.region ?? "") ||
    compareCodeUnits(a.cluster ?? "", b.cluster ?? "")
  );
}
