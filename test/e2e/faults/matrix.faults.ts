// The fault matrix: every operation of a publishing run × every way to fail, at least 400 cells. In each the run
// ends, only what was hit is unknown or missed, nothing is archived or lost, and the next run heals everything.

import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { test } from "node:test";
import { type Cell, toCells } from "./cells.ts";
import { SPOILED } from "./fault-world.ts";
import { openStage } from "./run-cell.ts";

const WORKERS = 4;
const MINIMUM_CELLS = 400;
const ATTEMPTS = 3;

test("no dependency's failure makes the scanner lie, lose or hang", { timeout: 40 * 60_000 }, async (t) => {
  const cells = await generate();
  assert.ok(cells.length >= MINIMUM_CELLS, `${cells.length} cells`);
  const failed = await runAll(cells);
  t.diagnostic(`${cells.length} cells, ${failed.size} failed`);
  const texts = [...failed].map(([name, problems]) => `${name}\n    ${problems.slice(0, 5).join("\n    ")}`);
  assert.deepEqual(texts, []);
});

/** From the calls of a run that nothing disturbs, so that a new call is in the matrix without anybody's doing. */
async function generate(): Promise<readonly Cell[]> {
  const stage = await openStage();
  try {
    // The first run has no state to read.
    await stage.run();
    await stage.run();
    const paths = [...stage.cloud.clusters]
      .filter(([key]) => key.endsWith(`/${SPOILED}`))
      .flatMap(([, { requests }]) => requests.map(({ path }) => path));
    return toCells(stage.cloud.calls, paths);
  } finally {
    await stage.close();
  }
}

async function runAll(cells: readonly Cell[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const queue = cells.values();
  const failed = new Map<string, readonly string[]>();
  await Promise.all(
    Array.from({ length: WORKERS }, async () => {
      const worker = fork(new URL("worker.ts", import.meta.url), { execArgv: [] });
      try {
        for (const cell of queue) {
          const problems = await runUntilClear(worker, cell);
          if (problems.length > 0) failed.set(cell.name, problems);
        }
      } finally {
        worker.kill("SIGKILL");
      }
    }),
  );
  return failed;
}

/** A machine that is too busy for a run without a fault fails a cell now and then; a bug fails it every time. */
async function runUntilClear(worker: ChildProcess, cell: Cell): Promise<readonly string[]> {
  let problems = await runIn(worker, cell);
  for (let attempt = 1; attempt < ATTEMPTS && problems.length > 0; attempt += 1)
    problems = await runIn(worker, cell);
  return problems;
}

function runIn(worker: ChildProcess, cell: Cell): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error(`The process of cell ${cell.name} ended`));
    worker.once("exit", onExit);
    worker.once("message", (problems) => {
      worker.off("exit", onExit);
      resolve(problems as readonly string[]);
    });
    worker.send(cell);
  });
}
