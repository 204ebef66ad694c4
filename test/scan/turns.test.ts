// Turns before which something is asked: the next ones' while others have theirs, of no more than as many again, and
// nobody's turn passes with waiting for it.

import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { test } from "node:test";
import { openTurns, type Seat } from "../../lib/scan/turns.ts";

const NAMES = Array.from({ length: 9 }, (_, index) => `c${index}`);

const settle = (): Promise<void> => setImmediate();

/** Named doors that the test opens, before or after somebody waits at them. */
function openGates() {
  const opened = new Set<string>();
  return {
    async pass(name: string): Promise<void> {
      while (!opened.has(name)) await settle();
    },
    open(...names: readonly string[]): void {
      for (const name of names) opened.add(name);
    },
  };
}

/** Until everything that can go on has gone on, however many steps that takes. */
async function settleAll(): Promise<void> {
  for (let step = 0; step < 20; step += 1) await settle();
}

test("while some have their turn, as many others are prepared and no more", async () => {
  const turns = openTurns(2);
  const gates = openGates();
  const prepared: string[] = [];
  const begun: string[] = [];
  const all = NAMES.map((name) =>
    turns.take(
      null,
      () => Promise.resolve(void prepared.push(name)),
      () => {
        begun.push(name);
        return gates.pass(name);
      },
    ),
  );
  await settleAll();
  assert.deepEqual([prepared, begun], [NAMES.slice(0, 4), NAMES.slice(0, 2)]);
  gates.open("c1");
  await settleAll();
  assert.deepEqual([prepared, begun], [NAMES.slice(0, 5), NAMES.slice(0, 3)]);
  gates.open(...NAMES);
  await Promise.all(all);
  assert.deepEqual([prepared, begun], [NAMES, NAMES]);
});

test("who is not prepared keeps no turn from the others", async () => {
  const turns = openTurns(1);
  const gates = openGates();
  const begun: string[] = [];
  const take = (name: string, prepare: () => Promise<void>): Promise<number> =>
    turns.take(null, prepare, () => Promise.resolve(begun.push(name)));
  const slow = take("slow", () => gates.pass("slow"));
  const others = NAMES.map((name) => take(name, settle));
  await Promise.all(others);
  assert.deepEqual(begun, NAMES);
  gates.open("slow");
  assert.equal(await slow, NAMES.length + 1);
});

test("who only waits has no place, neither at work nor among the next", async () => {
  const turns = openTurns(1);
  const gates = openGates();
  const begun: string[] = [];
  const all = NAMES.map((name) =>
    turns.take(null, settle, (_, { release }) => {
      begun.push(name);
      release();
      return gates.pass("end");
    }),
  );
  await settleAll();
  assert.deepEqual(begun, NAMES);
  gates.open("end");
  await Promise.all(all);
});

test("what fails before its turn is told, leaves its seat and gives its place away", async () => {
  const turns = openTurns(1);
  const left: string[] = [];
  const seat = (name: string): Seat => ({
    deliver: () => Promise.resolve({ sent: 0, failed: [] }),
    leave: () => void left.push(name),
  });
  const outcomes = await Promise.allSettled(
    NAMES.map((name, index) =>
      turns.take(
        seat(name),
        () => (index < 3 ? Promise.reject(new RangeError("ours")) : Promise.resolve(name)),
        (prepared) => Promise.resolve(prepared),
      ),
    ),
  );
  const expected = NAMES.map((_, index) => (index < 3 ? "rejected" : "fulfilled"));
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    expected,
  );
  assert.deepEqual(left.toSorted(), NAMES);
});
