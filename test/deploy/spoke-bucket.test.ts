// Who may write into the hub's bucket from another account, and use its key for it: evaluated over the documents that
// CloudFormation would make of deploy/hub/storage.yml.

import assert from "node:assert/strict";
import { test } from "node:test";
import { resolveTemplate, toFields } from "../../emulator/aws/cloud-formation.ts";
import { parseHubTemplate, readServerless } from "../../emulator/aws/hub-template.ts";
import { evaluateTrust, parsePolicy, type Policy } from "../../emulator/iam.ts";
import { privateCluster } from "../../emulator/worlds/scenarios/private-cluster.ts";
import { MEMBER_ACCOUNT as SPOKE } from "../../emulator/worlds/scenarios/small-company.ts";

const OTHER_SPOKE = "333333333333";
const STRANGER = "999999999999";
const ORGANIZATION = "o-tinycompany";

function policyOf(resource: string, property: string, parameters: Readonly<Record<string, string>>): Policy {
  const text = readServerless() ?? assert.fail();
  const { resources, scope } = parseHubTemplate(privateCluster(), text, parameters);
  const properties = toFields(toFields(resources[resource])["Properties"]);
  return parsePolicy(resolveTemplate(properties[property], scope));
}

const deployed = { SpokeAccounts: `${SPOKE},${OTHER_SPOKE}`, OrganizationId: ORGANIZATION };
const withoutOrganization = { SpokeAccounts: SPOKE };
const BUCKET = "arn:aws:s3:::ringfence-prod-111111111111-eu-central-1";

interface Attempt {
  readonly account?: string;
  readonly role?: string;
  readonly organization?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly via?: string;
}

function decide(policy: Policy, attempt: Attempt): string {
  const { account = SPOKE, role = "RingfenceSpoke-eu-west-1", organization = ORGANIZATION } = attempt;
  const { action = "s3:PutObject", resource = `${BUCKET}/spoke/${SPOKE}/eu-west-1/vault.json` } = attempt;
  const arn = `arn:aws:iam::${account}:role/${role}`;
  const context = new Map([
    ["aws:principalarn", arn],
    ["aws:principalaccount", account],
    ["aws:principalorgid", organization],
    ["aws:securetransport", "true"],
    ["kms:viaservice", attempt.via ?? "s3.eu-central-1.amazonaws.com"],
  ]);
  return evaluateTrust(policy, { arn, accountId: account }, { action, resource, context });
}

const inTheBucket: readonly (readonly [who: string, attempt: Attempt, expected: string])[] = [
  ["a spoke below its own account", {}, "allow"],
  ["a spoke below another spoke's account", { account: OTHER_SPOKE }, "implicit-deny"],
  ["a spoke above its account", { resource: `${BUCKET}/spoke/${SPOKE}.json` }, "implicit-deny"],
  ["a spoke in the state", { resource: `${BUCKET}/state/${SPOKE}/eu-west-1/x.json` }, "implicit-deny"],
  ["a spoke that reads what it wrote", { action: "s3:GetObject" }, "implicit-deny"],
  ["a spoke that deletes what it wrote", { action: "s3:DeleteObject" }, "implicit-deny"],
  ["another role of the account", { role: "Administrator" }, "implicit-deny"],
  ["a role whose name ends the same", { role: "NotRingfenceSpoke-eu-west-1" }, "implicit-deny"],
  ["an account that is not named", { account: STRANGER }, "implicit-deny"],
  [
    "an account that is not named, below its own id",
    { account: STRANGER, resource: `${BUCKET}/spoke/${STRANGER}/eu-west-1/vault.json` },
    "implicit-deny",
  ],
  ["a named account that has left the organization", { organization: "o-elsewhere00" }, "implicit-deny"],
];

for (const [who, attempt, expected] of inTheBucket)
  test(`the bucket and ${who}: ${expected}`, () => {
    assert.equal(decide(policyOf("BucketPolicy", "PolicyDocument", deployed), attempt), expected);
  });

test("without an organization the accounts' ids and the role's name decide", () => {
  const policy = policyOf("BucketPolicy", "PolicyDocument", withoutOrganization);
  assert.equal(decide(policy, { organization: "o-whatever000" }), "allow");
  assert.equal(decide(policy, { account: OTHER_SPOKE }), "implicit-deny");
});

test("without spokes nobody from outside may write or encrypt", () => {
  const closed = policyOf("BucketPolicy", "PolicyDocument", { OrganizationId: ORGANIZATION });
  assert.equal(decide(closed, {}), "implicit-deny");
  const key = policyOf("Key", "KeyPolicy", { OrganizationId: ORGANIZATION });
  assert.equal(decide(key, { action: "kms:GenerateDataKey", resource: "*" }), "implicit-deny");
});

const ofTheKey: readonly (readonly [who: string, attempt: Attempt, expected: string])[] = [
  ["a spoke that writes through S3", {}, "allow"],
  ["a spoke through another service", { via: "sns.eu-central-1.amazonaws.com" }, "implicit-deny"],
  ["a spoke that decrypts", { action: "kms:Decrypt" }, "implicit-deny"],
  ["another role of the account", { role: "Administrator" }, "implicit-deny"],
  ["an account that is not named", { account: STRANGER }, "implicit-deny"],
];

for (const [who, attempt, expected] of ofTheKey)
  test(`the key and ${who}: ${expected}`, () => {
    const policy = policyOf("Key", "KeyPolicy", deployed);
    const wanted = {
      action: "kms:GenerateDataKey",
      resource: "arn:aws:kms:eu-central-1:1:key/k",
      ...attempt,
    };
    assert.equal(decide(policy, wanted), expected);
  });
