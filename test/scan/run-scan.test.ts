// How many accounts a run looks into at the same time; what it finds there is the business of test/scenarios.

import assert from "node:assert/strict";
import { setImmediate as pause } from "node:timers/promises";
import { test } from "node:test";
import { unseen } from "../../lib/model/observed.ts";
import { createObserve } from "../../lib/scan/observe.ts";
import { runScan } from "../../lib/scan/run-scan.ts";
import type { Cloud } from "../../lib/scan/sources.ts";

test("of a large organization some accounts at a time are looked into, and all of them in the end", async () => {
  const accountIds = Array.from({ length: 300 }, (_, at) => String(100_000_000_000 + at));
  const inside = { now: 0, most: 0 };
  const cloud: Cloud = {
    getCallerAccount: () => assert.fail("nobody is asked for that here"),
    listOrganizationAccounts: () => assert.fail("nobody is asked for that here"),
    enterOwnAccount: () => assert.fail("nobody is asked for that here"),
    async enterAccount() {
      inside.now += 1;
      inside.most = Math.max(inside.most, inside.now);
      await pause();
      inside.now -= 1;
      throw new Error("closed");
    },
    callCounts: {},
  };
  const everything = { selectsAccount: () => true, selectsUnitPath: () => true };
  const { report } = await runScan(cloud, {
    accounts: { source: "listed", accountIds, ...everything },
    clusters: { regions: "enabled", selectsCluster: () => true },
    context: {
      observe: createObserve([() => unseen("access-denied", "closed")]),
      now: () => new Date("2026-11-22T12:00:00Z"),
      controls: [],
      settings: { unjudgedNamespaces: [] },
      requestTimeoutMs: 1_000,
      deadlineMs: 1_000,
      excludedTags: [],
      signal: new AbortController().signal,
    },
    concurrency: 1,
    toolVersion: "0.0.0-test",
    onProgress: () => {},
  });
  assert.deepEqual(
    report.coverage.map(({ account, outcome }) => [account, outcome]),
    accountIds.map((id) => [id, "missed"]),
  );
  assert.equal(inside.most, 64);
});
