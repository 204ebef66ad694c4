// Twice as much of what a hostile cluster may choose is about twice the work: counted in steps, never in time.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { countGrowth, MOST } from "../count-steps.ts";
import { WORK } from "./growth-work.ts";

/** Their growth is bounded elsewhere: by coarse-flow.ts, from 700 rules on, and by the number of tiers. */
const SQUARE_WITHIN_A_BOUND = new Set(["ordered rules of one port", "tiers of one rule"]);

const growthOf = await countGrowth(new URL("growth-work.ts", import.meta.url));

describe("twice as many take about twice the steps", () => {
  for (const name of Object.keys(WORK))
    test(name, () => {
      const growth = growthOf(name);
      if (SQUARE_WITHIN_A_BOUND.has(name)) assert.ok(growth > MOST && growth < 4.2, String(growth));
      else assert.ok(growth < MOST, `${growth.toFixed(2)} times the steps for twice as many`);
    });
});
