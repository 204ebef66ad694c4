// Whom deploy/member-role.yaml lets in, evaluated over the document that CloudFormation would make of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readMemberTemplate, toMemberRole } from "../../emulator/aws/member-role.ts";
import { evaluateTrust } from "../../emulator/iam.ts";
import type { World } from "../../emulator/world.ts";
import { world } from "../../emulator/worlds/build.ts";
import {
  HUB_ACCOUNT,
  hubAccount,
  MEMBER_ACCOUNT,
  memberAccount,
  organizationOfTwo,
} from "../../emulator/worlds/scenarios/small-company.ts";

const EXTERNAL_ID = "a-long-random-text";

function decide(
  organization: World["organization"],
  trusting: string,
  principal: {
    readonly account?: string;
    readonly role?: string;
    readonly organization?: string;
    readonly externalId?: string;
  },
): string {
  const accounts = [hubAccount([]), memberAccount([])];
  const hub = world({
    name: "trust",
    description: "Who may enter.",
    organization,
    scanner: { accountId: HUB_ACCOUNT, region: "eu-central-1", externalId: EXTERNAL_ID },
    accounts,
  });
  const account = accounts.find(({ id }) => id === trusting) ?? assert.fail();
  const role = toMemberRole(hub, account, readMemberTemplate()) ?? assert.fail();
  const accountId = principal.account ?? HUB_ACCOUNT;
  const arn = `arn:aws:iam::${accountId}:role/${principal.role ?? "ringfence-prod-scan"}`;
  const context = new Map([
    ["aws:principalarn", arn],
    ["aws:principalaccount", accountId],
    ["sts:externalid", principal.externalId ?? EXTERNAL_ID],
  ]);
  const itsOrganization = principal.organization ?? organization?.id;
  if (itsOrganization !== undefined) context.set("aws:principalorgid", itsOrganization);
  return evaluateTrust(
    role.trust ?? assert.fail(),
    { arn, accountId },
    { action: "sts:AssumeRole", resource: role.arn, context },
  );
}

const inOrganization: readonly [string, Parameters<typeof decide>[2], string][] = [
  ["the scan function", {}, "allow"],
  ["the discover function", { role: "ringfence-prod-discover" }, "allow"],
  ["a wrong external id", { externalId: "another" }, "implicit-deny"],
  ["a foreign organization", { organization: "o-foreign0000" }, "implicit-deny"],
  ["a sibling role of the scanner", { role: "ringfence-prod-report" }, "implicit-deny"],
  ["a role whose name begins the same", { role: "ringfence-prod-scan2" }, "implicit-deny"],
  ["the same role names in another account", { account: "999999999999" }, "implicit-deny"],
];

for (const [who, principal, expected] of inOrganization)
  test(`in an organization: ${who}: ${expected}`, () => {
    assert.equal(decide(organizationOfTwo, MEMBER_ACCOUNT, principal), expected);
  });

test("without an organization the account trusts its own functions, with the external id, and nobody else", () => {
  assert.equal(decide(null, HUB_ACCOUNT, {}), "allow");
  assert.equal(decide(null, HUB_ACCOUNT, { externalId: "another" }), "implicit-deny");
  assert.equal(decide(null, MEMBER_ACCOUNT, {}), "implicit-deny");
});
