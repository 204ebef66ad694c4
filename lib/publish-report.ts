// The end of a distributed run: what is about whole accounts goes to the scanner's own hub, the digest goes out,
// and the outcome says in numbers what the run is worth.

import type { RunPublishing } from "./publish-digest.ts";
import { toWholeReport } from "./model/report.ts";
import type { WholeRunPublishing } from "./publish-whole-run.ts";
import { toHtml } from "./report/html.ts";
import { parseKeptWide, type KeptWide } from "./run-objects.ts";
import type { DigestOutcome } from "./scan/digest-outbox.ts";
import { findObject } from "./scan/find-object.ts";
import { joinDeliveries, type Publication } from "./scan/publish.ts";
import type { RunReport } from "./scan/report-run.ts";
import { withWideFindings } from "./scan/to-report.ts";
import { putJson, runKeys } from "./scan/run-store.ts";
import type { ObjectStore } from "./scan/sources.ts";

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
  /** "": sent, or there was nobody to tell or nothing to say. */
  readonly digestProblem: string;
  /** Why the report is without the trend; "" where it is not, or where the run adds nothing to it. */
  readonly trendProblem: string;
  readonly report: string;
}

export async function publishReport(
  runId: string,
  run: RunReport,
  publishing: RunPublishing,
  store: ObjectStore,
  /** What comes before a key in the address of an object. */
  root: string,
): Promise<RunOutcome> {
  const wide = await publishWideOnce(runId, run, publishing, store);
  const scanned = toWholeReport(withWideFindings(run.report, wide.findings));
  const trend = await publishing.rememberTrend(scanned, run.isWhole);
  const report = trend?.seen === true ? { ...scanned, trend: trend.value } : scanned;
  const keys = runKeys(runId);
  await putJson(store, keys.report, report);
  await store.putObject(keys.page, toHtml(report));
  const delivery = joinDeliveries([run.delivery, wide.delivery]);
  const digests = await publishing.publishDigest(report, {
    unpublished: delivery.failed,
    securityHub: { imported: delivery.sent, postponed: delivery.postponed ?? 0 },
    reportLocation: root + keys.report,
    pageLocation: root + keys.page,
    unitPaths: run.unitPaths,
  });
  await publishing.end();
  const clusters = report.coverage.filter(({ cluster }) => cluster !== null);
  return {
    runId,
    complete: report.complete,
    clusters: {
      expected: clusters.length,
      scanned: clusters.filter(({ outcome }) => outcome === "scanned").length,
      missed: clusters.filter(({ outcome }) => outcome === "missed" || outcome === "partial").length,
    },
    failed: report.findings.filter(({ status }) => status === "fail").length,
    unpublished: delivery.failed.length,
    postponed: delivery.postponed ?? 0,
    trendProblem: trend === null || trend.seen ? "" : `${trend.detail} (${trend.why})`,
    digestProblem: digests.flatMap(toProblem).join("; "),
    report: root + keys.report,
  };
}

function toProblem({ name, problem }: DigestOutcome): string[] {
  return problem === "" ? [] : [`${name}: ${problem}`];
}

/** The first outcome stands: where this stage is repeated, what was news is not news any more. */
async function publishWideOnce(
  runId: string,
  { report, isWhole, accounts }: RunReport,
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
  const published = await publishing.publishWide(report, { isWhole, accounts }, async (publication) =>
    putJson(store, key, toKept(publication)),
  );
  return toKept(published);
}
