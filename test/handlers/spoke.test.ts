// A cluster that the hub cannot reach, from end to end: its own account's function collects, and the hub judges what it
// left as if it had looked itself. Each handler is a process of its own with its own role.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startCloud, type Cloud } from "../../emulator/cloud.ts";
import { privateCluster } from "../../emulator/worlds/scenarios/private-cluster.ts";
import { MEMBER_ACCOUNT, REGION } from "../../emulator/worlds/scenarios/small-company.ts";
import type { World } from "../../emulator/world.ts";
import { closeTransport, openTransport } from "../../lib/aws/clients.ts";
import { openBucket } from "../../lib/aws/s3.ts";
import type { ScanSummary } from "../../lib/events.ts";
import type { Snapshot } from "../../lib/model/snapshot.ts";
import { parseScannedCluster } from "../../lib/run-objects.ts";
import { fireEvent, lambdaEnvironment, spokeEnvironment, type Fired } from "./fire-event.ts";

const BUCKET = "ringfence-prod-111111111111-eu-central-1";
const KEY = `spoke/${MEMBER_ACCOUNT}/${REGION}/vault.json`;
const templateParameters = { SpokeAccounts: MEMBER_ACCOUNT, OrganizationId: "o-tinycompany" };

const world = privateCluster();
let cloud: Cloud;
before(async () => {
  cloud = await startCloud(world, { templateParameters });
});
after(() => cloud.close());

const vaultOnly = { clusters: ["vault"] };
let runs = 0;

/** One chunk by the hub that leaves `vault`, and no other cluster, to the spoke of its account. */
async function scan(inWorld: World, inCloud: Cloud) {
  const runId = `run-${++runs}`;
  const chunk = {
    runId,
    account: MEMBER_ACCOUNT,
    region: REGION,
    clusters: ["shop", "vault"],
    tombstones: [],
  };
  const { result, ok, stderr } = await fireEvent("scan", chunk, inWorld, inCloud, {
    ...lambdaEnvironment(inWorld, inCloud),
    RINGFENCE_SPOKE_ACCOUNTS: inWorld === world ? MEMBER_ACCOUNT : "",
    RINGFENCE_CONFIG: '{"spokes": {"clusters": {"include": ["vault"]}}}',
    ...inCloud.environmentFor("ringfence-prod-scan"),
  });
  assert.ok(ok, `${JSON.stringify(result)} ${stderr}`);
  const [shop, vault] = result as ScanSummary[];
  assert.equal(shop?.outcome, "scanned");
  const key = `runs/${runId}/scanned/${MEMBER_ACCOUNT}/${REGION}/vault.json`;
  const details = parseScannedCluster(inCloud.stores.objects.get(BUCKET)?.get(key)?.body.toString() ?? "");
  return { vault: vault ?? assert.fail(), details: details ?? assert.fail(key) };
}

function collect(event: unknown = {}, inCloud = cloud): Promise<Fired> {
  return fireEvent(
    "collect",
    event,
    world,
    inCloud,
    spokeEnvironment(world, inCloud, MEMBER_ACCOUNT, REGION),
  );
}

test("before the spoke ran: missed, and said what to look after", async () => {
  const { vault, details } = await scan(world, cloud);
  assert.deepEqual([vault.outcome, vault.why], ["missed", "unreachable"]);
  assert.match(
    vault.detail ?? "",
    /no snapshot: see that deploy\/spoke\.yaml is deployed in account 222222222222/,
  );
  const visibility = details.findings.find(({ controlId }) => controlId === "NETPOL.9");
  assert.equal(visibility?.status, "fail");
  // The hub does not even try: whoever closes a door must not choose who looks.
  const server = cloud.clusters.get(`${MEMBER_ACCOUNT}/${REGION}/vault`);
  assert.deepEqual(server?.requests, []);
});

test("the spoke reads every cluster of its account and Region, or those that it is told", async () => {
  const named = await collect(vaultOnly);
  assert.ok(named.ok, named.stderr);
  assert.deepEqual(
    [...(cloud.stores.objects.get(BUCKET)?.keys() ?? [])].filter((key) => key.startsWith("spoke/")),
    [KEY],
  );
  const { result } = await collect();
  const place = { account: MEMBER_ACCOUNT, region: REGION };
  assert.deepEqual(result, [
    { ...place, cluster: "shop", outcome: "scanned" },
    { ...place, cluster: "vault", outcome: "scanned" },
  ]);
});

test("the hub says of the cluster what it would say if it could reach it, and who saw it", async () => {
  await using fromSpoke = await openCloud(world);
  await using direct = await openCloud(privateCluster("serves"));
  await collect(vaultOnly, fromSpoke.cloud);
  const { vault, details } = await scan(world, fromSpoke.cloud);
  assert.equal(vault.outcome, "scanned");
  assert.match(vault.detail ?? "", /^as the spoke of its account saw it at \d{4}-/);
  const expected = await scan(privateCluster("serves"), direct.cloud);
  const plain = (findings: typeof details.findings) =>
    findings.map((finding) => ({ ...finding, firstSeenAt: "" }));
  assert.deepEqual(plain(details.findings), plain(expected.details.findings));
  assert.deepEqual(details.cluster, expected.details.cluster);
  assert.ok(details.findings.some(({ status }) => status === "fail"));
  const { observedFrom } = readSnapshot(fromSpoke.cloud);
  const state = [...(fromSpoke.cloud.stores.objects.get(BUCKET) ?? [])].find(([key]) =>
    key.startsWith(`state/${MEMBER_ACCOUNT}/${REGION}/vault-`),
  );
  assert.ok(
    state?.[1].body.toString().includes(`"observedFrom":"${observedFrom}"`),
    "not later than was looked",
  );
});

async function openCloud(inWorld: World): Promise<AsyncDisposable & { readonly cloud: Cloud }> {
  const opened = await startCloud(inWorld, { templateParameters });
  return { cloud: opened, [Symbol.asyncDispose]: () => opened.close() };
}

/** What somebody can write who has taken over the spoke's role. */
async function putAsSpoke(key: string, body: string): Promise<unknown> {
  const environment = cloud.environmentForSpoke(MEMBER_ACCOUNT, REGION);
  const transport = openTransport({ requestTimeoutMs: 5_000, endpointUrl: cloud.endpoint });
  const credentials = () =>
    Promise.resolve({
      accessKeyId: environment.AWS_ACCESS_KEY_ID,
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY,
      sessionToken: environment.AWS_SESSION_TOKEN,
    });
  try {
    return await openBucket({ bucket: BUCKET, region: REGION, credentials }, transport).putObject(key, body);
  } finally {
    closeTransport(transport);
  }
}

function readSnapshot(inCloud = cloud): Snapshot {
  const object = inCloud.stores.objects.get(BUCKET)?.get(KEY) ?? assert.fail(KEY);
  return JSON.parse(object.body.toString()) as Snapshot;
}

const HOURS_MS = 3_600_000;

const refused: readonly [title: string, forge: (fresh: Snapshot) => string, why: string, detail: RegExp][] = [
  [
    "that is not renewed",
    (fresh) => {
      const observedFrom = new Date(Date.parse(fresh.observedFrom) - 25 * HOURS_MS).toISOString();
      return JSON.stringify({ ...fresh, observedFrom });
    },
    "unreachable",
    /more than 24 hours ago \(spokes\.maxAgeHours\)/,
  ],
  [
    "of another account",
    (fresh) => JSON.stringify({ ...fresh, target: { ...fresh.target, account: "111111111111" } }),
    "malformed",
    /of another account, Region or cluster/,
  ],
  ["of 10 MB that are none", () => "x".repeat(10_000_000), "malformed", /the spoke's snapshot/],
  [
    "that is larger than the hub reads",
    () => " ".repeat(33 * 1024 ** 2),
    "malformed",
    /the object has 34603008 bytes, and 33554432 at most are read/,
  ],
];

for (const [title, forge, why, detail] of refused)
  test(`a snapshot ${title} is not used: the cluster is missed, and nothing is said of it`, async () => {
    await collect(vaultOnly);
    await putAsSpoke(KEY, forge(readSnapshot()));
    const { vault, details } = await scan(world, cloud);
    assert.deepEqual([vault.outcome, vault.why], ["missed", why]);
    assert.match(vault.detail ?? "", detail);
    const decided = details.findings.filter(
      ({ status, controlId }) => status === "pass" && controlId !== "NETPOL.1",
    );
    assert.deepEqual(decided, []);
  });

test("a spoke writes below its own account and Region, and nowhere else in the bucket", async () => {
  for (const key of [
    `spoke/333333333333/${REGION}/vault.json`,
    `spoke/${MEMBER_ACCOUNT}/eu-west-1/vault.json`,
    `spoke/${MEMBER_ACCOUNT}.json`,
    `state/${MEMBER_ACCOUNT}/${REGION}/vault-unknown.json`,
    "runs/run-1/report.json",
  ])
    await assert.rejects(putAsSpoke(key, "{}"), { name: "AccessDenied" }, key);
});

test("a bucket that refuses the spoke fails its function, which says where to look", async () => {
  const closed = await startCloud(world, {
    templateParameters: { ...templateParameters, SpokeAccounts: "" },
  });
  try {
    const environment = spokeEnvironment(world, closed, MEMBER_ACCOUNT, REGION);
    const { ok, result } = await fireEvent("collect", {}, world, closed, environment);
    assert.equal(ok, false);
    const { errorType, errorMessage } = result as { errorType: string; errorMessage: string };
    assert.equal(errorType, "SnapshotsNotWritten");
    assert.match(errorMessage, /^2 of 2 snapshots were not written .*access-denied.*spokeAccounts/);
  } finally {
    await closed.close();
  }
});
