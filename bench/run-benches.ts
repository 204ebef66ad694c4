// Runs benches one after the other, each in a process of its own, and keeps in the file of results what each printed.
// After every bench the file is whole: whoever is interrupted has what was measured until then.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Bench } from "./benches.ts";
import { describeCommit, describeMachine, readLoad } from "./machine.ts";
import { type Figures, replaceSections, toSection } from "./results-file.ts";

export interface RunOptions {
  /** Where npm runs the scripts. */
  readonly root: string;
  readonly resultsPath: string;
  /** All that there are, in the order of the file. */
  readonly benches: readonly Bench[];
  /** Progress, and what the benches print. */
  readonly say: (text: string) => void;
}

/** By name, and why. */
export interface NotMeasured {
  readonly failed: ReadonlyMap<string, string>;
  readonly skipped: ReadonlyMap<string, string>;
}

/** As in Automake: what this test needs is not on this machine. */
const SKIPPED_CODE = 77;

export async function runBenches(wanted: readonly Bench[], options: RunOptions): Promise<NotMeasured> {
  const failed = new Map<string, string>();
  const skipped = new Map<string, string>();
  for (const [index, bench] of wanted.entries()) {
    const { name } = bench;
    options.say(`\n[${index + 1}/${wanted.length}] ${name}${toTime(bench)}\n\n`);
    const { figures, skippedBecause } = await runBench(bench, options);
    if (skippedBecause === null) keepSection(name, toSection(figures), options);
    else skipped.set(name, skippedBecause);
    if (figures.failure !== null) failed.set(name, figures.failure);
  }
  return { failed, skipped };
}

function toTime({ minutes }: Bench): string {
  return minutes === null ? "" : `, about ${minutes} min on two quiet cores`;
}

async function runBench(
  { name, about }: Bench,
  { root, say }: RunOptions,
): Promise<{ readonly figures: Figures; readonly skippedBecause: string | null }> {
  const loadBefore = readLoad();
  const startedAt = new Date();
  const startedMs = performance.now();
  const { output, errors, code } = await runScript(`bench:${name}`, root, say);
  const isSkipped = code === SKIPPED_CODE;
  const failure = code === 0 || isSkipped ? null : `exit code ${code ?? "none, a signal ended it"}`;
  const figures = {
    bench: name,
    about,
    command: `npm run bench:${name}`,
    startedAt,
    tookSeconds: (performance.now() - startedMs) / 1000,
    machine: describeMachine(),
    load: `load average ${loadBefore.toFixed(1)} before and ${readLoad().toFixed(1)} after, of the last minute each`,
    commit: describeCommit(root),
    output: failure === null ? output : `${output}\n${lastLines(errors)}`,
    failure,
  };
  return { figures, skippedBecause: isSkipped ? lastLines(errors) : null };
}

async function runScript(script: string, root: string, say: RunOptions["say"]) {
  const child = spawn("npm", ["run", "--silent", script], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { output: "", errors: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    texts.output += text;
    say(text);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    texts.errors += text;
    say(text);
  });
  const [code]: (number | null)[] = await once(child, "close");
  return { ...texts, code: code ?? null };
}

const ERROR_LINES = 40;

function lastLines(text: string): string {
  return text.trimEnd().split("\n").slice(-ERROR_LINES).join("\n");
}

/** Read again each time: two runs of different benches take nothing from one another. */
function keepSection(name: string, section: string, { resultsPath, benches }: RunOptions): void {
  const before = existsSync(resultsPath) ? readFileSync(resultsPath, "utf8") : "";
  const places = benches.map(({ name: of, onlyByName }) => ({
    name: of,
    missing:
      onlyByName === null
        ? `Not run for this file: \`npm run bench ${of}\`.`
        : `Runs only by its name, \`npm run bench ${of}\`: ${onlyByName}.`,
  }));
  const beside = `${resultsPath}.${process.pid}`;
  writeFileSync(beside, replaceSections(before, new Map([[name, section]]), places));
  renameSync(beside, resultsPath);
}
