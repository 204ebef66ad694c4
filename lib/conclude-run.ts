// The last stage of a run for its Lambda: wires the report to exemptions, publishing and metrics. Loaded at the first
// event, not with the process.

import type { ReportComposition } from "./compose/compose-report.ts";
import type { ReportInput } from "./events.ts";
import { createRunExemptions } from "./exemptions.ts";
import { toDay } from "./model/day.ts";
import { addCounts } from "./model/run-counts.ts";
import { createDigests } from "./publishing/publish-digest.ts";
import { publishReport, type RunOutcome } from "./publishing/publish-report.ts";
import { publishWholeRun } from "./publishing/publish-whole-run.ts";
import { openPublishingParts } from "./publishing/publishing-parts.ts";
import { emitRunMetrics, toRunMetrics } from "./run-metrics.ts";
import { countWide, joinRun, openRun } from "./scan/report-run.ts";
import { TOOL_VERSION } from "./tool-version.ts";

export async function concludeRun(
  composition: ReportComposition,
  { runId, trigger }: ReportInput,
): Promise<RunOutcome> {
  const { configuration, bucket } = composition;
  const store = await composition.openBulkStore();
  const { now } = composition.context;
  const { judgeRun, openWitnesses } = createRunExemptions(configuration, now);
  const options = { composition, configuration, runId, store };
  const publishing = { ...publishWholeRun(openPublishingParts(options)), ...createDigests(options) };
  const left = await openRun(runId, store);
  const drafts = publishing.openDrafts(left.unitPaths, toDay(now()));
  const run = await joinRun(left, store, {
    now,
    toolVersion: TOOL_VERSION,
    judgeRun,
    witnesses: openWitnesses(),
    see: ({ cluster, findings, delivery }) =>
      drafts.add({
        clusters: cluster === null ? [] : [cluster],
        findings,
        unpublished: delivery.failed,
      }),
  });
  const outcome = await publishReport(run, drafts, publishing, { runId, store, root: `s3://${bucket}/` });
  const counts = addCounts(run.counts, countWide(run.wide));
  emitRunMetrics(toRunMetrics(run.head, counts, outcome), trigger ?? "manual");
  return outcome;
}
