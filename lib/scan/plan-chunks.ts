// Stage 3 of a distributed run: joins the chunks that the accounts were cut into, one per line, for the second
// Distributed Map to read. An account whose result is missing or unreadable is the report's to name.

import pLimit from "p-limit";
import { parseDiscovered } from "../run-objects.ts";
import { READS_AT_ONCE } from "./expected-clusters.ts";
import { putJsonLines, runKeys } from "./run-store.ts";
import type { ObjectStore } from "./sources.ts";

export interface RunChunks {
  readonly runId: string;
  readonly chunks: number;
  /** Key of the JSON Lines object with one chunk per line. */
  readonly key: string;
}

export async function planChunks(runId: string, store: ObjectStore): Promise<RunChunks> {
  const keys = runKeys(runId);
  const limit = pLimit(READS_AT_ONCE);
  const discovered = await Promise.all(
    (await store.listObjects(keys.discoveredPrefix)).map((key) =>
      limit(async () => {
        const object = await store.getObject(key);
        return object === null ? null : parseDiscovered(object.body);
      }),
    ),
  );
  const chunks = discovered.flatMap((output) => (output === null ? [] : output.chunks));
  await putJsonLines(store, keys.chunks, chunks);
  return { runId, chunks: chunks.length, key: keys.chunks };
}
