// What the runner of the benches writes: whole sections, those of other benches untouched.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { listBenches, type Bench } from "../../bench/benches.ts";
import { type Figures, replaceSections, toSection } from "../../bench/results-file.ts";
import { runBenches } from "../../bench/run-benches.ts";

const root = join(import.meta.dirname, "../..");

function figures(bench: string, over: Partial<Figures> = {}): Figures {
  return {
    bench,
    about: "How long it takes.",
    command: `npm run bench:${bench}`,
    startedAt: new Date("2026-11-22T04:05:06Z"),
    tookSeconds: 90,
    machine: "a machine, 2 cores",
    load: "load average 1.0",
    commit: "commit abc1234",
    output: "| figure | value |\n",
    failure: null,
    ...over,
  };
}

const places = ["big", "small"].map((name) => ({ name, missing: `Run ${name}.` }));
const fill = (file: string, ...all: readonly Figures[]) =>
  replaceSections(file, new Map(all.map((one) => [one.bench, toSection(one)])), places);

test("a section says what was run, where, when, and what was printed", () => {
  assert.equal(
    toSection(figures("big")),
    `## big

How long it takes.

- \`npm run bench:big\`, 2026-11-22 04:05 UTC, in 1.5 min
- a machine, 2 cores
- load average 1.0
- commit abc1234

\`\`\`text
| figure | value |
\`\`\`
`,
  );
});

test("what was not run keeps its section to the letter, and its place", () => {
  const both = fill("", figures("small"), figures("big"));
  assert.ok(both.indexOf("## big") < both.indexOf("## small"));
  const again = fill(both, figures("small", { output: "other" }));
  const upToSmall = (text: string) => text.slice(0, text.indexOf("## small"));
  assert.equal(upToSmall(again), upToSmall(both));
  assert.match(again, /## small[^]*\nother\n/);
  assert.equal(fill(again), again);
});

test("a bench without figures says how to get them, and one that is no more is gone", () => {
  const file = fill(fill("", figures("big")).replace("## big", "## bygone"));
  assert.doesNotMatch(file, /bygone/);
  assert.match(file, /## big\n\nRun big\.\n/);
});

test("what is printed ends neither its fence nor its section", () => {
  const output = "```\n## small\n````\nafter";
  const file = fill("", figures("big", { output }));
  assert.ok(file.includes("`````text\n" + output + "\n`````\n"));
  const [section] = fill(file).split("\n## small\n\nRun small.");
  assert.ok(section?.includes(output));
});

test("each bench of package.json says what it is about, the long ones first", () => {
  const benches = listBenches(root);
  assert.ok(benches.length > 5);
  for (const { name, about, onlyByName } of benches)
    if (onlyByName === null) assert.match(about, /^[A-Z].+[.]$/, name);
  const minutes = benches
    .filter(({ onlyByName }) => onlyByName === null)
    .map((bench) => bench.minutes ?? Infinity);
  assert.deepEqual(
    minutes,
    minutes.toSorted((a, b) => b - a),
  );
});

test("each bench is in CONTRIBUTING.md", () => {
  const text = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
  for (const { name } of listBenches(root))
    assert.match(text, new RegExp(String.raw`^npm run bench(?::|.*\b)${name}\b`, "m"), name);
});

test("what each bench printed is kept, and one that fails keeps nobody from being measured", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ringfence-benches-"));
  const scripts = {
    "bench:good": "node good.mjs",
    "bench:bad": "node bad.mjs",
    "bench:absent": "node absent.mjs",
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ scripts }));
  mkdirSync(join(folder, "bench"));
  writeFileSync(join(folder, "good.mjs"), 'console.log("| 1.00 / 1.10 / 1.20 |")');
  writeFileSync(join(folder, "bad.mjs"), 'console.log("a half"); throw new Error("no server")');
  writeFileSync(join(folder, "absent.mjs"), 'console.error("no browser here"); process.exitCode = 77');
  const resultsPath = join(folder, "bench/results.md");
  const benches = ["bad", "absent", "good"].map((name): Bench => ({
    name,
    about: "It.",
    minutes: null,
    onlyByName: null,
  }));
  const said: string[] = [];
  const say = (text: string) => said.push(text);
  const { failed, skipped } = await runBenches(benches, { root: folder, resultsPath, benches, say });
  assert.deepEqual([...failed], [["bad", "exit code 1"]]);
  assert.deepEqual([...skipped], [["absent", "no browser here"]]);
  const file = readFileSync(resultsPath, "utf8");
  assert.match(file, /## good[^]*\| 1\.00 \/ 1\.10 \/ 1\.20 \|/);
  assert.match(file, /## bad[^]*\*\*Failed: exit code 1\.\*\*[^]*a half[^]*no server/);
  assert.match(file, /## absent\n\nNot run for this file: `npm run bench absent`\./);
  assert.match(file, /\d+ cores, [\d.]+ GiB; \S+ \S+; Node\.js v\d+/);
  assert.ok(said.join("").includes("[3/3] good"));
  // Written beside and renamed: nothing is left over.
  assert.deepEqual(readdirSync(join(folder, "bench")), ["results.md"]);
});
