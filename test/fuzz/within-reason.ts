// Ends work that would otherwise go on for hours: a timer of the same thread gets no turn as long as the work goes on,
// so V8 is asked to break it off. It says nothing of how fast the work is.

import { createContext, Script } from "node:vm";

/** Seconds on a busy machine; minutes or hours before it was mended. */
const PATIENCE_MS = 180_000;

const script = new Script("work()");

/** `work` is done at once: what it leaves to a promise is not broken off. Throws what it throws. */
export function withinReason<T>(work: () => T, patienceMs = PATIENCE_MS): T {
  return script.runInContext(createContext({ work }), { timeout: patienceMs }) as T;
}
