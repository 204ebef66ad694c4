// What publishing one cluster's findings may ask of S3 and Security Hub, counted over the wire. No times.

import assert from "node:assert/strict";
import { test } from "node:test";
import { failures, openWire } from "../../bench/publishing/wire.ts";

const FINDINGS = 250;

/**
 * How many fail on each day, and every call that publishing takes: an import for each hundred that changed. One
 * list of the cluster's states; where there is nothing to write, two more of the runs that go on, once per process.
 */
const DAYS = [
  {
    failing: FINDINGS,
    changed: FINDINGS,
    calls: { ListObjectsV2: 1, GetFindings: 1, PutObject: 2, BatchImportFindings: 3 },
  },
  { failing: FINDINGS, changed: 0, calls: { ListObjectsV2: 3, GetObject: 1 } },
  {
    failing: FINDINGS - 5,
    changed: 5,
    calls: { ListObjectsV2: 1, GetObject: 1, PutObject: 2, BatchImportFindings: 1 },
  },
  {
    failing: FINDINGS - 125,
    changed: 120,
    calls: { ListObjectsV2: 1, GetObject: 1, PutObject: 2, BatchImportFindings: 2 },
  },
];

test("one read of the state; two writes and an import per hundred only for what changed", async () => {
  await using wire = await openWire();
  for (const [day, { failing, changed, calls }] of DAYS.entries()) {
    const before = wire.emulator.calls.length;
    const findings = [...failures(FINDINGS).slice(0, failing), ...failures(FINDINGS, "pass").slice(failing)];
    const { delivery } = await wire.publish({ began: day, findings });
    assert.deepEqual(delivery, { sent: changed, failed: [] });
    const made = Map.groupBy(wire.emulator.calls.slice(before), ({ operation }) => operation ?? "-");
    const counts = [...made].map(([operation, all]) => [operation, all.length]);
    assert.deepEqual(Object.fromEntries(counts), calls, `day ${day}`);
  }
});
