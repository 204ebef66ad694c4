// Twice as many namespaces are about twice the work, whatever their tenants make of them: counted in steps, never in
// time.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { countGrowth, MOST } from "../count-steps.ts";
import { WORK } from "./growth-work.ts";

const growthOf = await countGrowth(new URL("growth-work.ts", import.meta.url));

describe("twice as many namespaces take about twice the steps", () => {
  for (const name of Object.keys(WORK))
    test(name, () => {
      const growth = growthOf(name);
      assert.ok(growth < MOST, `${growth.toFixed(2)} times the steps for twice as many`);
    });
});
