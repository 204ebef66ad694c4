// Which accounts are in scope: the organization's, a list, or the caller's own; and no account that was asked for
// is passed over in silence.

import assert from "node:assert/strict";
import { test } from "node:test";
import { discoverAccounts, type AccountScope } from "../../lib/scan/discover.ts";
import { createObserve } from "../../lib/scan/observe.ts";
import type { Cloud, OrganizationAccount } from "../../lib/scan/sources.ts";

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
