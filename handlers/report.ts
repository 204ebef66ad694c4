// Joins the results of a run, keeps the report, names what was missed, and sends the digest.

import { composeReport } from "../lib/compose/compose-report.ts";
import { parseReportInput } from "../lib/events.ts";
import type { RunOutcome } from "../lib/publishing/publish-report.ts";

const composition = composeReport();

export async function handler(event: unknown): Promise<RunOutcome> {
  const input = parseReportInput(event);
  const { concludeRun } = await import("../lib/conclude-run.ts");
  return concludeRun(composition, input);
}
