// One chunk in the time that its Lambda has left: wires judging and publishing to the scan. Loaded at the first
// event, not with the process: the code of a cold start is half as much.

import type { ScanComposition } from "./compose/compose-scan.ts";
import { controls } from "./controls/index.ts";
import { drawSuggestions } from "./draw-suggestions.ts";
import type { Chunk, ScanSummary } from "./events.ts";
import { publishClusters } from "./publishing/publish-clusters.ts";
import { openPublishingParts } from "./publishing/publishing-parts.ts";
import { scanChunk } from "./scan/scan-chunk.ts";

/** Left of the Lambda's time for publishing and for keeping what was seen. */
const RESERVED_MS = 30_000;
/** Characters of a cluster's pictures: those of 500 clusters are 32 MB of the report at most. */
const MAX_SUGGESTIONS = 64_000;

export async function runChunk(
  composition: ScanComposition,
  chunk: Chunk,
  remainingMs: number,
): Promise<ScanSummary[]> {
  const { cloud, configuration, context } = composition;
  const store = await composition.openRunStore();
  const publishing = publishClusters(
    openPublishingParts({ composition, configuration, runId: chunk.runId, store }),
  );
  const signal = AbortSignal.timeout(Math.max(0, remainingMs - RESERVED_MS));
  return scanChunk(cloud, chunk, {
    context: { ...context, controls, signal, illustrate: drawSuggestions(MAX_SUGGESTIONS) },
    store,
    concurrency: configuration.limits.concurrency,
    publish: publishing.publishScan,
    publishGone: publishing.publishGone,
    publishUnseen: publishing.publishUnseen,
    join: publishing.join,
  });
}
