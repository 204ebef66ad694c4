// Names a run from a schedule, an EKS event, a Security Hub action or a manual request.

import { randomUUID } from "node:crypto";
import { composeHandler } from "../lib/compose-handler.ts";
import { parseStartEvent, type Run } from "../lib/events.ts";
import { startRun } from "../lib/scan/start-run.ts";

const { bucket } = composeHandler(new AbortController().signal);

export async function handler(event: unknown): Promise<Run | { ignored: string }> {
  const request = parseStartEvent(event);
  if (request.kind === "ignored") return { ignored: request.because };
  return startRun(request, { now: () => new Date(), createSuffix: () => randomUUID().slice(0, 8), bucket });
}
