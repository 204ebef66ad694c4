// Whether V8 still knows the flag and obeys it while the process runs: its flags are no public contract.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

/** Holds some 50 MB, and collects the heap. */
const WORK = `
  const held = Array.from({ length: 400_000 }, (_, at) => ({ at, text: "t" + at }));
  for (let times = 0; times < 3; times += 1) { gc(); globalThis.made = held.map(({ at }) => ({ at })); }
  gc();
`;

/** How far the heap may grow until it is collected again, as a multiple of what lives. */
function measureGrowth(prelude: string): number {
  // As on a machine with much memory, where V8 is generous.
  const memory = ["--max-old-space-size=4096", "--max-semi-space-size=16"];
  const flags = [...memory, "--expose-gc", "--trace-gc-nvp", "--input-type=module"];
  const trace = execFileSync(process.execPath, [...flags, "--eval", prelude + WORK], { encoding: "utf8" });
  const last = trace.split("\n").findLast((line) => line.includes("gc=mc"));
  const read = (name: string): number => Number(new RegExp(`\\b${name}=(\\d+)`).exec(last ?? "")?.[1]);
  return read("old_gen_allocation_limit") / read("end_object_size");
}

test("the heap of a process that looks at many clusters is collected when it has doubled", () => {
  const file = new URL("../../lib/commands/keep-heap-small.ts", import.meta.url).href;
  const prelude = `import { keepHeapSmall } from ${JSON.stringify(file)}; keepHeapSmall();`;
  const growth = measureGrowth(prelude);
  // What is young comes on top of it.
  assert.ok(growth < 3, `${growth} times`);
  assert.ok(measureGrowth("") > growth + 0.5, "V8 does it by itself: this module is not needed any more");
});
