// How long the evaluator takes for clusters that are made to keep it busy, in processor time, at a size and at twice
// that. That the work grows no faster is a test (test/netpol/growth.test.ts); this shows the times.
// Usage: node bench/hostile-policies.ts [size]

import { assessIsolation } from "../lib/netpol/assess-isolation.ts";
import { HOSTILE_SHAPES, type HostileShape } from "../test/netpol/hostile-shapes.ts";

const size = Number(process.argv[2] ?? "5000");

function cpuMs(shape: HostileShape, amount: number): number {
  const input = shape(amount);
  const before = process.cpuUsage();
  assessIsolation(input);
  const { user, system } = process.cpuUsage(before);
  return Math.round((user + system) / 1000);
}

console.log(`| what | ${size} | ${2 * size} |\n|---|---|---|`);
for (const [name, shape] of Object.entries(HOSTILE_SHAPES))
  console.log(`| ${name} | ${cpuMs(shape, size)} ms | ${cpuMs(shape, 2 * size)} ms |`);
