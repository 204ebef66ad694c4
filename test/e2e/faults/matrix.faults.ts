// The fault matrix: everything that a publishing run asks of the world × every way to fail, at least 400 cells. In each
// the run ends, only what was hit is unknown or missed, nothing is archived or lost, and the next run tells everything.
// RINGFENCE_CELLS=word,word runs the cells whose names hold one of the words; RINGFENCE_SHARD=1/4 every fourth.

import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import { type Cell, toCells } from "./cells.ts";
import { SPOILED } from "./fault-world.ts";
import { openStage } from "./stage.ts";

/** Most of a cell's time is waiting for an answer that does not come. */
const WORKERS = availableParallelism() * 5;
const MINIMUM_CELLS = 400;
/** A machine that is too busy for a healthy run fails a cell now and then; a bug fails it every time. */
const ATTEMPTS = 3;
const SHARD = /^(\d+)\/(\d+)$/;

test("no dependency's failure makes the scanner lie, lose or hang", { timeout: 60 * 60_000 }, async (t) => {
  const all = await generate();
  assert.ok(all.length >= MINIMUM_CELLS, `${all.length} cells`);
  const cells = select(all);
  const say = (text: string): void => t.diagnostic(text);
  assert.ok(
    cells.length > 0,
    `RINGFENCE_CELLS and RINGFENCE_SHARD select no cell; a name is like ${all[0]?.name}`,
  );
  const failed = await runAll(cells, say);
  for (const [type, ofType] of Map.groupBy(cells, (cell) => cell.type)) {
    const clear = ofType.filter(({ name }) => !failed.has(name)).length;
    say(`${type}: ${clear} of ${ofType.length} cells clear`);
  }
  say(`${cells.length - failed.size} of ${cells.length} cells clear, ${all.length} in all`);
  const texts = [...failed].map(([name, problems]) => toText(name, problems));
  assert.deepEqual(texts, []);
});

/** From the calls of a run that nothing disturbs, so that a new call is in the matrix without anybody's doing. */
async function generate(): Promise<readonly Cell[]> {
  const stage = await openStage();
  try {
    // Twice, because the first run has no state to read.
    for (const _ of [1, 2]) {
      const { report, text } = await stage.run();
      assert.ok(report?.complete === true, text);
      stage.change();
    }
    const paths = [...stage.cloud.clusters]
      .filter(([key]) => key.endsWith(`/${SPOILED}`))
      .flatMap(([, { requests }]) => requests.map(({ path }) => path));
    return toCells(stage.cloud.calls, paths);
  } finally {
    await stage.close();
  }
}

function select(cells: readonly Cell[]): readonly Cell[] {
  const words = (process.env["RINGFENCE_CELLS"] ?? "").split(",");
  const [, part = "1", parts = "1"] = SHARD.exec(process.env["RINGFENCE_SHARD"] ?? "") ?? [];
  return cells
    .filter(({ name }) => words.some((word) => name.includes(word)))
    .filter((_cell, index) => index % Number(parts) === Number(part) - 1);
}

/** What was not clear is run again, each cell alone. */
async function runAll(
  cells: readonly Cell[],
  say: (text: string) => void,
): Promise<ReadonlyMap<string, readonly string[]>> {
  let failed = await runOnce(cells, WORKERS, say);
  for (let attempt = 1; attempt < ATTEMPTS && failed.size > 0; attempt += 1) {
    for (const [name, problems] of failed) say(`again: ${toText(name, problems)}`);
    const names = failed;
    failed = await runOnce(
      cells.filter(({ name }) => names.has(name)),
      1,
      say,
    );
  }
  return failed;
}

/** Problems by the names of the cells that have any. */
async function runOnce(
  cells: readonly Cell[],
  workers: number,
  say: (text: string) => void,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const queue = cells.values();
  const failed = new Map<string, readonly string[]>();
  const durations: { readonly name: string; readonly seconds: number }[] = [];
  const work = async (): Promise<void> => {
    const worker = fork(new URL("worker.ts", import.meta.url), { execArgv: [] });
    try {
      for (const cell of queue) {
        const startedMs = performance.now();
        const problems = await runIn(worker, cell);
        durations.push({ name: cell.name, seconds: (performance.now() - startedMs) / 1000 });
        if (problems.length > 0) failed.set(cell.name, problems);
      }
    } finally {
      worker.kill("SIGKILL");
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, cells.length) }, work));
  const [slowest] = durations.toSorted((a, b) => b.seconds - a.seconds);
  say(`the slowest of ${cells.length} cells took ${slowest?.seconds.toFixed(1)} s: ${slowest?.name}`);
  return failed;
}

function toText(name: string, problems: readonly string[]): string {
  return [name, ...problems.slice(0, 5)].join("\n    ");
}

function runIn(worker: ChildProcess, cell: Cell): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error(`The process of cell ${cell.name} ended`));
    worker.once("exit", onExit);
    worker.once("message", (problems) => {
      worker.off("exit", onExit);
      // Of worker.ts.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      resolve(problems as readonly string[]);
    });
    worker.send(cell);
  });
}
