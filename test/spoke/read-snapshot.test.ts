// What the hub makes of a snapshot that somebody else wrote: the whole of a true one, and nothing of any other.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { worlds } from "../../emulator/worlds/index.ts";
import { toUnseen as awsToUnseen } from "../../lib/aws/errors.ts";
import { toUnseen as kubernetesToUnseen } from "../../lib/kubernetes/errors.ts";
import { seen, unseen, type Observed } from "../../lib/model/observed.ts";
import type { ClusterDescription, Snapshot } from "../../lib/model/snapshot.ts";
import { createObserve } from "../../lib/scan/observe.ts";
import { scanCluster } from "../../lib/scan/scan-cluster.ts";
import type { ObjectStore } from "../../lib/scan/sources.ts";
import { readSnapshot } from "../../lib/spoke/read-snapshot.ts";
import { MAX_SNAPSHOT_BYTES, toSnapshotKey } from "../../lib/spoke/snapshot-object.ts";
import { openWorld } from "../aws/open-world.ts";
import { awsError } from "../scan/memory-cloud.ts";

const observe = createObserve([awsToUnseen, kubernetesToUnseen]);

/** Every snapshot of worlds that together have every kind of fact. */
async function collectAll(): Promise<Snapshot[]> {
  const snapshots: Snapshot[] = [];
  for (const name of ["demo", "hostile-names", "blind-pods", "no-access-entry"]) {
    const world = worlds[name]?.() ?? assert.fail(name);
    await using opened = await openWorld(world);
    for (const { id, clusters, memberRole } of world.accounts) {
      if (!memberRole.deployed) continue;
      const account = await opened.scanner.enterAccount(id);
      for (const { region, name: cluster } of clusters) {
        const { snapshot } = await scanCluster(account, region, cluster, {
          observe,
          now: () => new Date(),
          controls: [],
          settings: { unjudgedNamespaces: [] },
          requestTimeoutMs: 4_000,
          deadlineMs: 120_000,
          excludedTags: [],
          signal: new AbortController().signal,
        });
        if (snapshot !== null) snapshots.push(snapshot);
      }
    }
  }
  return snapshots;
}

let all: readonly Snapshot[];
let fresh: Snapshot;
before(async () => {
  all = await collectAll();
  fresh = all.find(({ target }) => target.cluster === "shop-prod") ?? assert.fail();
});

function storeOf(key: string, body: string): ObjectStore {
  return {
    listObjects: (prefix) => Promise.resolve([key].filter((each) => each.startsWith(prefix))),
    getObject(asked, bounds) {
      assert.deepEqual(bounds, { maxBytes: MAX_SNAPSHOT_BYTES });
      return Promise.resolve(asked === key ? { body, etag: "1" } : null);
    },
    putObject: () => assert.fail("the hub never writes where spokes do"),
  };
}

function targetOf({ target: { account, region, cluster } }: Snapshot) {
  return { account: account ?? "", region: region ?? "", cluster };
}

/** As the hub reads it `ageHours` after it was collected, in the place of the cluster's own. */
function read(
  snapshot: Snapshot,
  body: string,
  { ageHours = 1, createdAt = undefined as string | undefined } = {},
): Promise<Observed<Snapshot>> {
  const target = targetOf(snapshot);
  const { cluster } = snapshot.facts;
  const described = cluster.seen ? cluster.value : assert.fail();
  return readSnapshot(
    target,
    { ...described, ...(createdAt === undefined ? {} : { createdAt }) } satisfies ClusterDescription,
    {
      store: storeOf(toSnapshotKey(target), body),
      observe,
      now: () => new Date(Date.parse(snapshot.observedFrom) + ageHours * 3_600_000),
      maxAgeHours: 24,
    },
  );
}

test("what was collected is read as it was, fact by fact", async () => {
  assert.ok(all.length > 8, `${all.length}`);
  for (const snapshot of all)
    assert.deepEqual(await read(snapshot, JSON.stringify(snapshot)), seen(snapshot));
});

type Json = Record<string, unknown>;

/** A copy as plain JSON with something done to it. */
function forge(change: (snapshot: Json, facts: Record<string, Json>) => void): string {
  const copy = JSON.parse(JSON.stringify(fresh)) as Json;
  change(copy, copy["facts"] as Record<string, Json>);
  return JSON.stringify(copy);
}

function first(facts: Record<string, Json>, fact: string): Json {
  const [item] = (facts[fact]?.["value"] ?? []) as Json[];
  return item ?? assert.fail(fact);
}

const DEEP = `${"[".repeat(200)}${"]".repeat(200)}`;

/** 6 MB, and twenty times as much once it is parsed. */
const PARTS = `[${"{},".repeat(2_000_000)}{}]`;

const FORGED: readonly (readonly [title: string, body: () => string, why: string])[] = [
  ["no JSON", () => '{"schemaVersion":1,', "malformed"],
  ["nothing", () => "", "malformed"],
  ["a list", () => "[]", "malformed"],
  ["no facts", () => forge((snapshot) => delete snapshot["facts"]), "malformed"],
  ["another account", () => forge((s) => Object.assign(s["target"] as Json, { account: "1" })), "malformed"],
  ["another Region", () => forge((s) => Object.assign(s["target"] as Json, { region: "x" })), "malformed"],
  ["another cluster", () => forge((s) => Object.assign(s["target"] as Json, { cluster: "x" })), "malformed"],
  ["no account", () => forge((s) => Object.assign(s["target"] as Json, { account: null })), "malformed"],
  ["a time in words", () => forge((s) => Object.assign(s, { observedFrom: "today" })), "malformed"],
  [
    "a time that sorts last",
    () => forge((s) => Object.assign(s, { observedFrom: "+010000-01-01T00:00:00.000Z" })),
    "malformed",
  ],
  [
    "a time without zone",
    () => forge((s) => Object.assign(s, { observedFrom: "2026-11-21T05:00:00" })),
    "malformed",
  ],
  ["a later schema", () => forge((s) => Object.assign(s, { schemaVersion: 2 })), "not-supported"],
  [
    "pods that are no list",
    () => forge((_, f) => Object.assign(f["pods"] ?? {}, { value: {} })),
    "malformed",
  ],
  [
    "a pod with a label that is no text",
    () => forge((_, f) => Object.assign(first(f, "pods"), { labels: { app: 1 } })),
    "malformed",
  ],
  [
    "a policy without a name",
    () => forge((_, f) => Object.assign(first(f, "networkPolicies"), { metadata: {} })),
    "malformed",
  ],
  [
    "a policy that nests without end",
    () => forge((_, f) => Object.assign(first(f, "networkPolicies"), { spec: JSON.parse(DEEP) })),
    "malformed",
  ],
  [
    "more parts than there is memory for",
    () => forge((snapshot) => Object.assign(snapshot, { more: "PARTS" })).replace('"PARTS"', PARTS),
    "malformed",
  ],
  [
    "a fact that is seen and has no value",
    () => forge((_, f) => Object.assign(f, { nodes: { seen: true } })),
    "malformed",
  ],
  [
    "a reason that there is none",
    () => forge((_, f) => Object.assign(f, { nodes: { seen: false, why: "trust me", detail: "" } })),
    "malformed",
  ],
  [
    "a reason without end",
    () =>
      forge((_, f) => Object.assign(f, { nodes: { seen: false, why: "deadline", detail: "x".repeat(501) } })),
    "malformed",
  ],
];

describe("a snapshot with something wrong in it is not used, and throws nothing", () => {
  for (const [title, body, why] of FORGED)
    test(title, async () => {
      const result = await read(fresh, body());
      assert.ok(!result.seen, "it was used");
      assert.equal(result.why, why, result.detail);
      assert.ok(result.detail.length < 400, result.detail);
    });
});

test("members that JavaScript finds special are names like any other, and change no prototype", async () => {
  const names = { constructor: "a", prototype: "b", hasOwnProperty: "c" };
  const withSpecial = forge((_, facts) => {
    Object.assign(first(facts, "pods"), { labels: names });
    Object.assign(facts, { podsOnUncoveredNodes: { seen: true, value: { constructor: [] } } });
  })
    .replace('"labels":{"constructor"', '"labels":{"__proto__":"d","constructor"')
    .replace('"schemaVersion"', '"__proto__":{"polluted":true},"schemaVersion"')
    .replace('"facts":{', '"facts":{"__proto__":{"polluted":true},');
  const result = await read(fresh, withSpecial);
  assert.ok(result.seen, JSON.stringify(result));
  const { pods, podsOnUncoveredNodes } = result.value.facts;
  const labels = pods.seen ? pods.value[0]?.labels : assert.fail();
  assert.deepEqual(
    new Map(Object.entries(labels ?? {})),
    new Map([["__proto__", "d"], ...Object.entries(names)]),
  );
  assert.deepEqual(podsOnUncoveredNodes.seen && Object.keys(podsOnUncoveredNodes.value), ["constructor"]);
  assert.equal(Reflect.get({}, "polluted"), undefined);
  assert.equal(Reflect.get(result.value.facts, "polluted"), undefined);
  assert.equal(Reflect.get(result.value, "polluted"), undefined);
});

test("a fact that an older spoke does not know is unseen, and the others count", async () => {
  const result = await read(
    fresh,
    forge((_, facts) => delete facts["nodeClasses"]),
  );
  assert.ok(result.seen);
  const { nodeClasses, pods } = result.value.facts;
  assert.equal(nodeClasses.seen ? "seen" : nodeClasses.why, "not-supported");
  assert.equal(pods.seen, true);
});

test("a fact that a newer spoke tells besides is left aside", async () => {
  const result = await read(
    fresh,
    forge((_, facts) => Object.assign(facts, { moonPhase: { seen: true, value: 1 } })),
  );
  assert.deepEqual(result, seen(fresh));
});

test("only now counts: neither what is older than its bound, nor what is dated ahead", async () => {
  const body = JSON.stringify(fresh);
  assert.equal((await read(fresh, body, { ageHours: 24 })).seen, true);
  const stale = await read(fresh, body, { ageHours: 24.01 });
  assert.equal(stale.seen ? "" : stale.why, "unreachable");
  assert.match(stale.seen ? "" : stale.detail, /spokes\.maxAgeHours.*ringfence-spoke logs$/);
  // Clocks differ by minutes, not by hours.
  assert.equal((await read(fresh, body, { ageHours: -0.05 })).seen, true);
  const ahead = await read(fresh, body, { ageHours: -1 });
  assert.equal(ahead.seen ? "" : ahead.why, "malformed");
});

test("the cluster of yesterday that had the same name is another one", async () => {
  const result = await read(fresh, JSON.stringify(fresh), { createdAt: "2026-11-20T00:00:00.000Z" });
  assert.match(result.seen ? "" : `${result.why}: ${result.detail}`, /^unreachable: .*another cluster/);
});

test("what kept the spoke from describing the cluster is what is said", async () => {
  const denied = unseen("access-denied", "AccessDeniedException (HTTP 403)");
  const blind = { ...fresh, facts: { ...fresh.facts, cluster: denied } };
  assert.deepEqual(await read(fresh, JSON.stringify(blind)), denied);
});

test("a bucket that does not answer, and one that has no snapshot, are two things", async () => {
  const target = targetOf(fresh);
  const described = fresh.facts.cluster.seen ? fresh.facts.cluster.value : assert.fail();
  const options = { observe, now: () => new Date(), maxAgeHours: 24 };
  const refusing: ObjectStore = {
    ...storeOf("", ""),
    listObjects: () => Promise.reject(awsError("AccessDenied", 403)),
  };
  const refused = await readSnapshot(target, described, { ...options, store: refusing });
  assert.equal(refused.seen ? "" : refused.why, "access-denied");
  const neighbour = `${toSnapshotKey(target)}.bak`;
  const absent = await readSnapshot(target, described, { ...options, store: storeOf(neighbour, "{}") });
  assert.equal(absent.seen ? "" : absent.why, "unreachable");
});
