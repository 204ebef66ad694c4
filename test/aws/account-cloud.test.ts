// One account's clusters, from the API and through their tokens, against the emulated cloud.

import assert from "node:assert/strict";
import { inspect } from "node:util";
import { test } from "node:test";
import { toUnseen } from "../../lib/aws/errors.ts";
import type { ClusterDescription } from "../../lib/model/snapshot.ts";
import type { AccountCloud, ClusterAccess, ReadOptions } from "../../lib/scan/sources.ts";
import { cluster } from "../../emulator/worlds/build.ts";
import {
  healthyCluster,
  HUB_ACCOUNT,
  MEMBER_ACCOUNT,
  REGION,
} from "../../emulator/worlds/scenarios/small-company.ts";
import { worlds } from "../../emulator/worlds/index.ts";
import { openWorld, type OpenWorld } from "./open-world.ts";
import { twoAccounts } from "./two-accounts.ts";

const readOptions = (): ReadOptions => ({ requestTimeoutMs: 10_000, signal: new AbortController().signal });

function enterMember({ scanner }: OpenWorld): Promise<AccountCloud> {
  return scanner.enterAccount(MEMBER_ACCOUNT);
}

test("clusters of every state are listed, connected ones too, over many pages", async () => {
  const many = Array.from({ length: 105 }, (_, index) =>
    cluster({ name: `idle-${index}`, region: REGION, status: "CREATING" }),
  );
  await using open = await openWorld(twoAccounts(many));
  const account = await enterMember(open);
  assert.equal((await account.listClusters(REGION)).length, 105);
  assert.deepEqual(await account.listClusters("eu-west-1").catch(() => "refused"), "refused");
  assert.equal(open.scanner.callCounts["eks:ListClusters"], 3);
  const all = worlds["all-statuses"]?.();
  assert.ok(all !== undefined);
  await using statuses = await openWorld(all);
  const names = await (await statuses.scanner.enterAccount(HUB_ACCOUNT)).listClusters(REGION);
  assert.ok(names.includes("connected") && names.includes("pending"));
});

test("a description holds what the API said, and null for what it left out", async () => {
  const creating = cluster({ name: "new", region: REGION, status: "CREATING" });
  const local = cluster({
    name: "local",
    region: REGION,
    createdAt: "2025-06-17T08:41:22.123Z",
    describe: {
      id: "0a1b2c3d",
      outpostConfig: { outpostArns: [], controlPlaneInstanceType: "m5.large" },
      computeConfig: { enabled: true },
      remoteNetworkConfig: { remoteNodeNetworks: [] },
      tags: { owner: "shop", __proto__x: "y" },
    },
  });
  await using open = await openWorld(twoAccounts([creating, local]));
  const account = await enterMember(open);
  const described = await account.describeCluster(REGION, "local");
  assert.equal(described.createdAt, "2025-06-17T08:41:22.123Z");
  assert.equal(described.arn, `arn:aws:eks:${REGION}:${MEMBER_ACCOUNT}:cluster/local`);
  assert.deepEqual(
    [described.outpost, described.id, described.autoMode, described.hybridNodes, described.connected],
    [true, "0a1b2c3d", true, true, false],
  );
  assert.deepEqual(described.tags, { owner: "shop", __proto__x: "y" });
  assert.equal(described.authenticationMode, "API");
  assert.equal(described.ipFamily, "ipv4");
  assert.equal(described.serviceCidr, "172.20.0.0/16");
  assert.equal(described.endpointPublicAccess, true);
  const unborn = await account.describeCluster(REGION, "new");
  assert.deepEqual(
    [unborn.status, unborn.endpoint, unborn.certificateAuthorityData, unborn.autoMode, unborn.id],
    ["CREATING", null, null, null, null],
  );
  assert.deepEqual(
    [unborn.outpost, unborn.hybridNodes, unborn.connected, unborn.tags],
    [false, false, false, {}],
  );
});

test("a connected cluster is told from one that EKS runs", async () => {
  const all = worlds["all-statuses"]?.();
  assert.ok(all !== undefined);
  await using open = await openWorld(all);
  const account = await open.scanner.enterAccount(HUB_ACCOUNT);
  assert.equal((await account.describeCluster(REGION, "connected")).connected, true);
  assert.equal((await account.describeCluster(REGION, "active")).connected, false);
});

test("an add-on is read as it is; null says that it is not installed, an error that the cluster is gone", async () => {
  const addon = {
    name: "vpc-cni",
    version: "v1.21.2-eksbuild.1",
    status: "DEGRADED",
    serviceAccountRoleArn: "arn:aws:iam::222222222222:role/vpc-cni",
    configurationValues: "enableNetworkPolicy: 'true'",
    healthIssues: [{ code: "InsufficientNumberOfReplicas", message: "1 of 2" }],
  };
  const status = "CREATING" as const;
  await using open = await openWorld(
    twoAccounts([
      cluster({ name: "with", region: REGION, status, addons: [addon] }),
      cluster({ name: "without", region: REGION, status }),
      cluster({ name: "bare", region: REGION, status, addons: [{ ...addon, configurationValues: null }] }),
    ]),
  );
  const account = await enterMember(open);
  const { arn, ...read } = (await account.describeAddon(REGION, "with", "vpc-cni")) ?? { arn: null };
  assert.deepEqual(read, addon);
  assert.match(arn ?? "", /:addon\/with\/vpc-cni\//);
  assert.equal(await account.describeAddon(REGION, "without", "vpc-cni"), null);
  assert.equal((await account.describeAddon(REGION, "bare", "vpc-cni"))?.configurationValues, null);
  await assert.rejects(account.describeAddon(REGION, "gone", "vpc-cni"), {
    name: "ResourceNotFoundException",
  });
  // Other add-ons are none of the role's business.
  const denied = await account.describeAddon(REGION, "with", "coredns").catch(toUnseen);
  assert.ok(denied !== null && "why" in denied);
  assert.equal(denied.why, "access-denied");
});

test("capabilities are listed", async () => {
  const capabilities = [{ name: "gitops", type: "ARGOCD", status: "ACTIVE" }];
  await using open = await openWorld(
    twoAccounts([cluster({ name: "a", region: REGION, status: "CREATING", capabilities })]),
  );
  assert.deepEqual(await (await enterMember(open)).listCapabilities(REGION, "a"), capabilities);
});

test("a cluster is opened with a token that its authenticator takes", async () => {
  await using open = await openWorld(twoAccounts([healthyCluster()]));
  const account = await enterMember(open);
  const reader = await account.openCluster(
    REGION,
    await account.describeCluster(REGION, "shop"),
    readOptions(),
  );
  const namespaces = await reader.listNamespaces();
  reader.close();
  assert.ok(namespaces.some(({ name }) => name === "web"));
  assert.deepEqual(open.scanner.callCounts, {
    "sts:GetCallerIdentity": 1,
    "sts:AssumeRole": 1,
    "eks:DescribeCluster": 1,
  });
});

/** Stands where the reader would be, and keeps what it was given. */
function createCapture() {
  const accesses: ClusterAccess[] = [];
  const openKubernetes = (access: ClusterAccess): never => {
    accesses.push(access);
    throw new Error("captured");
  };
  const open = async (
    world: OpenWorld,
    change: (described: ClusterDescription) => ClusterDescription = (same) => same,
  ): Promise<ClusterAccess> => {
    const account = await enterMember(world);
    const described = change(await account.describeCluster(REGION, "shop"));
    await assert.rejects(account.openCluster(REGION, described, readOptions()), (error: Error) => {
      if (error.message !== "captured") throw error;
      return true;
    });
    const access = accesses.at(-1);
    assert.ok(access !== undefined);
    return access;
  };
  return { accesses, openKubernetes, open };
}

function decode(token: string): URL {
  return new URL(Buffer.from(token.slice("k8s-aws-v1.".length), "base64url").toString());
}

test("a token is used again for ten minutes, and made anew after", async () => {
  let nowMs = Date.parse("2026-11-21T06:00:00Z");
  const capture = createCapture();
  await using world = await openWorld(twoAccounts([healthyCluster()]), {
    openKubernetes: capture.openKubernetes,
    now: () => new Date(nowMs),
  });
  const access = await capture.open(world);
  const [first, same] = await Promise.all([access.bearerToken(), access.bearerToken()]);
  assert.equal(first, same);
  nowMs += 10 * 60_000 - 1;
  assert.equal(await access.bearerToken(), first);
  nowMs += 1;
  const second = await access.bearerToken();
  assert.notEqual(second, first);
  assert.equal(decode(second).searchParams.get("X-Amz-Date"), "20261121T061000Z");
  assert.equal(decode(second).host, `sts.${REGION}.amazonaws.com`);
});

test("a local cluster on Outposts is named by its id in the token", async () => {
  const capture = createCapture();
  await using world = await openWorld(twoAccounts([healthyCluster()]), {
    openKubernetes: capture.openKubernetes,
    now: () => new Date("2026-11-21T06:00:00Z"),
  });
  const byName = await (await capture.open(world)).bearerToken();
  const local = await capture.open(world, (one) => ({ ...one, outpost: true, id: "0a1b2c3d" }));
  const inRegion = await capture.open(world, (one) => ({ ...one, id: "0a1b2c3d" }));
  assert.notEqual(await local.bearerToken(), byName);
  assert.equal(await inRegion.bearerToken(), byName);
});

for (const [endpoint, reason] of [
  ["https://169.254.169.254", /not an EKS host/],
  ["https://evil.example", /not an EKS host/],
  ["http://127.0.0.1:8080", /not https/],
] as const)
  test(`no token is made for ${endpoint}`, async () => {
    const capture = createCapture();
    await using world = await openWorld(twoAccounts([healthyCluster()]), {
      openKubernetes: capture.openKubernetes,
    });
    const opening = capture.open(world, (one) => ({ ...one, endpoint }));
    await assert.rejects(opening, (error: Error) => {
      assert.equal(error.name, "EndpointRefused", inspect(error));
      assert.equal(toUnseen(error)?.why, "not-supported");
      assert.match(toUnseen(error)?.detail ?? "", reason);
      return true;
    });
    assert.deepEqual(capture.accesses, []);
  });

test("a cluster without endpoint or authority cannot be opened, and says so", async () => {
  const capture = createCapture();
  await using world = await openWorld(twoAccounts([healthyCluster()]), {
    openKubernetes: capture.openKubernetes,
  });
  for (const missing of [{ endpoint: null }, { certificateAuthorityData: null }])
    await assert.rejects(
      capture.open(world, (one) => ({ ...one, ...missing })),
      { name: "ClusterWithoutEndpoint" },
    );
});

test("throttled calls end as if nothing was", async () => {
  const throttled = worlds["throttled"]?.();
  assert.ok(throttled !== undefined);
  await using open = await openWorld(throttled);
  const account = await open.scanner.enterAccount(MEMBER_ACCOUNT);
  assert.deepEqual(await account.listClusters(REGION), ["other"]);
  assert.equal(open.scanner.callCounts["sts:AssumeRole"], 3);
  assert.equal(open.scanner.callCounts["eks:ListClusters"], 3);
});
