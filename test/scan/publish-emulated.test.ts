// The same life over the wire: the emulated Security Hub and S3, the member role that we ship, real projections.
// A later run sees the hub and the bucket that the earlier one left.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cloud } from "../../emulator/cloud.ts";
import type { Stores } from "../../emulator/aws/stores.ts";
import type { World, WorldCluster, WorldFault } from "../../emulator/world.ts";
import { deniedRegion } from "../../emulator/worlds/scenarios/denied-region.ts";
import { singleAccount } from "../../emulator/worlds/scenarios/single-account.ts";
import { healthyCluster, shop } from "../../emulator/worlds/scenarios/small-company.ts";
import { deployment, namespace } from "../../emulator/worlds/objects.ts";
import { openBucket } from "../../lib/aws/s3.ts";
import { controls } from "../../lib/controls/index.ts";
import { openHubSink, type Deliver } from "../../lib/publishing/hub-sink.ts";
import { deliverFindings } from "../../lib/sinks/security-hub.ts";
import type { Finding } from "../../lib/model/finding.ts";
import { discoverClusters } from "../../lib/scan/discover.ts";
import { publishCluster, publishGoneCluster } from "../../lib/scan/publish-cluster.ts";
import type { Publication, PublishContext } from "../../lib/scan/publish.ts";
import { scanCluster } from "../../lib/scan/scan-cluster.ts";
import type { ObjectStore } from "../../lib/scan/sources.ts";
import { parseState } from "../../lib/scan/state.ts";
import { openWorld } from "../aws/open-world.ts";
import { scanContext } from "./scan-context.ts";

const BUCKET = "ringfence-state";
const HUB = "111111111111/eu-central-1";
const catalogue = { controls, retired: [] };

/** What outlives a run. */
type Left = Pick<Stores, "findings" | "objects">;

interface RunOptions {
  /** The hub and the bucket that an earlier run left, or will leave. */
  readonly after?: Left;
  readonly wrapStore?: (store: ObjectStore) => ObjectStore;
  readonly tombstones?: readonly string[];
}

interface Ran {
  readonly left: Left;
  readonly publications: readonly Publication[];
  readonly calls: Readonly<Record<string, number>>;
}

async function run(world: World, { after, wrapStore, tombstones = [] }: RunOptions = {}): Promise<Ran> {
  await using opened = await openWorld(world, { assumeInOwnAccount: true });
  const { emulator, scanner, transport, credentials } = opened;
  for (const [place, held] of after?.findings ?? []) emulator.stores.findings.set(place, held);
  for (const [name, held] of after?.objects ?? []) emulator.stores.objects.set(name, held);
  const bucket = openBucket({ bucket: BUCKET, region: world.scanner.region, credentials }, transport);
  const publishing: PublishContext = {
    observe: scanContext.observe,
    now: scanContext.now,
    store: wrapStore?.(bucket) ?? bucket,
    include: "changes",
    runId: "run-1",
  };
  const account = await scanner.enterAccount(world.scanner.accountId);
  const scope = { regions: "enabled" as const, selectsCluster: () => true };
  const { clusters } = await discoverClusters(account, scope, scanContext.observe);
  const publications: Publication[] = [];
  const delivery: Deliver = (findings, hub) => deliverFindings(findings, hub, { sleep: () => sleep(1) });
  for (const { region, name } of clusters) {
    const scan = await scanCluster(account, region, name, scanContext);
    const facts = scan.snapshot?.facts;
    const cluster = facts?.cluster.seen === true ? facts.cluster.value : null;
    const hub = openHubSink(
      account.securityHub(region),
      { accountId: account.accountId, region, cluster },
      delivery,
    );
    publications.push(await publishCluster(scan, hub, catalogue, publishing));
  }
  for (const cluster of tombstones) {
    const region = world.scanner.region;
    const place = { accountId: account.accountId, region, cluster: null };
    const hub = openHubSink(account.securityHub(region), place, delivery);
    const target = { account: account.accountId, region, cluster };
    const gone = await publishGoneCluster(target, account, hub, publishing);
    if (gone !== null) publications.push(gone);
  }
  return { left: emulator.stores, publications, calls: countCalls(emulator) };
}

function countCalls({ calls }: Cloud): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { operation } of calls) counts[`${operation}`] = (counts[`${operation}`] ?? 0) + 1;
  return counts;
}

function world(manifests: WorldOptions = {}, faults: readonly WorldFault[] = []): World {
  const base = singleAccount();
  const [account] = base.accounts;
  assert.ok(account !== undefined);
  return { ...base, faults, accounts: [{ ...account, clusters: [healthyCluster(manifests)] }] };
}
type WorldOptions = Parameters<typeof healthyCluster>[0];

const bare = [namespace("bare"), deployment("bare", "app")];
const withBare = { manifests: [...shop(), ...bare] };

function storedFindings(left: Left, place = HUB): readonly Readonly<Record<string, unknown>>[] {
  return [...(left.findings.get(place)?.values() ?? [])];
}

function active(left: Left, place = HUB): readonly string[] {
  return storedFindings(left, place)
    .filter(({ RecordState }) => RecordState === "ACTIVE")
    .map(({ Id, Compliance }) => `${String(Id)} ${JSON.stringify(Compliance).slice(0, 21)}`)
    .toSorted();
}

function changes({ publications }: Ran): readonly string[] {
  return publications
    .flatMap(({ findings, vanished }): readonly Finding[] => [...findings, ...vanished])
    .filter(({ change }) => change !== "unchanged")
    .map(({ controlId, subject, change }) => `${controlId} ${subject.name} ${change}`)
    .toSorted();
}

describe("two runs with nothing between them", () => {
  test("prowler: the second one writes nothing, imports nothing and asks the hub nothing", async () => {
    const first = await run(world(withBare));
    assert.ok((first.calls["BatchImportFindings"] ?? 0) > 0);
    assert.deepEqual(first.publications[0]?.delivery.failed, []);
    const before = structuredClone(storedFindings(first.left));
    const second = await run(world(withBare), { after: first.left });
    assert.deepEqual(
      ["PutObject", "BatchImportFindings", "GetFindings"].map((operation) => second.calls[operation]),
      [undefined, undefined, undefined],
    );
    assert.deepEqual(structuredClone(storedFindings(second.left)), before);
    assert.deepEqual(changes(second), []);
  });
});

describe("two runs with a change between them", () => {
  test("one namespace is new, one is repaired, one is gone: born once, resolved, archived", async () => {
    const first = await run(
      world({ manifests: [...bare, namespace("doomed"), deployment("doomed", "app")] }),
    );
    const born = new Map(storedFindings(first.left).map(({ Id, CreatedAt }) => [Id, CreatedAt]));
    const repaired = [
      ...shop(),
      ...bare,
      ...shop()
        .filter(({ kind }) => kind === "NetworkPolicy")
        .map(toBare),
    ];
    const second = await run(world({ manifests: repaired }), { after: first.left });
    const told = changes(second);
    assert.ok(told.includes("NETPOL.20 bare resolved"), told.join("\n"));
    assert.ok(told.includes("NETPOL.20 doomed vanished"));
    for (const { Id, CreatedAt, UpdatedAt } of storedFindings(second.left)) {
      if (born.has(Id)) assert.equal(CreatedAt, born.get(Id));
      assert.ok(String(CreatedAt) <= String(UpdatedAt));
    }
    const [bareNow] = about(second.left, "NETPOL.20", "bare");
    assert.deepEqual(
      [bareNow?.["RecordState"], bareNow?.["Compliance"], bareNow?.["Severity"]],
      [
        "ACTIVE",
        { ...Object(bareNow?.["Compliance"]), Status: "PASSED" },
        { Normalized: 0, Label: "INFORMATIONAL", Original: "medium" },
      ],
    );
    assert.equal(about(second.left, "NETPOL.20", "doomed")[0]?.["RecordState"], "ARCHIVED");
    const third = await run(world({ manifests: repaired }), { after: second.left });
    assert.deepEqual([changes(third), third.calls["BatchImportFindings"]], [[], undefined]);
  });
});

/** The policies of the shop's web, for the bare namespace. */
function toBare(policy: ReturnType<typeof shop>[number]): ReturnType<typeof shop>[number] {
  return {
    ...policy,
    metadata: {
      ...policy.metadata,
      namespace: "bare",
      name: `${policy.metadata.name}-${policy.metadata.namespace}`,
    },
  };
}

function about(left: Left, control: string, subject: string) {
  return storedFindings(left).filter(({ ProductFields: fields }) => {
    const { "ringfence/Control": id, "ringfence/SubjectName": name } = fields as Record<string, string>;
    return id === control && name === subject;
  });
}

describe("faults between two runs", () => {
  test("prowler: a Region that refuses ListClusters on the second run archives nothing there", async () => {
    const open = deniedRegion();
    const withFindings = {
      ...open,
      faults: [],
      accounts: open.accounts.map((account) => ({
        ...account,
        clusters: account.clusters.map(withBareNamespace),
      })),
    };
    const first = await run(withFindings);
    const hidden = active(first.left, "111111111111/eu-west-1");
    assert.ok(hidden.length > 0);
    const second = await run({ ...withFindings, faults: open.faults }, { after: first.left });
    assert.deepEqual(active(second.left, "111111111111/eu-west-1"), hidden);
    assert.equal(second.publications.length, 1);
  });

  test("GetFindings refused with the state lost: nothing is told, and nothing is archived", async () => {
    const first = await run(world(withBare));
    const before = structuredClone(storedFindings(first.left));
    first.left.objects.clear();
    const answer = { kind: "error", status: 403, code: "AccessDeniedException", message: "denied" } as const;
    const refused = [{ service: "securityhub", operation: "GetFindings", answer }];
    const second = await run(world(withBare, refused), { after: first.left });
    assert.equal(second.publications[0]?.outcome, "blocked");
    const codes = second.publications[0]?.delivery.failed.map(({ code }) => code);
    assert.deepEqual(new Set(codes), new Set(["access-denied"]));
    assert.deepEqual(structuredClone(storedFindings(second.left)), before);
    assert.equal(second.calls["PutObject"], undefined);
  });

  test("a lost state is rebuilt: no duplicate, and CreatedAt as it was", async () => {
    const first = await run(world(withBare));
    const born = storedFindings(first.left).map(({ Id, CreatedAt }) => [Id, CreatedAt]);
    first.left.objects.clear();
    const second = await run(world(withBare), { after: first.left });
    assert.deepEqual(
      storedFindings(second.left).map(({ Id, CreatedAt }) => [Id, CreatedAt]),
      born,
    );
    assert.deepEqual(changes(second), []);
    const third = await run(world(withBare), { after: second.left });
    assert.deepEqual([third.calls["PutObject"], third.calls["BatchImportFindings"]], [undefined, undefined]);
  });

  test("Security Hub is off: each open finding is named, the run goes on, and later they are sent", async () => {
    const off = world(withBare);
    const without = {
      ...off,
      accounts: off.accounts.map((account) => ({ ...account, securityHubRegions: [] })),
    };
    const first = await run(without);
    const [publication] = first.publications;
    assert.ok(publication !== undefined && publication.delivery.failed.length > 0);
    assert.ok(publication.delivery.failed.every(({ code }) => code === "HubOff"));
    assert.equal(first.calls["BatchImportFindings"], undefined);
    const second = await run(off, { after: first.left });
    assert.equal(active(second.left).length, publication.delivery.failed.length);
    assert.deepEqual(changes(second), []);
  });

  test("a process that ends between import and confirmation: nothing twice, nothing lost", async () => {
    const killed = (store: ObjectStore): ObjectStore => {
      let puts = 0;
      return {
        ...store,
        putObject: (key, body, condition) => {
          puts += 1;
          if (puts === 2) throw new Error("the process ends here");
          return store.putObject(key, body, condition);
        },
      };
    };
    const left: Left = { findings: new Map([[HUB, new Map()]]), objects: new Map([[BUCKET, new Map()]]) };
    await assert.rejects(run(world(withBare), { after: left, wrapStore: killed }), /the process ends here/);
    const before = structuredClone(storedFindings(left));
    assert.ok(before.length > 0);
    const second = await run(world(withBare), { after: left });
    assert.deepEqual(structuredClone(storedFindings(left)), before);
    assert.ok(
      changes(second).some((change) => change.endsWith(" new")),
      "people have not heard of it yet",
    );
    for (const { body } of left.objects.get(BUCKET)?.values() ?? [])
      assert.deepEqual(
        parseState(body.toString())?.findings.filter(({ intended }) => intended),
        [],
      );
  });

  test("a cluster that was deleted: its findings are archived once DescribeCluster says so", async () => {
    const first = await run(world(withBare));
    const gone = world();
    const empty = { ...gone, accounts: gone.accounts.map((account) => ({ ...account, clusters: [] })) };
    const second = await run(empty, { after: first.left, tombstones: ["shop"] });
    assert.deepEqual(active(second.left), []);
    const keys = [...(second.left.objects.get(BUCKET)?.keys() ?? [])];
    assert.ok(
      keys.some((key) => key.endsWith(".gone.json")),
      keys.join(),
    );
  });

  test("a cluster that was made again: the old one's findings are archived, the new one's are new", async () => {
    const first = await run(world(withBare));
    const old = active(first.left);
    const again = world({ ...withBare, createdAt: "2026-11-01T00:00:00Z" });
    const second = await run(again, { after: first.left });
    const now = active(second.left);
    assert.equal(now.length, old.length);
    assert.ok(now.length > 0 && now.every((line) => !old.includes(line)));
    assert.ok(changes(second).includes("NETPOL.20 bare new"));
  });
});

function withBareNamespace(one: WorldCluster): WorldCluster {
  const { name, region } = one;
  return healthyCluster({ name, region, vpcOctet: region === "eu-west-1" ? 21 : 20, ...withBare });
}
