// What a chunk leaves in the bucket: each cluster's details with what became of its findings, once per run.

import assert from "node:assert/strict";
import { test } from "node:test";
import { singleAccount } from "../../emulator/worlds/scenarios/single-account.ts";
import { controls } from "../../lib/controls/index.ts";
import { parseScannedCluster } from "../../lib/run-objects.ts";
import { publishCluster, publishGoneCluster } from "../../lib/scan/publish-cluster.ts";
import { publishUnseen } from "../../lib/scan/publish-unseen.ts";
import type { PublishContext } from "../../lib/scan/publish.ts";
import { runKeys } from "../../lib/scan/run-store.ts";
import { scanChunk, type ChunkOptions } from "../../lib/scan/scan-chunk.ts";
import type { ScanContext } from "../../lib/scan/scan-cluster.ts";
import { openWorld } from "../aws/open-world.ts";
import { finding, observe } from "./life.ts";
import { openMemoryCloud, type MemoryCloud } from "./memory-cloud.ts";
import { publishFindings } from "../../lib/scan/publish-findings.ts";
import { scanContext } from "./scan-context.ts";

const [account, region] = ["111111111111", "eu-central-1"];
const chunk = { runId: "run-1", account, region, clusters: ["shop"], tombstones: ["lost"] };

const context: ScanContext = { ...scanContext, settings: { unjudgedNamespaces: [] } };

function chunkOptions(memory: MemoryCloud): ChunkOptions {
  const publishing: PublishContext = {
    observe: context.observe,
    now: context.now,
    store: memory.store,
    include: "changes",
    runId: chunk.runId,
  };
  const catalogue = { controls, retired: [] };
  return {
    context,
    store: memory.store,
    concurrency: 2,
    publish: (_, scan, keep) => publishCluster(scan, memory.sink, catalogue, { ...publishing, keep }),
    publishGone: (entered, inRegion, cluster, keep) =>
      publishGoneCluster({ account, region: inRegion, cluster }, entered, memory.sink, {
        ...publishing,
        keep,
      }),
    publishUnseen: (_, inRegion, cluster) =>
      publishUnseen({ account, region: inRegion, cluster }, () => Promise.resolve(memory.sink), publishing),
  };
}

/** An earlier run knew a cluster that is not in the world any more. */
async function rememberLost(memory: MemoryCloud): Promise<void> {
  const place = { account, region, cluster: "lost", createdAt: "2026-01-01T00:00:00.000Z" };
  await publishFindings(place, observe([finding("fail")]), memory.sink, {
    observe: context.observe,
    now: () => new Date("2026-11-01T00:00:00Z"),
    store: memory.store,
    include: "changes",
    runId: "run-0",
  });
}

function details(memory: MemoryCloud, cluster: string) {
  const scanned = parseScannedCluster(
    memory.objects.get(runKeys("run-1").scanned(account, region, cluster)) ?? "",
  );
  assert.ok(scanned !== null, cluster);
  return scanned;
}

test("details say what became of each finding, and a cluster that is gone is named", async () => {
  await using world = await openWorld(singleAccount());
  const memory = openMemoryCloud();
  await rememberLost(memory);
  const summaries = await scanChunk(world.scanner, chunk, chunkOptions(memory));
  assert.deepEqual(
    summaries.map(({ cluster, outcome, unpublished }) => [cluster, outcome, unpublished]),
    [["shop", "scanned", 0]],
  );
  assert.ok(details(memory, "shop").findings.every(({ change }) => change !== undefined));
  const { coverage, findings } = details(memory, "lost");
  assert.deepEqual(
    [coverage.outcome, coverage.detail],
    ["skipped", "the cluster is gone, and its findings are archived"],
  );
  assert.deepEqual(
    findings.map(({ status, change }) => [status, change]),
    [["not-applicable", "vanished"]],
  );
});

test("an invocation that is repeated does not make news old: the first outcome stands", async () => {
  await using world = await openWorld(singleAccount());
  const memory = openMemoryCloud();
  await rememberLost(memory);
  await scanChunk(world.scanner, chunk, chunkOptions(memory));
  const first = [details(memory, "shop"), details(memory, "lost")];
  await scanChunk(world.scanner, chunk, chunkOptions(memory));
  assert.deepEqual([details(memory, "shop"), details(memory, "lost")], first);
});

test("a cluster that is not gone, or of which nobody can tell, leaves no word of it", async () => {
  const base = singleAccount();
  const answer = { kind: "error", status: 403, code: "AccessDeniedException", message: "denied" } as const;
  const faults = [{ service: "eks", operation: "DescribeCluster", cluster: "lost", answer }];
  await using world = await openWorld({ ...base, faults });
  const memory = openMemoryCloud();
  await rememberLost(memory);
  await scanChunk(world.scanner, chunk, chunkOptions(memory));
  assert.equal(memory.objects.has(runKeys("run-1").scanned(account, region, "lost")), false);
  assert.equal(memory.hub.get(finding("fail").id)?.RecordState, "ACTIVE");
});

test("whatever a member says that its cluster is called, results and findings stay where it was entered", async () => {
  await using world = await openWorld(singleAccount());
  const memory = openMemoryCloud();
  const lying: typeof world.scanner = {
    ...world.scanner,
    async enterAccount(id) {
      const own = await world.scanner.enterAccount(id);
      return {
        ...own,
        async describeCluster(inRegion, name) {
          const arn = "arn:aws:eks:us-east-1:222222222222:cluster/victim";
          return { ...(await own.describeCluster(inRegion, name)), name: "victim", arn };
        },
      };
    },
  };
  await scanChunk(lying, { ...chunk, tombstones: [] }, chunkOptions(memory));
  const ofShop = [runKeys("run-1").scanned(account, region, "shop"), `state/${account}/${region}/shop-`];
  const elsewhere = [...memory.objects.keys()].filter(
    (key) => !ofShop.some((start) => key.startsWith(start)),
  );
  assert.deepEqual(elsewhere, []);
  assert.equal(memory.objects.size, 2);
  const findings = [...memory.hub.values()];
  assert.ok(findings.length > 0);
  for (const { Id, AwsAccountId } of findings) {
    assert.ok(Id.startsWith(`ringfence/${region}/${account}/shop/`), Id);
    assert.equal(AwsAccountId, account);
  }
  const { coverage } = details(memory, "shop");
  assert.deepEqual([coverage.account, coverage.region, coverage.cluster], [account, region, "shop"]);
});
