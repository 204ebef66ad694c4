// How often publishing asks and writes, over the wire: imports of an account and Region together, and of each cluster's
// state one read, and two writes only where something changed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Stores } from "../../emulator/aws/stores.ts";
import { world as build } from "../../emulator/worlds/build.ts";
import { deployment, namespace } from "../../emulator/worlds/objects.ts";
import {
  HUB_ACCOUNT,
  healthyCluster,
  hubAccount,
  REGION,
  shop,
} from "../../emulator/worlds/scenarios/small-company.ts";
import { openBucket } from "../../lib/aws/s3.ts";
import { parseConfiguration } from "../../lib/config/config.ts";
import { createPublishing } from "../../lib/publishing/publishing.ts";
import { scanChunk } from "../../lib/scan/scan-chunk.ts";
import type { ClusterScan } from "../../lib/scan/scan-cluster.ts";
import type { ObjectStore } from "../../lib/scan/sources.ts";
import { parseState } from "../../lib/scan/state.ts";
import { openWorld } from "../aws/open-world.ts";
import { scanContext } from "../scan/scan-context.ts";

const BUCKET = "ringfence-state";
const CONFIGURATION = JSON.stringify({
  state: { bucket: BUCKET },
  publish: { securityHub: { enabled: true } },
});
/** Each is two failures. */
const FORGOTTEN = ["forgotten", "left"];
const CLUSTERS = Array.from({ length: 10 }, (_, index) => `shop-${index}`);

interface Look {
  /** Of the clusters by number: namespaces without any policy. */
  readonly bare?: (index: number) => readonly string[];
  readonly after?: Pick<Stores, "findings" | "objects">;
  readonly concurrency?: number;
  readonly onScanned?: (scan: ClusterScan) => void;
  readonly onImport?: () => void;
}

interface Looked {
  readonly left: Pick<Stores, "findings" | "objects">;
  readonly imports: number;
  /** Sorted numbers of each cluster. */
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  readonly sent: number;
}

async function look({ bare = () => [], after, concurrency = 4, onScanned, onImport }: Look): Promise<Looked> {
  const clusters = CLUSTERS.map((name, index) =>
    healthyCluster({
      name,
      manifests: [...shop(), ...bare(index).flatMap((home) => [namespace(home), deployment(home, "app")])],
    }),
  );
  await using opened = await openWorld(
    build({ name: "ten", description: "Ten clusters in one Region.", accounts: [hubAccount(clusters)] }),
    { assumeInOwnAccount: true },
  );
  const { emulator, scanner, transport, credentials } = opened;
  for (const [place, held] of after?.findings ?? []) emulator.stores.findings.set(place, held);
  for (const [name, held] of after?.objects ?? []) emulator.stores.objects.set(name, held);
  const counted = countStates(openBucket({ bucket: BUCKET, region: REGION, credentials }, transport));
  const publishing = createPublishing({
    composition: { region: REGION, accounts: { source: "listed" }, cloud: scanner, context: scanContext },
    configuration: parseConfiguration(CONFIGURATION, "test"),
    runId: `run-${Date.now()}`,
    store: counted.store,
  });
  const chunk = { runId: "run-1", account: HUB_ACCOUNT, region: REGION, clusters: CLUSTERS, tombstones: [] };
  let sent = 0;
  await scanChunk(scanner, chunk, {
    context: scanContext,
    store: counted.store,
    concurrency,
    join: (account, region) => {
      const seat = publishing.join(account, region);
      return {
        leave: seat.leave,
        deliver(findings, hub, onWait) {
          const importFindings: typeof hub.importFindings = (batch) => {
            onImport?.();
            return hub.importFindings(batch);
          };
          return seat.deliver(findings, { ...hub, importFindings }, onWait);
        },
      };
    },
    publish: (account, scan, keep, turn) => {
      onScanned?.(scan);
      const publication = publishing.publishScan(account, scan, keep, turn);
      return publication.then((published) => {
        assert.deepEqual(published.delivery.failed, []);
        sent += published.delivery.sent;
        return published;
      });
    },
    publishGone: publishing.publishGone,
    publishUnseen: publishing.publishUnseen,
  });
  const imports = emulator.calls.filter(({ operation }) => operation === "BatchImportFindings").length;
  return { left: emulator.stores, imports, sent, ...counted.counts() };
}

function countStates(store: ObjectStore) {
  const count = () => new Map(CLUSTERS.map((name) => [name, 0]));
  const [reads, writes] = [count(), count()];
  const note = (of: Map<string, number>, key: string): void => {
    const name = CLUSTERS.find((one) => key.startsWith(`state/${HUB_ACCOUNT}/${REGION}/${one}-`));
    if (name !== undefined) of.set(name, (of.get(name) ?? 0) + 1);
  };
  return {
    store: {
      listObjects: (prefix: string) => store.listObjects(prefix),
      getObject(key, bounds) {
        note(reads, key);
        return store.getObject(key, bounds);
      },
      putObject(key, body, condition) {
        note(writes, key);
        return store.putObject(key, body, condition);
      },
    } satisfies ObjectStore,
    counts: () => ({ reads: [...reads.values()], writes: [...writes.values()] }),
  };
}

const each = (amount: number): number[] => CLUSTERS.map(() => amount);

test("ten clusters: one import for all that changed, one read of each state, two writes where something changed", async () => {
  const first = await look({});
  // Everything is new: as many calls as hundreds, whatever the clusters are.
  assert.equal(first.imports, Math.ceil(first.sent / 100));
  assert.deepEqual([first.reads, first.writes], [each(0), each(2)]);
  const quiet = await look({ after: first.left });
  assert.deepEqual([quiet.sent, quiet.imports], [0, 0]);
  assert.deepEqual([quiet.reads, quiet.writes], [each(1), each(0)]);
  const changed = await look({ after: quiet.left, bare: () => FORGOTTEN });
  assert.ok(changed.sent >= CLUSTERS.length * 3 && changed.sent <= 100, String(changed.sent));
  assert.equal(changed.imports, 1);
  assert.deepEqual([changed.reads, changed.writes], [each(1), each(2)]);
  const some = await look({
    after: changed.left,
    bare: (index) => (index < 2 ? [...FORGOTTEN, "more"] : FORGOTTEN),
  });
  assert.equal(some.imports, 1);
  assert.deepEqual(
    some.writes,
    CLUSTERS.map((_, index) => (index < 2 ? 2 : 0)),
  );
  const again = await look({
    after: some.left,
    bare: (index) => (index < 2 ? [...FORGOTTEN, "more"] : FORGOTTEN),
  });
  assert.deepEqual([again.imports, again.writes], [0, each(0)]);
});

test("killed while the others are waited for: the next run sends all of it, once", async () => {
  const first = await look({});
  const killed = new RangeError("killed");
  const dying = look({
    after: first.left,
    bare: () => FORGOTTEN,
    onImport: () => {
      throw killed;
    },
  });
  await assert.rejects(dying, killed);
  const states = [...(first.left.objects.get(BUCKET)?.entries() ?? [])].filter(([key]) =>
    key.startsWith("state/"),
  );
  const intended = states.flatMap(([, { body }]) => parseState(body.toString())?.findings ?? []);
  assert.ok(intended.filter((record) => record.intended !== undefined).length >= CLUSTERS.length * 3);
  const next = await look({ after: first.left, bare: () => FORGOTTEN });
  assert.equal(next.imports, 1);
  assert.ok(next.sent >= CLUSTERS.length * 3);
  assert.deepEqual((await look({ after: next.left, bare: () => FORGOTTEN })).sent, 0);
});

test("one cluster at a time is still one import, and no snapshot waits with the findings of its cluster", async () => {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  assert.ok(typeof collect === "function");
  const snapshots: WeakRef<object>[] = [];
  const alive: number[] = [];
  const first = await look({});
  const { imports } = await look({
    concurrency: 1,
    after: first.left,
    bare: () => FORGOTTEN,
    onScanned({ snapshot }) {
      if (snapshot !== null) snapshots.push(new WeakRef(snapshot));
      collect();
      alive.push(snapshots.filter((one) => one.deref() !== undefined).length);
    },
  });
  assert.equal(imports, 1);
  assert.equal(alive.length, CLUSTERS.length);
  // Its own, and at most one that the engine has not let go of.
  assert.ok(Math.max(...alive) <= 2, alive.join(" "));
});
