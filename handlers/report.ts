// Joins the results of a run, keeps the report, names what was missed, and sends the digest.

import { composeHandler } from "../lib/compose-handler.ts";
import { parseReportInput } from "../lib/events.ts";
import { createExemptions } from "../lib/exemptions.ts";
import { createPublishing } from "../lib/publishing.ts";
import { publishReport, type RunOutcome } from "../lib/publish-report.ts";
import { emitRunMetrics, toRunMetrics } from "../lib/run-metrics.ts";
import { reportRun } from "../lib/scan/report-run.ts";
import { TOOL_VERSION } from "../lib/tool-version.ts";

const composition = composeHandler(new AbortController().signal);

export async function handler(event: unknown): Promise<RunOutcome> {
  const { runId, trigger } = parseReportInput(event);
  const { configuration, bucket } = composition;
  const store = await composition.openRunStore();
  const { now } = composition.context;
  const { judgeRun } = createExemptions(configuration, now);
  const run = await reportRun(runId, store, { now, toolVersion: TOOL_VERSION, judgeRun });
  const publishing = createPublishing({ composition, configuration, runId, store });
  const location = `s3://${bucket}/runs/${runId}/report.json`;
  const outcome = await publishReport(runId, run, publishing, store, location);
  emitRunMetrics(toRunMetrics(run.report, outcome.unpublished), trigger ?? "manual");
  return outcome;
}
