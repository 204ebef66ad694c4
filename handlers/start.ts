// Starts a run for a schedule, an EKS event, a Security Hub action or a manual request.

import { randomUUID } from "node:crypto";
import { composeStart } from "../lib/compose/compose-start.ts";
import { parseStartEvent, type Run } from "../lib/events.ts";
import { startRun } from "../lib/scan/start-run.ts";

const { bucket, stateMachine } = composeStart(process.env);

export async function handler(event: unknown): Promise<Run | { readonly ignored: string }> {
  const request = parseStartEvent(event);
  if (request.kind === "ignored") return { ignored: request.because };
  const createSuffix = () => randomUUID().slice(0, 8);
  return startRun(request, { now: () => new Date(), createSuffix, bucket, stateMachine });
}
