// What changed between two reports. Pure. What the second one did not see has not ended: a finding counts as resolved
// only where the second report looked at its place and says so, or looked at its whole cluster and has it no more.

import type { Finding } from "../model/finding.ts";
import type { NamespaceReport } from "../model/posture.ts";
import type { ClusterReport, Report } from "../model/report.ts";
import type { Coverage, CoverageOutcome } from "../model/target.ts";
import type { CheckScope } from "../model/preflight.ts";

export interface ReportDiff {
  readonly schemaVersion: 1;
  readonly from: ReportEnd;
  readonly to: ReportEnd;
  readonly findings: {
    /** Fails now, and was no failure before: unknown, or not there. */
    readonly new: readonly Finding[];
    /** Fails now, and was seen not to fail, or was exempt, before. */
    readonly regressed: readonly Finding[];
    readonly resolved: readonly Finding[];
    /** Failed before, and is accepted now. */
    readonly exempted: readonly Finding[];
    /** Failed before, and could not be looked at now: neither open nor resolved. */
    readonly notSeen: readonly Finding[];
    readonly unchanged: number;
  };
  readonly enforcement: readonly Changed<ClusterReport["enforcement"]["verdict"]>[];
  readonly postures: readonly (Changed<NamespaceReport["posture"]> & { readonly namespace: string })[];
  readonly coverage: readonly CoverageChange[];
  /** The second report looked at less of what the first one saw. */
  readonly seesLess: boolean;
}

export interface ReportEnd {
  readonly startedAt: string;
  readonly complete: boolean;
}

export interface Changed<T> extends CheckScope {
  readonly cluster: string;
  readonly before: T | null;
  readonly after: T | null;
}

export interface CoverageChange extends CheckScope {
  readonly file?: string;
  /** null: the report does not speak of it. */
  readonly before: CoverageOutcome | null;
  readonly after: CoverageOutcome | null;
  readonly detail?: string;
}

export function compareReports(from: Report, to: Report): ReportDiff {
  const coverage = compareCoverage(from, to);
  return {
    schemaVersion: 1,
    from: toEnd(from),
    to: toEnd(to),
    findings: compareFindings(from, to),
    ...compareClusters(from, to),
    coverage,
    seesLess: coverage.some(({ before, after }) => before !== null && toRank(after) > toRank(before)),
  };
}

function toEnd({ startedAt, complete }: Report): ReportEnd {
  return { startedAt, complete };
}

/** How little was seen. What is skipped is not ours to look at, and so is nothing lost. */
function toRank(outcome: CoverageOutcome | null): number {
  if (outcome === "scanned" || outcome === "skipped") return 0;
  return outcome === "partial" ? 1 : 2;
}

function compareFindings(from: Report, to: Report): ReportDiff["findings"] {
  const before = new Map(from.findings.map((finding) => [finding.id, finding]));
  const after = new Map(to.findings.map((finding) => [finding.id, finding]));
  const failsNow = to.findings.filter(({ status }) => status === "fail");
  const failedBefore = from.findings.filter(({ status }) => status === "fail");
  const wasFine = ({ id }: Finding): boolean => {
    const status = before.get(id)?.status;
    return status === "pass" || status === "not-applicable" || status === "exempt";
  };
  const wasOpen = ({ id }: Finding): boolean => before.get(id)?.status === "fail";
  const ended = failedBefore.map((finding) => ({
    finding,
    end: toEndOf(finding, after.get(finding.id), to),
  }));
  const endedAs = (end: Ending): readonly Finding[] =>
    ended.filter((one) => one.end === end).map(({ finding }) => after.get(finding.id) ?? finding);
  return {
    new: failsNow.filter((finding) => !wasOpen(finding) && !wasFine(finding)),
    regressed: failsNow.filter(wasFine),
    resolved: endedAs("resolved"),
    exempted: endedAs("exempted"),
    notSeen: endedAs("not-seen"),
    unchanged: failsNow.filter(wasOpen).length,
  };
}

type Ending = "open" | "resolved" | "exempted" | "not-seen";

function toEndOf(before: Finding, after: Finding | undefined, to: Report): Ending {
  if (after === undefined) return wasLookedAtWhole(before, to) ? "resolved" : "not-seen";
  if (after.status === "fail") return "open";
  if (after.status === "unknown") return "not-seen";
  return after.status === "exempt" ? "exempted" : "resolved";
}

/** A place that was read to its end and has the finding no more: its subject is gone. */
function wasLookedAtWhole({ account, region, cluster }: Finding, { coverage }: Report): boolean {
  if (cluster === null) return false;
  return coverage.some(
    (entry) =>
      entry.outcome === "scanned" &&
      entry.account === account &&
      entry.region === region &&
      entry.cluster === cluster,
  );
}

function compareClusters(from: Report, to: Report): Pick<ReportDiff, "enforcement" | "postures"> {
  const before = new Map(from.clusters.map((cluster) => [toClusterKey(cluster), cluster]));
  const pairs = to.clusters.flatMap((cluster) => {
    const earlier = before.get(toClusterKey(cluster));
    // A cluster that only one of them has is told by the coverage.
    return earlier === undefined ? [] : [{ earlier, cluster }];
  });
  return {
    enforcement: pairs.flatMap(({ earlier, cluster }) => {
      const change = { before: earlier.enforcement.verdict, after: cluster.enforcement.verdict };
      return change.before === change.after ? [] : [{ ...toScope(cluster), ...change }];
    }),
    postures: pairs.flatMap(({ earlier, cluster }) => comparePostures(earlier, cluster)),
  };
}

function comparePostures(earlier: ClusterReport, cluster: ClusterReport): ReportDiff["postures"] {
  const before = new Map(earlier.namespaces.map(({ name, posture }) => [name, posture]));
  const after = new Map(cluster.namespaces.map(({ name, posture }) => [name, posture]));
  return [...new Set([...before.keys(), ...after.keys()])].toSorted().flatMap((namespace) => {
    const change = { before: before.get(namespace) ?? null, after: after.get(namespace) ?? null };
    return change.before === change.after ? [] : [{ ...toScope(cluster), namespace, ...change }];
  });
}

function toScope({ account, region, name }: ClusterReport): CheckScope & { readonly cluster: string } {
  return { account, region, cluster: name };
}

function toClusterKey({ account, region, name, createdAt }: ClusterReport): string {
  return JSON.stringify([account, region, name, createdAt ?? null]);
}

function compareCoverage(from: Report, to: Report): readonly CoverageChange[] {
  const before = toWorst(from.coverage);
  const after = toWorst(to.coverage);
  return [...new Set([...before.keys(), ...after.keys()])].toSorted().flatMap((key) => {
    const [earlier, later] = [before.get(key), after.get(key)];
    const entry = later ?? earlier;
    if (entry === undefined || earlier?.outcome === later?.outcome) return [];
    const { account, region, cluster, file, detail } = entry;
    return [
      {
        account,
        region,
        cluster,
        ...(file === undefined ? {} : { file }),
        before: earlier?.outcome ?? null,
        after: later?.outcome ?? null,
        ...(later === undefined || detail === undefined ? {} : { detail }),
      },
    ];
  });
}

/** One entry per place; a file may have several. */
function toWorst(coverage: readonly Coverage[]): ReadonlyMap<string, Coverage> {
  const worst = new Map<string, Coverage>();
  for (const entry of coverage) {
    const key = JSON.stringify([entry.account, entry.region, entry.cluster, entry.file ?? null]);
    const known = worst.get(key);
    if (known === undefined || toRank(entry.outcome) > toRank(known.outcome)) worst.set(key, entry);
  }
  return worst;
}
