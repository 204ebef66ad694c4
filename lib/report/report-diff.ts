// What changed between two reports, both read front to back and side by side. What the second one did not see has not
// ended: a finding counts as resolved only where the second report looked at its place and says so, or looked at its
// whole cluster and has it no more.

import type { Finding } from "../model/finding.ts";
import type { NamespaceReport } from "../model/posture.ts";
import type { ClusterReport, ReportView } from "../model/report.ts";
import { type Scope, toScopeKey } from "../model/scope-order.ts";
import type { Coverage, CoverageOutcome } from "../model/target.ts";
import type { CheckScope } from "../model/preflight.ts";
import { UsageError } from "../model/usage-error.ts";
import { groupByScope, pairByScope } from "./by-scope.ts";

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

/** Both have to be in the report's order (by-scope.ts). */
export function compareReports(from: ReportView, to: ReportView, maxChanges = MAX_CHANGES): ReportDiff {
  const coverage = compareCoverage(from, to);
  return {
    schemaVersion: 1,
    from: toEnd(from),
    to: toEnd(to),
    findings: compareFindings(from, to, maxChanges),
    ...compareClusters(from, to),
    coverage,
    seesLess: coverage.some(({ before, after }) => before !== null && toRank(after) > toRank(before)),
  };
}

function toEnd({ startedAt, complete }: ReportView): ReportEnd {
  return { startedAt, complete };
}

/** How little was seen. What is skipped is not ours to look at, and so is nothing lost. */
function toRank(outcome: CoverageOutcome | null): number {
  if (outcome === "scanned" || outcome === "skipped") return 0;
  return outcome === "partial" ? 1 : 2;
}

type Lists = Record<Exclude<keyof ReportDiff["findings"], "unchanged">, Finding[]>;

/** All of them are in memory, and told. */
const MAX_CHANGES = 300_000;

function compareFindings(from: ReportView, to: ReportView, maxChanges: number): ReportDiff["findings"] {
  const lists: Lists = { new: [], regressed: [], resolved: [], exempted: [], notSeen: [] };
  const scanned = new Set(to.coverage.filter(({ outcome }) => outcome === "scanned").map(toScopeKey));
  let unchanged = 0;
  for (const [before, after] of pairByScope(byScope(from), byScope(to))) {
    unchanged += compareScope(before, after, scanned, lists);
    if (Object.values(lists).reduce((sum, { length }) => sum + length, 0) > maxChanges)
      throw new UsageError(
        `More than ${maxChanges} findings changed, which nobody reads one by one. Compare runs that are closer to each other, or scan and compare some of the accounts with --accounts.`,
      );
  }
  return { ...lists, unchanged };
}

function byScope({ findings }: ReportView) {
  return groupByScope(findings, (finding): Scope => finding);
}

/** Adds what changed to the lists; gives how many fail as before. */
function compareScope(
  from: readonly Finding[],
  to: readonly Finding[],
  scanned: ReadonlySet<string>,
  lists: Lists,
): number {
  const before = new Map(from.map((finding) => [finding.id, finding]));
  const after = new Map(to.map((finding) => [finding.id, finding]));
  let unchanged = 0;
  for (const finding of to.filter(isFailed)) {
    const status = before.get(finding.id)?.status;
    if (status === "fail") unchanged += 1;
    else if (status === undefined || status === "unknown") lists.new.push(finding);
    else lists.regressed.push(finding);
  }
  for (const finding of from.filter(isFailed)) {
    const now = after.get(finding.id);
    const end = toEndOf(finding, now, scanned);
    if (end !== "open") lists[end].push(now ?? finding);
  }
  return unchanged;
}

function isFailed({ status }: Finding): boolean {
  return status === "fail";
}

type Ending = "open" | "resolved" | "exempted" | "notSeen";

function toEndOf(before: Finding, after: Finding | undefined, scanned: ReadonlySet<string>): Ending {
  // A place that was read to its end and has the finding no more: its subject is gone.
  if (after === undefined)
    return before.cluster !== null && scanned.has(toScopeKey(before)) ? "resolved" : "notSeen";
  if (after.status === "fail") return "open";
  if (after.status === "unknown") return "notSeen";
  return after.status === "exempt" ? "exempted" : "resolved";
}

function compareClusters(from: ReportView, to: ReportView): Pick<ReportDiff, "enforcement" | "postures"> {
  const enforcement: ReportDiff["enforcement"][number][] = [];
  const postures: ReportDiff["postures"][number][] = [];
  for (const [before, after] of pairByScope(clustersByScope(from), clustersByScope(to)))
    for (const cluster of after) {
      const earlier = before.findLast(({ createdAt }) => createdAt === cluster.createdAt);
      // A cluster that only one of them has is told by the coverage.
      if (earlier === undefined) continue;
      const change = { before: earlier.enforcement.verdict, after: cluster.enforcement.verdict };
      if (change.before !== change.after) enforcement.push({ ...toScope(cluster), ...change });
      for (const posture of comparePostures(earlier, cluster)) postures.push(posture);
    }
  return { enforcement, postures };
}

function clustersByScope({ clusters }: ReportView) {
  return groupByScope(clusters, toScope);
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

function compareCoverage(from: ReportView, to: ReportView): readonly CoverageChange[] {
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
