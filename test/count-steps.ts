// How much more work twice as much is: counted in steps of our own code, never in time.

import assert from "node:assert/strict";
import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** By name: prepares work of a size, which is not counted, and gives the work. */
export type Work = Readonly<Record<string, (size: number) => (() => unknown) | Promise<() => unknown>>>;

interface Counted {
  readonly name: string;
  readonly once: number;
  readonly twice: number;
}

/** Linear is 2, n log n 2.3; compared each with each other it is 4. */
export const MOST = 2.6;

/** `module` exports WORK. Gives how many times the steps each takes for twice as many. */
export async function countGrowth(module: URL): Promise<(name: string) => number> {
  const counted = new Map<string, Counted>();
  const worker = new Worker(new URL("count-steps-worker.ts", import.meta.url), { workerData: module.href });
  worker.on("message", (message: Counted) => counted.set(message.name, message));
  await once(worker, "exit");
  return (name) => {
    const steps = counted.get(name) ?? assert.fail("not counted");
    assert.ok(steps.once > 500, "the work is counted at all");
    return steps.twice / steps.once;
  };
}
