// The end of a distributed run: what is about whole accounts goes to the scanner's own hub, the digest goes out,
// and the outcome says in numbers what the run is worth.

import type { Publishing } from "./publishing.ts";
import type { RunReport } from "./scan/report-run.ts";

export interface RunOutcome {
  readonly runId: string;
  /** False as soon as anything in scope was missed or read in part. */
  readonly complete: boolean;
  readonly clusters: { readonly expected: number; readonly scanned: number; readonly missed: number };
  readonly failed: number;
  /** Findings that Security Hub did not take. */
  readonly unpublished: number;
  /** "": sent, or no topic is configured. */
  readonly digestProblem: string;
  readonly report: string;
}

export async function publishReport(
  runId: string,
  { report, unpublished }: RunReport,
  publishing: Publishing,
  reportLocation: string,
): Promise<RunOutcome> {
  const wide = report.findings.filter(({ cluster }) => cluster === null);
  const { failed } = await publishing.publishVisibility(wide);
  const notTaken = [...unpublished, ...failed];
  const problem = await publishing.publishDigest(report, notTaken, reportLocation);
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
    unpublished: notTaken.length,
    digestProblem: problem === null ? "" : `${problem.why}: ${problem.detail}`,
    report: reportLocation,
  };
}
