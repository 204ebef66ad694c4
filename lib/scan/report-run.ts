// Stage 5 of a distributed run, the last: joins what the stages left in the bucket, and names what is missing. Of each
// cluster it remembers some numbers and where its result is, so that its memory is no matter of findings.

import type { Finding } from "../model/finding.ts";
import { toVisibilityFindings } from "../controls/visibility.ts";
import { addCounts, countRun, NOTHING_COUNTED, type RunCounts } from "../model/run-counts.ts";
import { compareScopes } from "../model/scope-order.ts";
import type { Coverage } from "../model/target.ts";
import type { ScannedCluster } from "../run-objects.ts";
import { isComplete } from "./coverage.ts";
import { type Expected, readExpected, type ReadPart } from "./expected-clusters.ts";
import type { Witnesses } from "./judge-exemptions.ts";
import type { ReportParts } from "./report-text.ts";
import { putJsonLines, runKeys } from "./run-store.ts";
import { type KnownResult, readResults, type StoredResult, toStoredResults } from "./scanned-results.ts";
import type { BulkStore } from "./sources.ts";
import { toReportHead, type JudgeRun } from "./to-report.ts";

/** A run as its stages left it. One list tells what is there: who reads what is absent is answered 403 (find-object.ts). */
export interface LeftRun extends Expected {
  readonly runId: string;
  readonly stored: readonly StoredResult[];
}

export async function openRun(runId: string, store: BulkStore): Promise<LeftRun> {
  const keys = runKeys(runId);
  const listed = await store.listSizes(keys.root);
  const present = new Set(listed.map(({ key }) => key));
  const read: ReadPart = async (key, parse) => {
    const object = present.has(key) ? await store.getObject(key) : null;
    return object === null ? null : parse(object.body);
  };
  const expected = await readExpected(runId, read);
  return { runId, ...expected, stored: toStoredResults(listed, keys.scannedPrefix) };
}

export interface RunReport extends ReportParts, Pick<Expected, "isWhole" | "accounts"> {
  /** Of the clusters, and not of what is wider. */
  readonly counts: RunCounts;
  readonly missed: readonly Coverage[];
  /** What became of the findings of all clusters. */
  readonly delivery: DeliveryCounts;
}

export interface DeliveryCounts {
  readonly sent: number;
  readonly failed: number;
  readonly postponed: number;
}

export interface ReportOptions {
  readonly now: () => Date;
  readonly toolVersion: string;
  readonly judgeRun: JudgeRun;
  readonly witnesses: Witnesses;
  /** Sees each cluster's result once, in the report's order. */
  readonly see: (scanned: ScannedCluster) => void;
}

export async function joinRun(left: LeftRun, store: BulkStore, options: ReportOptions): Promise<RunReport> {
  const { isWhole, accounts } = left;
  const seen = await readAll(left.stored, store, options);
  const present = new Set(seen.results.map(({ key }) => key));
  const lost = left.clusters.filter(({ key }) => !present.has(key)).map(({ coverage }) => coverage);
  const unscanned = [...left.coverage, ...lost];
  const coverage = [...unscanned, ...seen.coverage].toSorted(compareScopes);
  const complete = isComplete(coverage);
  const ofClusters = options.witnesses.found.values();
  const wide = options
    .judgeRun({ wide: toVisibilityFindings(unscanned), ofClusters, complete, isWhole })
    .toSorted(compareScopes);
  const head = toReportHead({
    coverage,
    startedAt: left.startedAt ?? options.now(),
    finishedAt: options.now(),
    toolVersion: options.toolVersion,
    kubernetesRequests: seen.kubernetesRequests,
    awsCalls: {},
  });
  const missed = coverage.filter(({ outcome }) => outcome === "missed" || outcome === "partial");
  await putJsonLines(store, runKeys(left.runId).missed, missed);
  const { results, counts, delivery } = seen;
  return { head, results, wide, counts, missed, isWhole, accounts, delivery };
}

export function countWide(findings: readonly Finding[]): RunCounts {
  return countRun({ clusters: [], findings });
}

async function readAll(
  stored: readonly StoredResult[],
  store: BulkStore,
  { witnesses, see }: Pick<ReportOptions, "witnesses" | "see">,
) {
  const results: KnownResult[] = [];
  const coverage: Coverage[] = [];
  let counts = NOTHING_COUNTED;
  let kubernetesRequests = 0;
  const delivery = { sent: 0, failed: 0, postponed: 0 };
  for await (const { scanned, ...known } of readResults(stored, store)) {
    const { cluster, findings } = scanned;
    const own = countRun({ clusters: cluster === null ? [] : [cluster], findings });
    results.push({ ...known, counts: own });
    coverage.push(scanned.coverage);
    counts = addCounts(counts, own);
    kubernetesRequests += scanned.kubernetesRequests;
    delivery.sent += scanned.delivery.sent;
    delivery.failed += scanned.delivery.failed.length;
    delivery.postponed += scanned.delivery.postponed ?? 0;
    witnesses.see(findings);
    see(scanned);
  }
  return { results, coverage, counts, kubernetesRequests, delivery };
}
