// What EKS says of a cluster before its turn: asked once, asked again where it has grown old, and not at all by a run that
// was ended.

import assert from "node:assert/strict";
import { test } from "node:test";
import { singleAccount } from "../../emulator/worlds/scenarios/single-account.ts";
import { toUnseen as awsToUnseen } from "../../lib/aws/errors.ts";
import { controls } from "../../lib/controls/index.ts";
import { toUnseen as kubernetesToUnseen } from "../../lib/kubernetes/errors.ts";
import { describeAhead } from "../../lib/scan/describe-target.ts";
import { createObserve } from "../../lib/scan/observe.ts";
import { scanCluster, type ScanContext } from "../../lib/scan/scan-cluster.ts";
import { openWorld, type OpenWorld } from "../aws/open-world.ts";

const [accountId, region, name] = ["111111111111", "eu-central-1", "shop"];
const MINUTE_MS = 60_000;

function contextAt(sinceMs: number, change: Partial<ScanContext> = {}): ScanContext {
  return {
    observe: createObserve([awsToUnseen, kubernetesToUnseen]),
    now: () => new Date(Date.UTC(2026, 10, 1) + sinceMs),
    controls,
    settings: { unjudgedNamespaces: [] },
    requestTimeoutMs: 5000,
    deadlineMs: 20_000,
    excludedTags: [],
    signal: new AbortController().signal,
    ...change,
  };
}

function countDescriptions(world: OpenWorld): readonly [clusters: number, addons: number] {
  const count = (call: string) => world.calls().filter((made) => made === call).length;
  return [count("eks:DescribeCluster"), count("eks:DescribeAddon")];
}

test("the scan takes what was said before its turn, and asks again after more than a minute", async () => {
  await using world = await openWorld(singleAccount());
  const account = await world.scanner.enterAccount(accountId);
  const ahead = await describeAhead(account, region, name, contextAt(0));
  assert.deepEqual(countDescriptions(world), [1, 1]);
  const soon = await scanCluster(account, region, name, contextAt(MINUTE_MS), ahead);
  assert.equal(soon.coverage.outcome, "scanned");
  assert.deepEqual(countDescriptions(world), [1, 1]);
  const late = await scanCluster(account, region, name, contextAt(MINUTE_MS + 1), ahead);
  assert.equal(late.coverage.outcome, "scanned");
  assert.deepEqual(countDescriptions(world), [2, 2]);
});

test("a run that was ended asks nothing more", async () => {
  await using world = await openWorld(singleAccount());
  const account = await world.scanner.enterAccount(accountId);
  const ended = contextAt(0, { signal: AbortSignal.abort() });
  assert.equal(await describeAhead(account, region, name, ended), null);
  assert.deepEqual(countDescriptions(world), [0, 0]);
});

test("what describing took is gone from the cluster's time", async () => {
  await using world = await openWorld(singleAccount());
  const account = await world.scanner.enterAccount(accountId);
  const silent = { ...account, describeAddon: () => new Promise<never>(() => {}) };
  const context = contextAt(0, { deadlineMs: 300 });
  const ahead = await describeAhead(silent, region, name, context);
  assert.ok(ahead !== null && !ahead.vpcCniAddon.seen);
  assert.equal(ahead.vpcCniAddon.why, "deadline");
  assert.ok(ahead.leftMs <= 1, `${ahead.leftMs} ms left of 300`);
  const { coverage } = await scanCluster(account, region, name, context, ahead);
  assert.deepEqual([coverage.outcome, coverage.why], ["missed", "deadline"]);
});
