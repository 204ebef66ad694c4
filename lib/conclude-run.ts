// The last stage of a run for its Lambda: wires the report to exemptions, publishing and metrics. Loaded at the first
// event, not with the process.

import type { ReportComposition } from "./compose-report.ts";
import type { ReportInput } from "./events.ts";
import { createExemptions } from "./exemptions.ts";
import { createDigests } from "./publish-digest.ts";
import { publishReport, type RunOutcome } from "./publish-report.ts";
import { publishWholeRun } from "./publish-whole-run.ts";
import { openPublishingParts } from "./publishing-parts.ts";
import { emitRunMetrics, toRunMetrics } from "./run-metrics.ts";
import { reportRun } from "./scan/report-run.ts";
import { TOOL_VERSION } from "./tool-version.ts";

export async function concludeRun(
  composition: ReportComposition,
  { runId, trigger }: ReportInput,
): Promise<RunOutcome> {
  const { configuration, bucket } = composition;
  const store = await composition.openRunStore();
  const { now } = composition.context;
  const { judgeRun } = createExemptions(configuration, now);
  const run = await reportRun(runId, store, { now, toolVersion: TOOL_VERSION, judgeRun });
  const options = { composition, configuration, runId, store };
  const publishing = { ...publishWholeRun(openPublishingParts(options)), ...createDigests(options) };
  const outcome = await publishReport(runId, run, publishing, store, `s3://${bucket}/`);
  emitRunMetrics(toRunMetrics(run.report, outcome.unpublished), trigger ?? "manual");
  return outcome;
}
