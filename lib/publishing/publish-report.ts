// The end of a distributed run: what is about whole accounts goes to the scanner's own hub, the report is written and
// the digest goes out, and the outcome says in numbers what the run is worth.

import type { DigestDrafts } from "./digest-destinations.ts";
import type { RunPublishing } from "./publish-digest.ts";
import { addCounts } from "../model/run-counts.ts";
import { compareScopes } from "../model/scope-order.ts";
import { toTrendPointOf } from "../model/trend.ts";
import type { WholeRunPublishing } from "./publish-whole-run.ts";
import { makePage } from "./report-page.ts";
import { parseKeptWide, type KeptWide } from "../run-objects.ts";
import type { DigestOutcome } from "../scan/digest-outbox.ts";
import { findObject } from "../scan/find-object.ts";
import type { Publication } from "../scan/publish.ts";
import { countWide, type RunReport } from "../scan/report-run.ts";
import { toReportText, type ReportParts } from "../scan/report-text.ts";
import { putJson, runKeys } from "../scan/run-store.ts";
import type { BulkStore, ObjectStore } from "../scan/sources.ts";

export interface RunOutcome {
  readonly runId: string;
  /** False as soon as anything in scope was missed or read in part. */
  readonly complete: boolean;
  readonly clusters: { readonly expected: number; readonly scanned: number; readonly missed: number };
  readonly failed: number;
  /** Findings that Security Hub did not take. */
  readonly unpublished: number;
  /** Over the bound of first imports, and left to the next runs. */
  readonly postponed: number;
  /** "": sent, or there was nobody to tell or nothing to say. Operators are alarmed by any other. */
  readonly digestProblem: string;
  /** Why the report is without the trend; "" where it is not, or where the run adds nothing to it. */
  readonly trendProblem: string;
  readonly report: string;
}

export interface ReportPlace {
  readonly runId: string;
  readonly store: BulkStore;
  /** What comes before a key in the address of an object. */
  readonly root: string;
}

/** `drafts` have seen every cluster of the run. */
export async function publishReport(
  run: RunReport,
  drafts: DigestDrafts,
  publishing: RunPublishing,
  { runId, store, root }: ReportPlace,
): Promise<RunOutcome> {
  const { delivery: published, ...kept } = await publishWideOnce(runId, run, publishing, store);
  const wide = kept.findings.toSorted(compareScopes);
  const counts = addCounts(run.counts, countWide(wide));
  const trend = run.isWhole ? await publishing.rememberTrend(toTrendPointOf(run.head, counts)) : null;
  const head = trend?.seen === true ? { ...run.head, trend: trend.value } : run.head;
  const keys = runKeys(runId);
  await writeReport({ head, results: run.results, wide }, keys, store);
  const unpublished = run.delivery.failed + published.failed.length;
  const postponed = run.delivery.postponed + (published.postponed ?? 0);
  drafts.add({ clusters: [], findings: wide, unpublished: published.failed });
  const digests = await publishing.publishDigest({ ...head, isWhole: run.isWhole }, drafts, {
    securityHub: { imported: run.delivery.sent + published.sent, postponed },
    reportLocation: root + keys.report,
    pageLocation: root + keys.page,
  });
  await publishing.end();
  const clusters = head.coverage.filter(({ cluster }) => cluster !== null);
  return {
    runId,
    complete: head.complete,
    clusters: {
      expected: clusters.length,
      scanned: clusters.filter(({ outcome }) => outcome === "scanned").length,
      missed: clusters.filter(({ outcome }) => outcome === "missed" || outcome === "partial").length,
    },
    failed: counts.statuses.fail,
    unpublished,
    postponed,
    trendProblem: trend === null || trend.seen ? "" : `${trend.detail} (${trend.why})`,
    digestProblem: digests.flatMap(toProblem).join("; "),
    report: root + keys.report,
  };
}

/** The digest says where these are: so they are there before it. */
async function writeReport(
  parts: ReportParts,
  keys: ReturnType<typeof runKeys>,
  store: BulkStore,
): Promise<void> {
  await store.putPieces(keys.report, toReportText(parts, store));
  await store.putObject(keys.page, await makePage(parts, store));
}

function toProblem({ name, problem }: DigestOutcome): string[] {
  return problem === "" ? [] : [`${name}: ${problem}`];
}

/** The first outcome stands: where this stage is repeated, what was news is not news any more. */
async function publishWideOnce(
  runId: string,
  { head: { startedAt, coverage, complete }, wide, isWhole, accounts }: RunReport,
  publishing: WholeRunPublishing,
  store: ObjectStore,
): Promise<KeptWide> {
  const key = runKeys(runId).wide;
  const earlier = await findObject(store, key);
  const before = earlier === null ? null : parseKeptWide(earlier.body);
  if (before !== null) return before;
  const toKept = ({ findings, vanished, delivery }: Publication): KeptWide => ({
    findings: [...findings, ...vanished],
    delivery,
  });
  const published = await publishing.publishWide(
    { startedAt, coverage, complete, findings: wide },
    { isWhole, accounts },
    async (publication) => putJson(store, key, toKept(publication)),
  );
  return toKept(published);
}
