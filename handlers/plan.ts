// Joins the chunks of all accounts into the list that the second map reads.

import { composeStage } from "../lib/compose/compose-stage.ts";
import { parsePlanInput } from "../lib/events.ts";
import { planChunks, type RunChunks } from "../lib/scan/plan-chunks.ts";

const composition = composeStage();

export async function handler(event: unknown): Promise<RunChunks> {
  const { runId } = parsePlanInput(event);
  return planChunks(runId, await composition.openRunStore());
}
