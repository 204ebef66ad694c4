// What a spoke leaves in the bucket, and what the hub's configuration leaves to a spoke.

import assert from "node:assert/strict";
import { test } from "node:test";
import { allStatuses } from "../../emulator/worlds/scenarios/all-statuses.ts";
import { noAccessEntry } from "../../emulator/worlds/scenarios/no-access-entry.ts";
import type { World } from "../../emulator/world.ts";
import { observe } from "../../lib/compose/compose.ts";
import type { Snapshot } from "../../lib/model/snapshot.ts";
import { collectRegion, SnapshotsNotWrittenError } from "../../lib/spoke/collect-region.ts";
import { createSpokes } from "../../lib/spoke/create-spokes.ts";
import { MAX_SNAPSHOT_BYTES, serializeSnapshot } from "../../lib/spoke/snapshot-object.ts";
import { openWorld } from "../aws/open-world.ts";
import { awsError, openMemoryCloud, type MemoryCloud } from "../scan/memory-cloud.ts";

const REGION = "eu-central-1";

async function collect(world: World, memory: MemoryCloud, selectsCluster = (_name: string) => true) {
  await using opened = await openWorld(world);
  const context = {
    observe,
    now: () => new Date(),
    settings: { unjudgedNamespaces: [] },
    requestTimeoutMs: 20_000,
    deadlineMs: 120_000,
    signal: new AbortController().signal,
  };
  const account = await opened.scanner.enterAccount(world.scanner.accountId);
  return await collectRegion(account, REGION, {
    context,
    selectsCluster,
    store: memory.store,
    concurrency: 2,
  });
}

function stored(memory: MemoryCloud, cluster: string): Snapshot {
  const text = memory.objects.get(`spoke/111111111111/${REGION}/${cluster}.json`);
  return JSON.parse(text ?? assert.fail(cluster)) as Snapshot;
}

test("clusters that nobody scans leave no snapshot, and are named as skipped", async () => {
  const memory = openMemoryCloud();
  const coverage = await collect(allStatuses(), memory);
  const skipped = coverage.filter(({ outcome }) => outcome === "skipped").map(({ cluster }) => cluster);
  assert.ok(skipped.length > 2, skipped.join());
  const written = [...memory.objects.keys()].map((key) => key.split("/").at(-1)?.replace(".json", ""));
  const others = coverage.filter(({ outcome }) => outcome !== "skipped").map(({ cluster }) => cluster);
  assert.deepEqual(new Set(written), new Set(others));
});

test("a cluster that does not let the spoke in leaves the reason, for the hub to say", async () => {
  const memory = openMemoryCloud();
  const coverage = await collect(noAccessEntry(), memory, (name) => name === "closed");
  assert.deepEqual(
    coverage.map(({ cluster, outcome, why }) => [cluster, outcome, why]),
    [["closed", "missed", "access-denied"]],
  );
  const { facts } = stored(memory, "closed");
  assert.equal(facts.pods.seen ? "seen" : facts.pods.why, "access-denied");
  // What EKS says the hub asks itself.
  assert.equal(facts.vpcCniAddon.seen ? "seen" : facts.vpcCniAddon.why, "not-attempted");
  assert.equal(facts.cluster.seen, true);
});

test("a snapshot that cannot be written fails the spoke, after the others were", async () => {
  const memory = openMemoryCloud();
  memory.weather = {
    before: (call) => {
      if (call.endsWith("/closed.json")) throw awsError("AccessDenied", 403);
    },
  };
  await assert.rejects(collect(noAccessEntry(), memory), (error) => {
    assert.ok(error instanceof SnapshotsNotWrittenError);
    assert.match(
      error.message,
      /^1 of 2 snapshots were not written .*access-denied, AccessDenied \(HTTP 403\)/,
    );
    return true;
  });
  assert.equal(stored(memory, "shop").target.cluster, "shop");
});

test("a snapshot that the hub would refuse for its size says so, and is small", async () => {
  const memory = openMemoryCloud();
  await collect(noAccessEntry(), memory);
  const shop = stored(memory, "shop");
  assert.deepEqual(JSON.parse(serializeSnapshot(shop)), shop);
  const text = serializeSnapshot(shop, 20_000);
  assert.ok(text.length < 20_000, `${text.length}`);
  const { facts } = JSON.parse(text) as Snapshot;
  assert.deepEqual(facts.cluster, shop.facts.cluster);
  assert.match(
    facts.pods.seen ? "" : `${facts.pods.why}: ${facts.pods.detail}`,
    /^not-supported: .*the hub takes 20000/,
  );
  assert.ok(MAX_SNAPSHOT_BYTES > JSON.stringify(shop).length);
});

test("the configuration alone says which clusters are left to a spoke", () => {
  const spokes = createSpokes(
    {
      accounts: ["111111111111"],
      regions: ["eu-central-1"],
      clusters: { include: ["erp-*"], exclude: ["erp-dev"] },
      maxAgeHours: 24,
    },
    { observe, now: () => new Date(), openStore: () => assert.fail("nothing is read for that") },
  );
  const covers = (account: string | null, region: string | null, cluster: string) =>
    spokes.covers({ account, region, cluster });
  assert.equal(covers("111111111111", "eu-central-1", "erp-prod"), true);
  assert.equal(covers("111111111111", "eu-central-1", "erp-dev"), false);
  assert.equal(covers("111111111111", "eu-central-1", "shop"), false);
  assert.equal(covers("111111111111", "eu-west-1", "erp-prod"), false);
  assert.equal(covers("222222222222", "eu-central-1", "erp-prod"), false);
  assert.equal(covers(null, null, "erp-prod"), false);
});
