// The roles that we ship grant what the packaged functions call, and the functions call what the roles grant: both
// ways, role by role, from the calls that an emulated cloud saw.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { RecordedCall } from "../../../emulator/cloud.ts";
import { toHubRoles, HUB_ROLE_NAMES } from "../../../emulator/aws/hub-role.ts";
import { readServerless } from "../../../emulator/aws/hub-template.ts";
import { readMemberTemplate, toMemberRole } from "../../../emulator/aws/member-role.ts";
import type { Role } from "../../../emulator/aws/role.ts";
import { toSpokeRoles } from "../../../emulator/aws/spoke-role.ts";
import type { World } from "../../../emulator/world.ts";
import { worlds } from "../../../emulator/worlds/index.ts";
import { PERMISSIONS } from "../../../lib/aws/permissions.ts";
import { packageTemplate, type Template } from "./deployment.ts";
import { inAccount, SCHEDULE, toParameters, type Account } from "./in-account.ts";
import { invokeSpoke } from "./invoke-spoke.ts";

/** Granted, and called by no code of ours. */
const NOT_OUR_CALLS = new Map([
  ["logs:CreateLogStream", "Lambda writes the function's log with the function's role."],
  ["logs:PutLogEvents", "Lambda writes the function's log with the function's role."],
  ["sqs:SendMessage", "Lambda sends an event that failed to the dead-letter queue with the function's role."],
  ["kms:GenerateDataKey", "S3 and SNS ask it of the caller."],
  ["kms:Decrypt", "S3 and SNS ask it of the caller."],
  ...["Create", "Describe", "Delete"].map((verb): [string, string] => [
    `ec2:${verb}NetworkInterface${verb === "Describe" ? "s" : ""}`,
    "Lambda attaches the function to its VPC with the function's role.",
  ]),
  ["ec2:DescribeSubnets", "Lambda attaches the function to its VPC with the function's role."],
  ["ec2:AssignPrivateIpAddresses", "Lambda attaches the function to its VPC with the function's role."],
  ["ec2:UnassignPrivateIpAddresses", "Lambda attaches the function to its VPC with the function's role."],
]);
/** Called, and granted by nobody: "No permissions are required" (STS, GetCallerIdentity). */
const ALWAYS_ALLOWED = "sts:GetCallerIdentity";
/** Where the operation's name is not the action's. */
const ACTION_OF = new Map([["s3:ListObjectsV2", "s3:ListBucket"]]);

/** The demo's cluster legacy-erp answers in its own VPC alone. */
const SPOKE = { accountId: "333344445555", region: "eu-central-1" };

let template: Template;
let demo: World;
let parameters: Readonly<Record<string, string>>;
let calls: readonly RecordedCall[];
let spokeReport: ReturnType<Account["report"]>;
before(async () => {
  template = packageTemplate();
  demo = worlds["demo"]?.() ?? assert.fail();
  parameters = { ...toParameters(demo), SpokeAccounts: SPOKE.accountId };
  await inAccount(template, demo, parameters, async ({ cloud, deployment, start, report }) => {
    await invokeSpoke(demo, cloud, deployment, SPOKE);
    const first = await start(SCHEDULE);
    spokeReport = report(first.run);
    await start({ ...SCHEDULE, time: "2026-11-22T05:00:00Z" });
    await start({ rescanMissed: first.run.runId });
    calls = [...cloud.calls];
  });
});

function actionsOf(role: Role): string[] {
  const actions = role.policies
    .flat()
    .flatMap((statement) => (statement.effect === "Allow" ? statement.actions : []));
  return [...new Set(actions)].toSorted();
}

function calledBy(isCaller: (principal: string) => boolean): string[] {
  const operations = calls
    .filter(({ principal }) => principal !== null && isCaller(principal))
    .map(({ service, operation }) => `${service}:${operation ?? "?"}`)
    .map((operation) => ACTION_OF.get(operation) ?? operation);
  return [...new Set(operations)].filter((action) => action !== ALWAYS_ALLOWED).toSorted();
}

test("each function of the hub calls what its role grants, and is granted what it calls", () => {
  const roles = toHubRoles(demo, readServerless(), parameters).filter(({ name }) =>
    HUB_ROLE_NAMES.includes(name),
  );
  assert.equal(roles.length, 6);
  for (const role of roles) {
    const granted = actionsOf(role).filter((action) => !NOT_OUR_CALLS.has(action));
    const called = calledBy((principal) => principal.includes(`:assumed-role/${role.name}/`));
    assert.deepEqual(called, granted, role.name);
  }
});

test("the role in member accounts is used to the last action, and for nothing else", () => {
  const member = demo.accounts.find(({ memberRole }) => memberRole.deployed) ?? assert.fail();
  const role = toMemberRole(demo, member, readMemberTemplate()) ?? assert.fail();
  const called = calledBy((principal) => principal.includes(`:assumed-role/${role.name}/`));
  assert.deepEqual([...called].toSorted(), actionsOf(role));
});

test("the role of a spoke is used to the last action, and for nothing else", () => {
  const production = demo.accounts.find(({ id }) => id === SPOKE.accountId) ?? assert.fail();
  const [role = assert.fail()] = toSpokeRoles(demo, production);
  const granted = actionsOf(role);
  const called = calledBy((principal) => principal.includes(`:assumed-role/${role.name}/`));
  assert.deepEqual(
    called,
    granted.filter((action) => !NOT_OUR_CALLS.has(action)),
  );
  const reviewed = PERMISSIONS.filter(({ usedBy }) => usedBy.includes("spoke"))
    .map(({ action }) => action)
    .filter((action) => action !== ALWAYS_ALLOWED);
  assert.deepEqual(
    granted.filter((action) => !/^(?:logs|ec2):/.test(action)),
    [...new Set(reviewed)].toSorted(),
  );
});

test("what the spoke wrote is what the hub read: its cluster is judged and named by its source", () => {
  const { coverage } = spokeReport;
  const erp = coverage.find(({ cluster }) => cluster === "legacy-erp");
  assert.deepEqual([erp?.outcome, erp?.why], ["scanned", undefined]);
  assert.match(erp?.detail ?? "", /as the spoke of its account saw it/);
});

test("no function is refused anything of its own account", () => {
  const refused = calls
    .filter(
      ({ status, principal }) =>
        status === 403 && principal?.includes(":assumed-role/ringfence-prod-") === true,
    )
    .map(({ service, operation, principal }) => `${principal}: ${service}:${operation}`);
  // The way into accounts where nobody deployed the role is refused, and said so in the report.
  assert.deepEqual(
    refused.filter((call) => !call.endsWith("sts:AssumeRole")),
    [],
  );
});

test("the reviewed table of permissions is what the hub's roles grant", () => {
  const withSlack = {
    ...parameters,
    SlackSecretArn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:slack-a",
    SlackParameterName: "/ringfence/slack",
  };
  const granted = toHubRoles(demo, readServerless(), withSlack)
    .filter(({ name }) => HUB_ROLE_NAMES.includes(name))
    .flatMap(actionsOf)
    .filter((action) => !/^(?:logs|sqs):/.test(action));
  const reviewed = PERMISSIONS.filter(({ usedBy }) => usedBy.includes("hub"))
    .map(({ action }) => action)
    .filter((action) => action !== ALWAYS_ALLOWED);
  assert.deepEqual([...new Set(granted)].toSorted(), [...new Set(reviewed)].toSorted());
});
