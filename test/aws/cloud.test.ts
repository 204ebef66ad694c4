// The way into accounts, against the emulated cloud: identity, organization, roles, Regions.

import assert from "node:assert/strict";
import { inspect } from "node:util";
import { test } from "node:test";
import { STSClient } from "@aws-sdk/client-sts";
import { toClientConfig } from "../../lib/aws/clients.ts";
import { openRoleCredentials, toSessionName } from "../../lib/aws/credentials.ts";
import { toUnseen } from "../../lib/aws/errors.ts";
import { account, world } from "../../emulator/worlds/build.ts";
import { worlds } from "../../emulator/worlds/index.ts";
import type { World } from "../../emulator/world.ts";
import { openWorld } from "./open-world.ts";

function named(name: string): World {
  const build = worlds[name];
  assert.ok(build !== undefined, name);
  return build();
}

/** Without what takes time to start: no test here looks into a cluster. */
function withoutClusters(world: World): World {
  return { ...world, accounts: world.accounts.map((account) => ({ ...account, clusters: [] })) };
}

const PRODUCTION = "333344445555";
const HUB = "222233334444";

test("the caller is known by account, ARN and partition, and asked for once", async () => {
  await using open = await openWorld({ ...withoutClusters(named("demo")), partition: "aws-us-gov" });
  const [one, two] = await Promise.all([open.scanner.getCallerAccount(), open.scanner.getCallerAccount()]);
  assert.equal(one.accountId, HUB);
  assert.equal(one.partition, "aws-us-gov");
  assert.match(one.arn, /^arn:aws-us-gov:sts::222233334444:assumed-role\//);
  assert.deepEqual(one, two);
  assert.deepEqual(open.calls(), ["sts:GetCallerIdentity"]);
});

test("an organization is read with the path of every account", async () => {
  await using open = await openWorld(withoutClusters(named("demo")));
  const accounts = await open.scanner.listOrganizationAccounts();
  assert.deepEqual(
    accounts.map(({ id, unitPath }) => [id, unitPath]),
    [
      ["111122223333", "/"],
      [HUB, "/Security"],
      [PRODUCTION, "/Workloads/Production"],
      ["444455556666", "/Workloads/Staging"],
    ],
  );
  assert.ok(accounts.every(({ state }) => state === "ACTIVE"));
});

test("an organization of many pages, closed accounts and odd names is read to its end", async () => {
  const units = Array.from({ length: 45 }, (_, index) => ({
    id: `ou-many-${String(index).padStart(8, "0")}`,
    name: index === 0 ? "a/b" : `Unit ${index}`,
    parentId: "r-many",
  }));
  const accounts = Array.from({ length: 61 }, (_, index) =>
    account({
      id: String(100_000_000_000 + index),
      name: `account ${index}`,
      parentId: index < 50 ? "ou-many-00000000" : "r-many",
      state: index === 60 ? "PENDING_CLOSURE" : "ACTIVE",
    }),
  );
  const organization = {
    id: "o-many000000",
    managementAccountId: "100000000000",
    rootId: "r-many",
    units,
    emptyPages: true,
  };
  await using open = await openWorld(world({ name: "many", description: "Many.", accounts, organization }));
  const listed = await open.scanner.listOrganizationAccounts();
  assert.equal(listed.length, 61);
  assert.equal(listed.filter(({ unitPath }) => unitPath === "/a%2Fb").length, 50);
  assert.equal(listed.find(({ id }) => id === "100000000060")?.state, "PENDING_CLOSURE");
});

test("a caller outside any organization gets an error, not an empty organization", async () => {
  await using open = await openWorld(withoutClusters(named("single-account")));
  await assert.rejects(open.scanner.listOrganizationAccounts(), (error) => {
    assert.ok(["not-supported", "access-denied"].includes(toUnseen(error)?.why ?? ""), inspect(error));
    return true;
  });
});

test("an account is entered once, however many wait at the door", async () => {
  await using open = await openWorld(withoutClusters(named("demo")), { runId: "2026-11-21T06:00:00Z/7" });
  const entered = await Promise.all(Array.from({ length: 8 }, () => open.scanner.enterAccount(PRODUCTION)));
  const [production] = entered;
  assert.deepEqual(await production?.listRegions(), ["eu-central-1", "eu-west-1", "us-east-1"]);
  assert.deepEqual(open.calls(), ["sts:GetCallerIdentity", "sts:AssumeRole", "account:ListRegions"]);
  assert.equal(
    open.emulator.calls.at(-1)?.principal,
    "arn:aws:sts::333344445555:assumed-role/RingfenceReader/ringfence-2026-11-21T06-00-00Z-7",
  );
  assert.deepEqual(open.scanner.callCounts, {
    "sts:GetCallerIdentity": 1,
    "sts:AssumeRole": 1,
    "account:ListRegions": 1,
  });
});

test("the scanner's own account is entered by its role too, where its principal has no access entries", async () => {
  await using open = await openWorld(withoutClusters(named("demo")), { assumeInOwnAccount: true });
  const own = await open.scanner.enterAccount(HUB);
  await own.listRegions();
  assert.equal(
    open.emulator.calls.at(-1)?.principal,
    `arn:aws:sts::${HUB}:assumed-role/RingfenceReader/ringfence`,
  );
});

test("the caller's own account needs no role", async () => {
  await using open = await openWorld(withoutClusters(named("demo")));
  const own = await open.scanner.enterAccount(HUB);
  assert.equal((await own.listRegions()).length, 3);
  assert.equal(open.calls().includes("sts:AssumeRole"), false);
});

test("an account without the role is access-denied, and is tried again when asked again", async () => {
  await using open = await openWorld(withoutClusters(named("demo")));
  const failed = await Promise.allSettled([
    open.scanner.enterAccount("111122223333"),
    open.scanner.enterAccount("111122223333"),
  ]);
  for (const result of failed) {
    assert.ok(result.status === "rejected");
    const reason = toUnseen(result.reason);
    assert.equal(reason?.why, "access-denied");
    assert.match(reason?.detail ?? "", /AccessDenied \(HTTP 403\), not authorized to perform sts:AssumeRole/);
  }
  assert.equal(open.scanner.callCounts["sts:AssumeRole"], 1);
  await assert.rejects(open.scanner.enterAccount("111122223333"), { name: "AccessDenied" });
  assert.equal(open.scanner.callCounts["sts:AssumeRole"], 2);
});

test("a wrong external id opens no door", async () => {
  const role = { name: "RingfenceReader", externalId: "guessed", sessionPolicy: true };
  await using open = await openWorld(withoutClusters(named("demo")), { role });
  await assert.rejects(open.scanner.enterAccount(PRODUCTION), { name: "AccessDenied" });
});

test("role credentials are renewed shortly before they expire, and not sooner", async () => {
  await using open = await openWorld(withoutClusters(named("demo")));
  let minutes = 0;
  const startedMs = Date.now();
  const sts = new STSClient(toClientConfig(open.transport, "eu-central-1", open.credentials));
  const role = { name: "RingfenceReader", externalId: "fernwood-ringfence-7d1c", sessionPolicy: false };
  const session = { role, partition: "aws", accountId: PRODUCTION, runId: undefined };
  const now = () => new Date(startedMs + minutes * 60_000);
  const get = openRoleCredentials(sts, open.transport, session, now);
  const first = await get();
  minutes = 54;
  assert.equal((await get()).accessKeyId, first.accessKeyId);
  minutes = 56;
  const [second, same] = await Promise.all([get(), get()]);
  assert.notEqual(second.accessKeyId, first.accessKeyId);
  assert.equal(second, same);
  assert.equal(open.calls().length, 2);
});

test("a session name is what STS takes, whatever the run is called", () => {
  for (const runId of ["", "x".repeat(500), "../\u0000é 💥", "2026-11-21T06:00:00.000Z"])
    assert.match(toSessionName(runId), /^[\w+=,.@-]{2,64}$/);
  assert.equal(toSessionName(undefined), "ringfence");
});

test("a service control policy and a disabled Region show in the detail", async () => {
  await using scp = await openWorld(withoutClusters(named("scp")));
  const fenced = await scp.scanner.enterAccount("222222222222");
  const denial = await fenced.listClusters("eu-central-1").catch(toUnseen);
  assert.deepEqual(denial, {
    seen: false,
    why: "access-denied",
    detail:
      "AccessDeniedException (HTTP 403), not authorized to perform eks:ListClusters, by a service control policy",
  });
  await using disabled = await openWorld(withoutClusters(named("disabled-region")));
  const own = await disabled.scanner.enterAccount("111111111111");
  const reason = await own.listClusters("ap-east-1").catch(toUnseen);
  assert.ok(reason !== null && "detail" in reason);
  assert.match(reason.detail, /as in a Region that is not enabled/);
});

test("nothing that was printed of any denial holds a secret", async () => {
  await using open = await openWorld(withoutClusters(named("scp")));
  const fenced = await open.scanner.enterAccount("222222222222");
  const error = await fenced.listClusters("eu-central-1").catch((caught: unknown) => caught);
  const printed = `${inspect(error, { depth: 12 })} ${JSON.stringify(error)} ${inspect(fenced, { depth: 12 })}`;
  for (const secret of open.emulator.issuedSecrets) assert.equal(printed.includes(secret), false);
});
