// Each part of a run has one function that may write it. What reads strangers' words, the scan above all, can neither
// change the report, nor what the other stages found, nor what the state machine is to do.

import assert from "node:assert/strict";
import { test } from "node:test";
import { resolveTemplate, toFields } from "../../emulator/aws/cloud-formation.ts";
import { toHubRoles } from "../../emulator/aws/hub-role.ts";
import { parseHubTemplate, readServerless } from "../../emulator/aws/hub-template.ts";
import { evaluatePolicies, parsePolicy, type Policy } from "../../emulator/iam.ts";
import { privateCluster } from "../../emulator/worlds/scenarios/private-cluster.ts";
import { runKeys } from "../../lib/scan/run-store.ts";
import { MEMBER_ACCOUNT as MEMBER } from "../../emulator/worlds/scenarios/small-company.ts";

const world = privateCluster();
const template = readServerless() ?? assert.fail();
const BUCKET = "arn:aws:s3:::ringfence-prod-111111111111-eu-central-1";
const keys = runKeys("2026-11-22T05-00-00-000Z-schedule");

/** Step Functions acts with a role of its own. */
function machinePolicies(): readonly Policy[] {
  const { resources, scope } = parseHubTemplate(world, template, {});
  const { Policies } = toFields(toFields(resources["StateMachineRole"])["Properties"]);
  assert.ok(Array.isArray(Policies));
  // What names functions is not about the bucket.
  const isAboutBucket = (statement: unknown): boolean => JSON.stringify(statement).includes("arn:${AWS::P");
  return Policies.map((policy) => {
    const { Statement } = toFields(toFields(policy)["PolicyDocument"]);
    assert.ok(Array.isArray(Statement));
    return parsePolicy(resolveTemplate({ Statement: Statement.filter(isAboutBucket) }, scope));
  });
}

const roles = new Map([
  ...toHubRoles(world, template).map(({ name, policies }): [string, readonly Policy[]] => [
    name.replace("ringfence-prod-", ""),
    policies,
  ]),
  ["state-machine", machinePolicies()],
]);
roles.delete("ringfence-operator");

function whoMay(action: string, key: string): string[] {
  const request = { action, resource: `${BUCKET}/${key}`, context: new Map<string, string>() };
  return [...roles].flatMap(([name, policies]) =>
    evaluatePolicies(policies, request) === "allow" ? [name] : [],
  );
}

test("what a stage leaves of a run is written by that stage alone", () => {
  const writers: readonly (readonly [string, readonly string[]])[] = [
    [keys.accounts, ["accounts"]],
    [keys.accountCoverage, ["accounts"]],
    [keys.discovered(MEMBER), ["discover"]],
    [keys.chunks, ["plan"]],
    [keys.scanned(MEMBER, "eu-central-1", "shop"), ["scan"]],
    [keys.wide, ["report"]],
    [keys.report, ["report"]],
    [keys.page, ["report"]],
    [keys.missed, ["report"]],
    ["runs/executions/scan/f2f7/SUCCEEDED_0.json", ["state-machine"]],
    ["state/trend.json", ["scan", "report"]],
    ["spoke/222222222222/eu-central-1/shop.json", []],
  ];
  for (const [key, expected] of writers) assert.deepEqual(whoMay("s3:PutObject", key), expected, key);
});

test("the state machine reads its items and what became of them, and no result, report or state", () => {
  const reads = (key: string): boolean => whoMay("s3:GetObject", key).includes("state-machine");
  for (const key of [keys.accounts, keys.chunks, "runs/executions/scan/f2f7/manifest.json"])
    assert.ok(reads(key), key);
  for (const key of [keys.report, keys.scanned(MEMBER, "eu-central-1", "shop"), "state/trend.json"])
    assert.ok(!reads(key), key);
});
