// Scans up to 20 clusters of one account and Region, and publishes their findings.

import { composeScan } from "../lib/compose/compose-scan.ts";
import { parseChunk, type ScanSummary } from "../lib/events.ts";

const composition = composeScan();

export async function handler(
  event: unknown,
  lambda: { getRemainingTimeInMillis(): number },
): Promise<ScanSummary[]> {
  const chunk = parseChunk(event);
  const { runChunk } = await import("../lib/run-chunk.ts");
  return runChunk(composition, chunk, lambda.getRemainingTimeInMillis());
}
