// What became of several deliveries, taken together.

import assert from "node:assert/strict";
import { test } from "node:test";
import { joinDeliveries } from "../../lib/scan/publish.ts";

const failure = { id: "a", code: "InvalidInput", message: "no" };

test("sums what was sent and postponed, and names every failure", () => {
  const joined = joinDeliveries([
    { sent: 1, failed: [failure] },
    { sent: 2, failed: [], postponed: 3 },
    { sent: 0, failed: [], postponed: 4 },
  ]);
  assert.deepEqual(joined, { sent: 3, failed: [failure], postponed: 7 });
});

test("says nothing of postponing where nothing was", () => {
  assert.deepEqual(joinDeliveries([{ sent: 1, failed: [] }]), { sent: 1, failed: [] });
});
