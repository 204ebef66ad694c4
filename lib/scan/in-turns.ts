// Does long work piece by piece and lets everything else have its turn between them.

import { setImmediate } from "node:timers/promises";
import type { Pieces } from "../model/pieces.ts";

/** So much is done in any case: what took its time to read, and is small, is still judged. Some seconds at most. */
const GRACE_PIECES = 100;

/** Null: the signal came long before the work was done. */
export async function inTurns<T>(pieces: Pieces<T>, signal?: AbortSignal): Promise<T | null> {
  for (let done = 1; ; done += 1) {
    const next = pieces.next();
    if (next.done === true) return next.value;
    await setImmediate();
    if (signal?.aborted === true && done >= GRACE_PIECES) return null;
  }
}
