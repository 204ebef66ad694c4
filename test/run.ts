// Runs the fast tests: every test file but the slow suites, in one process per core, and adds the counts up.
// One process per file would start Node 150 times. Usage: node test/run.ts [words of file names]

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import "./forget-environment.ts";

const root = import.meta.dirname;
const words = process.argv.slice(2);
const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".test.ts") && !name.startsWith("e2e/"))
  .filter((name) => words.every((word) => name.includes(word)))
  .map((name) => join(root, name));

const results = await Promise.all(split(files, Math.min(availableParallelism(), 4)).map(runGroup));
const total = (word: string): number =>
  results.reduce((sum, result) => sum + countOf(result.output, word), 0);
const failedGroups = results.filter(({ code }) => code !== 0).length;
for (const word of ["tests", "pass", "fail", "cancelled", "skipped"]) console.log(`ℹ ${word} ${total(word)}`);
const failed = total("fail") + total("cancelled");
// A group that ended without its counts has not run to its end.
const broken = results.some(({ output }) => !/^ℹ tests \d+$/m.test(output));
if (files.length === 0 || broken) console.log("✖ not every test ran");
console.log(
  `${total("pass")} passed, ${failed === 0 && failedGroups > 0 ? failedGroups : failed} failed, ${total("skipped")} skipped`,
);
process.exitCode = failedGroups > 0 || failed > 0 || broken || files.length === 0 ? 1 : 0;

/** The biggest first, each to the group that has the least so far: the size stands in for the time. */
function split(names: readonly string[], groups: number): string[][] {
  const sized = names
    .map((name) => ({ name, size: statSync(name).size }))
    .toSorted((a, b) => b.size - a.size);
  const parts = Array.from({ length: groups }, () => ({ size: 0, names: [] as string[] }));
  for (const { name, size } of sized) {
    const least = parts.reduce((best, part) => (part.size < best.size ? part : best));
    least.size += size;
    least.names.push(name);
  }
  return parts.map((part) => part.names.toSorted()).filter((part) => part.length > 0);
}

async function runGroup(names: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(
    process.execPath,
    ["--test", "--test-isolation=none", "--test-force-exit", "--test-reporter=spec", ...names],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const [output, [code]] = await Promise.all([
    text(child.stdout),
    once(child, "exit") as Promise<[number | null]>,
  ]);
  // What passed is only counted; what failed, was skipped or spoke is shown.
  const shown = output.split("\n").filter((line) => line.trim() !== "" && !/^\s*(✔|▶|ℹ)/.test(line));
  if (shown.length > 0) console.log(shown.join("\n"));
  return { code, output };
}

function countOf(output: string, word: string): number {
  return Number(new RegExp(`^ℹ ${word} (\\d+)$`, "m").exec(output)?.[1] ?? 0);
}
