// Twice as much of what a hostile cluster may choose is about twice the work: counted in steps, never in time.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { HOSTILE_SHAPES } from "./hostile-shapes.ts";

/** Linear is 2, n log n 2.3; compared each with each other it is 4. */
const MOST = 2.6;

/** Their growth is bounded elsewhere: by coarse-flow.ts, from 700 rules on, and by the number of tiers. */
const SQUARE_WITHIN_A_BOUND = new Set(["ordered rules of one port", "tiers of one rule"]);

interface Counted {
  readonly name: string;
  readonly once: number;
  readonly twice: number;
}

const counted = new Map<string, Counted>();
const worker = new Worker(new URL("count-steps-worker.ts", import.meta.url));
worker.on("message", (message: Counted) => counted.set(message.name, message));
await once(worker, "exit");

describe("twice as many take about twice the steps", () => {
  for (const name of Object.keys(HOSTILE_SHAPES))
    test(name, () => {
      const steps = counted.get(name) ?? assert.fail("not counted");
      assert.ok(steps.once > 500, "the work is counted at all");
      const growth = steps.twice / steps.once;
      if (SQUARE_WITHIN_A_BOUND.has(name)) assert.ok(growth > MOST && growth < 4.2, String(growth));
      else assert.ok(growth < MOST, `${growth.toFixed(2)} times the steps for twice as many`);
    });
});
