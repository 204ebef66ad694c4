// Scans up to 20 clusters of one account and Region, and publishes their findings.

import { composeHandler } from "../lib/compose-handler.ts";
import { parseChunk, type ScanSummary } from "../lib/events.ts";
import { createPublishing } from "../lib/publishing.ts";
import { scanChunk } from "../lib/scan/scan-chunk.ts";

const composition = composeHandler(new AbortController().signal);

/** Left of the Lambda's time for publishing and for keeping what was seen. */
const RESERVED_MS = 30_000;

export async function handler(
  event: unknown,
  lambda: { getRemainingTimeInMillis(): number },
): Promise<ScanSummary[]> {
  const chunk = parseChunk(event);
  const { cloud, configuration } = composition;
  const store = await composition.openRunStore();
  const publishing = createPublishing({ composition, configuration, runId: chunk.runId, store });
  const timeMs = Math.max(0, lambda.getRemainingTimeInMillis() - RESERVED_MS);
  const context = { ...composition.context, signal: AbortSignal.timeout(timeMs) };
  return scanChunk(cloud, chunk, {
    context,
    store,
    concurrency: configuration.limits.concurrency,
    publish: publishing.publishScan,
    publishGone: publishing.publishGone,
    publishUnseen: publishing.publishUnseen,
  });
}
