// Does long work piece by piece and lets everything else have its turn between them.

import { setImmediate } from "node:timers/promises";
import type { Pieces } from "../model/pieces.ts";

/** A small cluster is judged in one turn: judged side by side, all of them would be in memory until the last ends. */
const TURN_MS = 10;

/** So much is done in any case: what took its time to read, and is small, is still judged. Some seconds at most. */
const GRACE_PIECES = 100;

/** Null: the signal came long before the work was done. */
export async function inTurns<T>(pieces: Pieces<T>, signal?: AbortSignal): Promise<T | null> {
  // Answers that came meanwhile go first: what they call for is then on its way while this is worked on.
  await setImmediate();
  let turnEndsMs = performance.now() + TURN_MS;
  for (let done = 1; ; done += 1) {
    const next = pieces.next();
    if (next.done === true) return next.value;
    if (performance.now() >= turnEndsMs) {
      await setImmediate();
      turnEndsMs = performance.now() + TURN_MS;
    }
    if (signal?.aborted === true && done >= GRACE_PIECES) return null;
  }
}
