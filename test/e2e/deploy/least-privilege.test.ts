// The roles that we ship grant what the packaged functions call, and the functions call what the roles grant: both
// ways, role by role, from the calls that an emulated cloud saw.

import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { RecordedCall } from "../../../emulator/cloud.ts";
import { toHubRoles, HUB_ROLE_NAMES } from "../../../emulator/aws/hub-role.ts";
import { readServerless } from "../../../emulator/aws/hub-template.ts";
import { readMemberTemplate, toMemberRole } from "../../../emulator/aws/member-role.ts";
import type { Role } from "../../../emulator/aws/role.ts";
import { evaluatePolicies, type PolicyStatement } from "../../../emulator/iam.ts";
import { toSpokeRoles } from "../../../emulator/aws/spoke-role.ts";
import type { World, WorldFault } from "../../../emulator/world.ts";
import { worlds } from "../../../emulator/worlds/index.ts";
import { PERMISSIONS } from "../../../lib/aws/permissions.ts";
import { packageTemplate, type Template } from "./deployment.ts";
import { functionArn, inAccount, SCHEDULE, toParameters, type Account } from "./in-account.ts";
import { leaveLongRun } from "./long-run.ts";
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
const ACTION_OF = new Map([
  ["s3:ListObjectsV2", "s3:ListBucket"],
  ...["CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"].map((part): [string, string] => [
    `s3:${part}`,
    "s3:PutObject",
  ]),
]);

/** The demo's cluster legacy-erp answers in its own VPC alone. */
const SPOKE = { accountId: "333344445555", region: "eu-central-1" };

/** Security Hub takes nothing, so that what it did not take is kept. */
const IMPORTS_REFUSED: WorldFault = {
  service: "securityhub",
  operation: "BatchImportFindings",
  answer: { kind: "error", status: 400, code: "InvalidInputException", message: "not today" },
};

/** Of the one long report. */
const SECOND_PART_REFUSED: WorldFault = {
  service: "s3",
  operation: "UploadPart",
  calls: [2],
  answer: { kind: "error", status: 400, code: "BadDigest", message: "not what was sent" },
};

let template: Template;
let demo: World;
let parameters: Readonly<Record<string, string>>;
let calls: readonly RecordedCall[];
let spokeReport: ReturnType<Account["report"]>;
let slack: Server;
const LONG_RUN = "2026-11-23T05-00-00-000Z-schedule";
/** What stood there after its report was refused, after it was made, and after it was made again. */
let longRuns: readonly LongRun[];

interface LongRun {
  readonly error: string | null;
  readonly report: string | null;
  readonly uploads: number;
  readonly messages: number;
}

before(async () => {
  const world = worlds["demo"]?.() ?? assert.fail();
  demo = { ...world, faults: [...world.faults, SECOND_PART_REFUSED] };
  const { accountId, region } = demo.scanner;
  const place = `${region}:${accountId}`;
  const topicArn = `arn:aws:sns:${place}:ringfence-routed`;
  const secretArn = `arn:aws:secretsmanager:${place}:secret:ringfence/routed`;
  const routes = [
    { organizationalUnits: ["/Workloads/*"], sns: { topicArn } },
    { severities: ["high"], slack: { secretArn } },
    { severities: ["low"], slack: { parameterName: "/ringfence/routed" } },
  ];
  const file = join(mkdtempSync(join(tmpdir(), "ringfence-config-")), "ringfence.config.json");
  writeFileSync(file, JSON.stringify({ organization: {}, publish: { routes } }));
  template = packageTemplate(
    `configFile=${file}`,
    `organizationId=${demo.organization?.id ?? assert.fail()}`,
  );
  parameters = {
    ...toParameters(demo),
    SpokeAccounts: SPOKE.accountId,
    SlackParameterName: "/ringfence/slack",
    RoutedTopicArns: topicArn,
    // Secrets Manager puts six characters of its own behind the name.
    RoutedSecretArns: `${secretArn}-??????`,
    RoutedParameterArns: `arn:aws:ssm:${place}:parameter/ringfence/routed`,
  };
  slack = createServer((request, response) => void request.resume().on("end", () => response.end("ok")));
  await new Promise<void>((resolve) => slack.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(slack.address() as AddressInfo).port}/services/s3cret`;
  await inAccount(template, demo, parameters, async ({ cloud, deployment, start, report, invoke }) => {
    for (const name of ["/ringfence/slack", "/ringfence/routed"]) cloud.putParameter(name, url);
    cloud.putSecret("ringfence/routed", url);
    await invokeSpoke(demo, cloud, deployment, SPOKE);
    const first = await start(SCHEDULE);
    spokeReport = report(first.run);
    // It begins, and nothing is heard of it again: who finds nothing new asks whether such a run is going on.
    const runId = `${new Date().toISOString().slice(0, 10)}-died`;
    await invoke(functionArn(deployment, "accounts"), { ...first.run, runId });
    await start({ ...SCHEDULE, time: "2026-11-22T05:00:00Z" });
    await start({ rescanMissed: first.run.runId });
    assert.equal(cloud.stores.messages.get(topicArn)?.length, 1);
    leaveLongRun(cloud.stores, deployment.bucket, first.run.runId, LONG_RUN);
    const conclude = async (): Promise<LongRun> => {
      const report = functionArn(deployment, "report");
      const error = await invoke(report, { runId: LONG_RUN, trigger: "schedule" }).then(() => null, String);
      const { objects, uploads, messages } = cloud.stores;
      const object = objects.get(deployment.bucket)?.get(`runs/${LONG_RUN}/report.json`);
      return {
        error,
        report: object?.body.toString("utf8") ?? null,
        uploads: uploads.size,
        messages: [...messages.values()].flat().length,
      };
    };
    longRuns = [await conclude(), await conclude(), await conclude()];
    calls = [...cloud.calls];
  });
  const refusing = { ...demo, faults: [...demo.faults, IMPORTS_REFUSED] };
  await inAccount(template, refusing, parameters, async ({ cloud, start }) => {
    await start(SCHEDULE);
    calls = [...calls, ...cloud.calls];
  });
});
after(() => {
  slack.closeAllConnections();
  slack.close();
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

test("a report that could not be sent to its end is not there, nor are its parts; repeated, it is told once", () => {
  const [refused, made, again] = longRuns;
  assert.match(refused?.error ?? "", /not what was sent/);
  assert.deepEqual([refused?.report, refused?.uploads], [null, 0]);
  assert.deepEqual([made?.error, made?.uploads], [null, 0]);
  assert.ok((made?.report?.length ?? 0) > 8 * 1024 * 1024);
  assert.ok(made !== undefined && refused !== undefined && made.messages > refused.messages);
  assert.equal(again?.messages, made.messages);
  const withoutTimes = (text: string | null | undefined): unknown => {
    const { finishedAt: _, stats: __, ...report }: Record<string, unknown> = JSON.parse(text ?? "null");
    return report;
  };
  assert.deepEqual(withoutTimes(again?.report), withoutTimes(made.report));
});

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

/** Every single thing that a statement allows: one action on one resource under one value of each condition. */
function toGrants(statement: PolicyStatement): readonly PolicyStatement[] {
  if (statement.effect === "Deny") return [];
  const conditions = statement.conditions.reduce<readonly PolicyStatement["conditions"][]>(
    (all, condition) =>
      all.flatMap((before) =>
        condition.values.map((value) => [...before, { ...condition, values: [value] }]),
      ),
    [[]],
  );
  return statement.actions
    .filter((action) => !NOT_OUR_CALLS.has(action))
    .flatMap((action) => statement.resources.map((resource) => ({ action, resource })))
    .flatMap(({ action, resource }) =>
      conditions.map((chosen) => ({
        ...statement,
        actions: [action],
        resources: [resource],
        conditions: chosen,
      })),
    );
}

function listUnused(role: Role): readonly string[] {
  const asked = calls
    .filter(({ principal, status }) => status !== 403 && principal?.includes(`:assumed-role/${role.name}/`))
    .flatMap(({ permissions }) => permissions)
    .map(({ action, resource, context }) => ({ action, resource, context: context ?? new Map() }));
  return role.policies
    .flat()
    .flatMap(toGrants)
    .filter((grant) => !asked.some((request) => evaluatePolicies([[grant]], request) === "allow"))
    .map(
      ({ actions, resources, conditions }) =>
        `${role.name}: ${actions.join()} on ${resources.join()} ${conditions.map(({ key, values }) => `${key} ${values.join()}`).join()}`,
    );
}

test("each resource and each condition that a role names is one that its function calls for", () => {
  const roles = toHubRoles(demo, readServerless(), parameters).filter(({ name }) =>
    HUB_ROLE_NAMES.includes(name),
  );
  assert.deepEqual(roles.flatMap(listUnused), []);
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
