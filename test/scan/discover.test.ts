// Which accounts are in scope: the organization's, a list, or the caller's own; and no account that was asked for
// is passed over in silence.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { DiscoverInput, Run } from "../../lib/events.ts";
import { discoverAccount } from "../../lib/scan/discover-account.ts";
import { discoverAccounts, type AccountScope, type ClusterScope } from "../../lib/scan/discover.ts";
import { listRunAccounts } from "../../lib/scan/list-run-accounts.ts";
import { createObserve } from "../../lib/scan/observe.ts";
import type { AccountInventory, AccountRegions, Cloud, OrganizationAccount } from "../../lib/scan/sources.ts";
import { openMemoryCloud } from "./memory-cloud.ts";

const [ALPHA, BETA, CLOSED, STRANGER] = ["111111111111", "222222222222", "333333333333", "999999999999"];

const organization: readonly OrganizationAccount[] = [
  { id: BETA, name: "beta", state: "ACTIVE", unitPath: "/Workloads/Production" },
  { id: ALPHA, name: "alpha", state: "ACTIVE", unitPath: "/" },
  { id: CLOSED, name: "closed", state: "SUSPENDED", unitPath: "/Workloads" },
];

const notAsked = async (): Promise<never> => assert.fail("nobody is asked for that here");
const cloud: Cloud = {
  getCallerAccount: async () => ({
    accountId: ALPHA,
    arn: "arn:aws:iam::111111111111:user/me",
    partition: "aws",
  }),
  listOrganizationAccounts: async () => organization,
  enterAccount: notAsked,
  enterOwnAccount: notAsked,
  callCounts: {},
};

async function discover(scope: Partial<AccountScope>): Promise<readonly string[]> {
  const whole = { accountIds: [], selectsAccount: () => true, selectsUnitPath: () => true } as const;
  const found = await discoverAccounts(
    cloud,
    { source: "organization", ...whole, ...scope },
    createObserve([]),
  );
  return [
    ...found.accountIds,
    ...found.coverage.map(({ account, outcome, why, detail }) =>
      [account, outcome, why, detail].filter((part) => part !== undefined).join(" "),
    ),
  ];
}

test("an organization: its active accounts in order of id, and the others by name", async () => {
  assert.deepEqual(await discover({}), [ALPHA, BETA, `${CLOSED} skipped the account is SUSPENDED`]);
});

test("an organizational unit: what is elsewhere is excluded by name", async () => {
  assert.deepEqual(await discover({ selectsUnitPath: (path) => path.startsWith("/Workloads/") }), [
    BETA,
    `${ALPHA} skipped excluded by organization.organizationalUnits`,
    `${CLOSED} skipped the account is SUSPENDED`,
  ]);
});

test("an included account that the organization does not have is missed, not forgotten", async () => {
  const accountIds = [BETA, STRANGER];
  assert.deepEqual(await discover({ accountIds, selectsAccount: (id) => accountIds.includes(id) }), [
    BETA,
    `${ALPHA} skipped excluded by organization.accounts`,
    `${CLOSED} skipped the account is SUSPENDED`,
    `${STRANGER} missed not-supported named in organization.accounts.include, but the organization has no such account`,
  ]);
});

test("a list is taken as it is, and without both it is the caller's own account", async () => {
  assert.deepEqual(await discover({ source: "listed", accountIds: [BETA, STRANGER] }), [BETA, STRANGER]);
  assert.deepEqual(await discover({ source: "caller" }), [ALPHA]);
});

// ── What an event or a person names is a wish ───────────────────────────────────────────────────────────────

async function chunksFor(wanted: DiscoverInput["scope"], regions: ClusterScope["regions"]) {
  const inventory: AccountInventory & AccountRegions = {
    accountId: BETA,
    listRegions: async () => ["eu-central-1", "us-east-1"],
    listClusters: async () => ["shop", "secret"],
    describeCluster: notAsked,
    describeAddon: notAsked,
    listCapabilities: notAsked,
  };
  const scope = { regions, selectsCluster: (name: string) => name !== "secret" };
  const { store } = openMemoryCloud();
  const { chunks } = await discoverAccount(
    { enterAccount: async () => inventory },
    { runId: "run-1", account: BETA, scope: wanted },
    scope,
    store,
    createObserve([]),
  );
  return chunks.map(({ region, clusters }) => [region, ...clusters]);
}

test("a run for named clusters and Regions looks at no more than the configuration and discovery have", async () => {
  assert.deepEqual(await chunksFor({ clusters: ["secret"] }, ["eu-central-1"]), []);
  assert.deepEqual(await chunksFor({ clusters: ["shop", "absent"] }, ["eu-central-1"]), [
    ["eu-central-1", "shop"],
  ]);
  assert.deepEqual(await chunksFor({ regions: ["ap-east-1"] }, ["eu-central-1"]), []);
  assert.deepEqual(await chunksFor({ regions: ["us-east-1"] }, "enabled"), [["us-east-1", "shop"]]);
});

test("a run for what another one missed looks at that alone", async () => {
  const { store, objects } = openMemoryCloud();
  const missed = {
    account: BETA,
    region: "eu-central-1",
    cluster: "shop",
    outcome: "missed",
    why: "throttled",
  };
  objects.set("runs/run-0/missed.jsonl", `${JSON.stringify(missed)}\n`);
  const run: Run = {
    runId: "run-1",
    trigger: "manual",
    scope: {},
    rescanMissed: "run-0",
    waitSeconds: 0,
    bucket: "ringfence-test",
  };
  const scope: AccountScope = {
    source: "organization",
    accountIds: [],
    selectsAccount: () => true,
    selectsUnitPath: () => true,
  };
  const context = { observe: createObserve([]), now: () => new Date() };
  const { accounts, key } = await listRunAccounts(cloud, run, scope, store, context);
  assert.equal(accounts, 1);
  const wanted = { regions: ["eu-central-1"], clusters: ["shop"] };
  assert.deepEqual(JSON.parse(objects.get(key) ?? ""), { runId: "run-1", account: BETA, scope: wanted });
});

test("a run for named accounts looks at none that the configuration leaves out or the organization has not", async () => {
  const { store, objects } = openMemoryCloud();
  const run: Run = {
    runId: "run-1",
    trigger: "eks-api-call",
    scope: { accounts: [ALPHA, BETA, CLOSED, STRANGER] },
    waitSeconds: 0,
    bucket: "ringfence-test",
  };
  const scope: AccountScope = {
    source: "organization",
    accountIds: [],
    selectsAccount: (id) => id !== ALPHA,
    selectsUnitPath: () => true,
  };
  const context = { observe: createObserve([]), now: () => new Date() };
  const { accounts, key } = await listRunAccounts(cloud, run, scope, store, context);
  assert.equal(accounts, 1);
  assert.equal(objects.get(key), `${JSON.stringify({ runId: "run-1", account: BETA, scope: run.scope })}\n`);
});
