// Judges each hostile shape at a size and at twice that, in a thread of its own whose V8 counts how often every block
// of lib/ runs. No clock is looked at. Started by growth.test.ts.

import { Session } from "node:inspector/promises";
import { parentPort } from "node:worker_threads";

const session = new Session();
session.connect();
await session.post("Profiler.enable");
// Blocks are counted in what is compiled from now on.
await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
const { assessIsolation } = await import("../../lib/netpol/assess-isolation.ts");
const { HOSTILE_SHAPES } = await import("./hostile-shapes.ts");

const SIZE = 100;

/** Of all blocks since the last call. */
async function takeSteps(): Promise<number> {
  const { result } = await session.post("Profiler.takePreciseCoverage");
  let steps = 0;
  for (const { url, functions } of result)
    if (url.includes("/lib/"))
      for (const { ranges } of functions) for (const { count } of ranges) steps += count;
  return steps;
}

async function stepsFor(toInput: (size: number) => Parameters<typeof assessIsolation>[0], size: number) {
  const input = toInput(size);
  await takeSteps();
  assessIsolation(input);
  return takeSteps();
}

for (const [name, toInput] of Object.entries(HOSTILE_SHAPES)) {
  const once = await stepsFor(toInput, SIZE);
  const twice = await stepsFor(toInput, 2 * SIZE);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the port of a thread has no origin
  parentPort?.postMessage({ name, once, twice });
}
