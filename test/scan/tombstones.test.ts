// Which clusters a run takes for lost: known to the state, and missing from a list that was read to its end.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deniedRegion } from "../../emulator/worlds/scenarios/denied-region.ts";
import { toUnseen } from "../../lib/aws/errors.ts";
import type { DiscoverInput } from "../../lib/events.ts";
import { discoverAccount } from "../../lib/scan/discover-account.ts";
import type { ClusterScope } from "../../lib/scan/discover.ts";
import { createObserve } from "../../lib/scan/observe.ts";
import type { Publication } from "../../lib/scan/publish.ts";
import { runScan } from "../../lib/scan/run-scan.ts";
import { toGoneKey, toStateKey, type StatePlace } from "../../lib/scan/state.ts";
import { openWorld } from "../aws/open-world.ts";
import { place } from "./life.ts";
import { awsError, openMemoryCloud, type MemoryCloud } from "./memory-cloud.ts";

const observe = createObserve([toUnseen]);
const everything: ClusterScope = { regions: "enabled", selectsCluster: () => true };
const input: DiscoverInput = { runId: "run-1", account: place.account, scope: {} };

/** eu-central-1 lists `shop`; eu-west-1 refuses to list. */
async function discover(memory: MemoryCloud, scope = everything, given = input) {
  await using world = await openWorld(deniedRegion());
  const { chunks } = await discoverAccount(world.scanner, given, scope, memory.store, observe);
  return chunks.map(({ region, clusters, tombstones, unseen }) => ({
    region,
    clusters,
    tombstones,
    ...(unseen === undefined ? {} : { unseen }),
  }));
}

function remembering(...places: readonly Partial<StatePlace>[]): MemoryCloud {
  const memory = openMemoryCloud();
  for (const one of places) memory.objects.set(toStateKey({ ...place, ...one }), "{}");
  return memory;
}

describe("discovery", () => {
  test("names what the state knows and the list no longer has", async () => {
    const memory = remembering({ cluster: "shop" }, { cluster: "lost" }, { cluster: "shop-2" });
    assert.deepEqual(await discover(memory), [
      { region: "eu-central-1", clusters: ["shop"], tombstones: ["lost", "shop-2"] },
    ]);
  });

  test("prowler: a Region whose list was refused has lost nothing; what is known there is not to be forgotten", async () => {
    const known = Array.from({ length: 21 }, (_, index) => ({
      region: "eu-west-1",
      cluster: `hidden-${index + 10}`,
    }));
    const [listed, ...dark] = await discover(remembering(...known));
    assert.deepEqual(listed, { region: "eu-central-1", clusters: ["shop"], tombstones: [] });
    assert.deepEqual(
      dark.map(({ region, clusters, tombstones, unseen }) => [region, clusters, tombstones, unseen?.length]),
      [
        ["eu-west-1", [], [], 20],
        ["eu-west-1", [], [], 1],
      ],
    );
  });

  test("a Region that was disabled since is missed by name as long as clusters were known there, and not passed over", async () => {
    const memory = remembering(
      { region: "ap-east-1", cluster: "runs-on" },
      { region: "me-south-1", cluster: "deleted-before" },
    );
    memory.objects.set(toGoneKey({ ...place, region: "me-south-1", cluster: "deleted-before" }), "{}");
    await using world = await openWorld(deniedRegion());
    const { coverage, chunks } = await discoverAccount(
      world.scanner,
      input,
      everything,
      memory.store,
      observe,
    );
    const regions = coverage.map(({ region, outcome, why }) => [region, outcome, why]);
    assert.deepEqual(regions, [
      ["ap-east-1", "missed", "access-denied"],
      ["eu-west-1", "missed", "access-denied"],
    ]);
    assert.match(coverage[0]?.detail ?? "", /as in a Region that is not enabled/);
    assert.ok(chunks.some(({ region, unseen }) => region === "ap-east-1" && unseen?.[0] === "runs-on"));
  });

  test("a run for named clusters leaves those of a refused Region alone", async () => {
    const named = { ...input, scope: { clusters: ["shop"] } };
    const chunks = await discover(remembering({ region: "eu-west-1", cluster: "hidden" }), everything, named);
    assert.deepEqual(
      chunks.map(({ region }) => region),
      ["eu-central-1"],
    );
  });

  test("a Region without any cluster has a chunk for what it lost", async () => {
    const scope = { ...everything, selectsCluster: () => false };
    assert.deepEqual(await discover(remembering({ cluster: "lost" }), scope), [
      { region: "eu-central-1", clusters: [], tombstones: ["lost"] },
    ]);
  });

  test("what the configuration leaves out is not lost: it is in the list", async () => {
    const scope = { ...everything, selectsCluster: () => false };
    assert.deepEqual(await discover(remembering({ cluster: "shop" }), scope), []);
  });

  test("what is known to be gone is not asked for again", async () => {
    const memory = remembering({ cluster: "lost" });
    memory.objects.set(toGoneKey({ ...place, cluster: "lost" }), "{}");
    assert.deepEqual((await discover(memory))[0]?.tombstones, []);
  });

  test("a run for named clusters has not looked for the others", async () => {
    const named = { ...input, scope: { clusters: ["shop"] } };
    assert.deepEqual(
      (await discover(remembering({ cluster: "lost" }), everything, named))[0]?.tombstones,
      [],
    );
  });

  test("a run for a named cluster, as its deletion starts one, names it where it is lost", async () => {
    const named = { ...input, scope: { clusters: ["lost"] } };
    assert.deepEqual(
      await discover(remembering({ cluster: "lost" }, { cluster: "other" }), everything, named),
      [{ region: "eu-central-1", clusters: [], tombstones: ["lost"] }],
    );
  });

  test("a run for a named Region looks at none that the configuration leaves out", async () => {
    const scope: ClusterScope = { ...everything, regions: ["eu-central-1"] };
    const named = { ...input, scope: { regions: ["eu-north-1"] } };
    assert.deepEqual(await discover(remembering({ region: "eu-north-1" }), scope, named), []);
    const both = { ...input, scope: { regions: ["eu-central-1", "eu-north-1"] } };
    assert.deepEqual(await discover(openMemoryCloud(), scope, both), [
      { region: "eu-central-1", clusters: ["shop"], tombstones: [] },
    ]);
  });

  test("a state that cannot be listed ends no discovery", async () => {
    const memory = remembering({ cluster: "lost" });
    memory.weather = {
      before(call) {
        if (call.startsWith("list state/")) throw awsError("AccessDenied", 403);
      },
    };
    assert.deepEqual(await discover(memory), [
      { region: "eu-central-1", clusters: ["shop"], tombstones: [] },
    ]);
  });
});

test("a run of the terminal asks for what is lost once per listed Region, with all listed names", async () => {
  await using world = await openWorld(deniedRegion());
  const asked: unknown[] = [];
  const lost: Publication = {
    outcome: "published",
    delivery: { sent: 1, failed: [] },
    findings: [],
    vanished: [],
    remarks: [],
  };
  const { publications, report } = await runScan(world.scanner, {
    accounts: {
      source: "listed",
      accountIds: [place.account],
      selectsAccount: () => true,
      selectsUnitPath: () => true,
    },
    clusters: { ...everything, selectsCluster: () => false },
    context: {
      observe,
      now: () => new Date(),
      controls: [],
      settings: { unjudgedNamespaces: [] },
      requestTimeoutMs: 5000,
      deadlineMs: 20_000,
      excludedTags: [],
      signal: new AbortController().signal,
    },
    concurrency: 2,
    toolVersion: "test",
    onProgress: () => {},
    publishLost: ({ accountId }, region, listed) => {
      asked.push([accountId, region, [...listed]]);
      return Promise.resolve([{ cluster: "lost", publication: lost }]);
    },
  });
  assert.deepEqual(asked, [[place.account, "eu-central-1", ["shop"]]]);
  // The report has the findings.
  assert.deepEqual(publications, [{ outcome: "published", delivery: lost.delivery, remarks: [] }]);
  assert.deepEqual(
    report.coverage.filter(({ cluster }) => cluster === "lost").map(({ outcome }) => outcome),
    ["skipped"],
  );
});
