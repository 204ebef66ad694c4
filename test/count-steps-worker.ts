// Does each kind of work at a size and at twice that, in a thread of its own whose V8 counts how often every block of
// lib/ runs. No clock is looked at. Started by count-steps.ts.

import { Session } from "node:inspector/promises";
import { parentPort, workerData } from "node:worker_threads";
import type { Work } from "./count-steps.ts";

const session = new Session();
session.connect();
await session.post("Profiler.enable");
// Blocks are counted in what is compiled from now on.
await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
const { WORK }: { readonly WORK: Work } = await import(String(workerData));

const SIZE = 100;

/** Of all blocks since the last call. */
async function takeSteps(): Promise<number> {
  const { result } = await session.post("Profiler.takePreciseCoverage");
  let steps = 0;
  for (const { url, functions } of result)
    if (url.includes("/lib/") && !url.includes("/node_modules/"))
      for (const { ranges } of functions) for (const { count } of ranges) steps += count;
  return steps;
}

async function stepsFor(prepare: Work[string], size: number): Promise<number> {
  const work = await prepare(size);
  await takeSteps();
  await work();
  return takeSteps();
}

for (const [name, prepare] of Object.entries(WORK)) {
  const once = await stepsFor(prepare, SIZE);
  const twice = await stepsFor(prepare, 2 * SIZE);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the port of a thread has no origin
  parentPort?.postMessage({ name, once, twice });
}
