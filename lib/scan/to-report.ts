// A run as the report says it: its parts in their stable order, whole or not, and what is wider than a cluster. Pure
// but for the clock; knows nothing of how the parts came about.

import { toVisibilityFindings } from "../controls/visibility.ts";
import type { Finding } from "../model/finding.ts";
import { type ClusterReport, type Report, type ReportView, toWholeReport } from "../model/report.ts";
import { compareScopes } from "../model/scope-order.ts";
import type { Coverage, Target } from "../model/target.ts";
import { isComplete } from "./coverage.ts";
import { concatenate, mergeOrdered, Packable } from "./pack.ts";
import type { ClusterScan } from "./scan-cluster.ts";
import type { Cloud, Shelve } from "./sources.ts";

export interface ReportExemptions {
  /** False where this run's scope is narrower than the configuration's: then what was not found may well exist. */
  readonly isWhole: boolean;
  readonly judgeRun: JudgeRun;
}

/** The findings that are about no single cluster. */
export type JudgeRun = (run: {
  /** Accounts and Regions that could not be looked into. */
  readonly wide: readonly Finding[];
  readonly ofClusters: Iterable<Finding>;
  readonly complete: boolean;
  readonly isWhole: boolean;
}) => readonly Finding[];

/** What the report keeps of a scan. */
export interface ReportedScan {
  readonly target: Target;
  readonly coverage: Coverage;
  /** One, or none where nothing was judged. */
  readonly clusters: Iterable<ClusterReport>;
  readonly findings: Iterable<Finding>;
  readonly kubernetesRequests: number;
}

export type PackScan = (scan: ClusterScan) => ReportedScan;

/**
 * For one run: a scan waits packed from when the next one comes. So the last one never is, and of a single cluster,
 * which may be as big as a thousand others, nothing is packed and unpacked in vain.
 */
export function createScanPacking(shelve?: Shelve): PackScan {
  let newest: readonly Packable<unknown>[] = [];
  return (scan) => {
    const reported = toReported(scan);
    for (const list of newest) list.pack(shelve);
    const clusters = new Packable(reported.clusters);
    const findings = new Packable(reported.findings);
    newest = [clusters, findings];
    return { ...reported, clusters, findings };
  };
}

function toReported({ target, coverage, cluster, findings, kubernetesRequests }: ClusterScan) {
  return { target, coverage, clusters: cluster === null ? [] : [cluster], findings, kubernetesRequests };
}

interface ReportParts<Scan> {
  readonly scans: readonly Scan[];
  readonly coverage: readonly Coverage[];
  readonly startedAt: Date;
  readonly cloud: Cloud | null;
  readonly options: {
    readonly context: { readonly now: () => Date };
    readonly toolVersion: string;
    readonly exemptions?: ReportExemptions;
  };
}

/** Of a few clusters, which are all in memory. */
export function toReport({ scans, ...parts }: ReportParts<ClusterScan>): Report {
  return toWholeReport(toReportView({ ...parts, scans: scans.map(toReported) }));
}

/** Puts the parts of a run in the report's stable order: account, Region, cluster, then the catalogue's. */
export function toReportView(parts: ReportParts<ReportedScan>): ReportView {
  const { scans, coverage, startedAt, cloud, options } = parts;
  const finishedAt = options.context.now();
  const ordered = scans.toSorted((a, b) => compareScopes(a.target, b.target));
  const allCoverage = [...coverage, ...ordered.map((scan) => scan.coverage)].toSorted(compareScopes);
  const complete = isComplete(allCoverage);
  const ofClusters = concatenate(ordered.map(({ findings }) => findings));
  const wide = toVisibilityFindings(coverage);
  const { exemptions } = options;
  const judged = exemptions?.judgeRun({ wide, ofClusters, complete, isWhole: exemptions.isWhole }) ?? wide;
  return {
    ...toReportHead({
      coverage: allCoverage,
      startedAt,
      finishedAt,
      toolVersion: options.toolVersion,
      kubernetesRequests: scans.reduce((sum, scan) => sum + scan.kubernetesRequests, 0),
      awsCalls: cloud === null ? {} : { ...cloud.callCounts },
    }),
    clusters: concatenate(ordered.map(({ clusters }) => clusters)),
    findings: mergeOrdered(judged.toSorted(compareScopes), ofClusters, compareScopes),
  };
}

interface HeadParts {
  /** In the report's order. */
  readonly coverage: readonly Coverage[];
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly toolVersion: string;
  readonly kubernetesRequests: number;
  readonly awsCalls: Readonly<Record<string, number>>;
}

/** All of a report but its clusters and findings. */
export function toReportHead(parts: HeadParts): Omit<Report, "clusters" | "findings"> {
  const { coverage, startedAt, finishedAt, toolVersion, kubernetesRequests, awsCalls } = parts;
  const durationMs = finishedAt.getTime() - startedAt.getTime();
  return {
    schemaVersion: 1,
    tool: { name: "ringfence", version: toolVersion },
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    complete: isComplete(coverage),
    coverage,
    stats: { durationMs, awsCalls, kubernetesRequests },
  };
}

/** The report with what became of the findings that are about no single cluster. */
export function withWideFindings(report: ReportView, wide: readonly Finding[]): ReportView {
  const ofClusters = {
    [Symbol.iterator]: () => Iterator.from(report.findings).filter(({ cluster }) => cluster !== null),
  };
  return { ...report, findings: mergeOrdered(wide.toSorted(compareScopes), ofClusters, compareScopes) };
}
