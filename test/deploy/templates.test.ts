// What is deployed, read as text and as data: triggers, trust, public access, and reasons beside what is wide.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as v from "valibot";
import { isAlias, parseDocument, visit } from "yaml";
import { parseTemplate, toFields } from "../../emulator/aws/cloud-formation.ts";
import { CHANGING_CALLS } from "../../lib/events.ts";
import { PERMISSIONS } from "../../lib/aws/permissions.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const list = (folder: string): string[] => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);

const memberTemplates = list("deploy").filter((path) => path.endsWith(".yaml"));
const hubTemplates = list("deploy/hub").filter((path) => path.endsWith(".yml"));

const Rule = v.object({
  Properties: v.object({
    EventPattern: v.object({ detail: v.optional(v.object({ eventName: v.array(v.string()) })) }),
  }),
});

/** Of each rule that names calls. */
function eventNamesOf(path: string): readonly (readonly string[])[] {
  return Object.values(toFields(parseTemplate(read(path))["Resources"]))
    .filter((resource) => toFields(resource)["Type"] === "AWS::Events::Rule")
    .map((rule) => v.parse(Rule, rule).Properties.EventPattern.detail?.eventName ?? [])
    .filter((names) => names.length > 0);
}

test("the event rules of the hub and of members name the calls that start acts upon", () => {
  for (const path of ["deploy/hub/triggers.yml", "deploy/event-forwarding.yaml"]) {
    const rules = eventNamesOf(path);
    assert.ok(rules.length > 0, path);
    for (const names of rules) assert.deepEqual(names.toSorted(), [...CHANGING_CALLS].toSorted(), path);
  }
});

test("no resource is * without a reason beside it", () => {
  const bare = [...memberTemplates, ...hubTemplates, "deploy/terraform/member-role.tf"].flatMap((path) => {
    const lines = read(path).split("\n");
    return lines.flatMap((line, index) => {
      if (!/^\s*(?:Resource: "\*"|resources\s*=\s*\["\*"\])/.test(line)) return [];
      const start = lines.slice(0, index).findLastIndex((above) => /\bsid\b/i.test(above));
      const hasReason = lines.slice(start, index).some((above) => /^\s*#/.test(above));
      return hasReason ? [] : [`${path}:${index + 1}`];
    });
  });
  assert.deepEqual(bare, []);
});

test("nothing is allowed to everyone without a condition, and no action is a wildcard but in a denial", () => {
  for (const path of [...memberTemplates, ...hubTemplates]) {
    for (const statement of listStatements(parseTemplate(read(path)))) {
      const { Effect, Principal, Condition, Action, Sid } = statement;
      if (Effect === "Deny") continue;
      assert.ok(Principal !== "*" || Condition !== undefined, `${path}: ${String(Sid)}`);
      const wild = [Action].flat().filter((action) => String(action).includes("*"));
      // The key's own account: without it nobody could administer the key (KMS developer guide, key policies).
      assert.deepEqual(wild, Sid === "TheAccountDecidesByIam" ? ["kms:*"] : [], `${path}: ${String(Sid)}`);
    }
  }
});

function listStatements(node: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (Array.isArray(node)) return node.flatMap(listStatements);
  const fields = toFields(node);
  const own = "Effect" in fields ? [fields] : [];
  return [...own, ...Object.values(fields).flatMap(listStatements)];
}

/** Services that act for any account that asks them: without its own account named, a role is anybody's through them. */
const DEPUTIES = new Set(["events.amazonaws.com", "scheduler.amazonaws.com", "states.amazonaws.com"]);

test("a service that acts for every account does so for ours alone", () => {
  const account = "AWS::AccountId";
  let trusts = 0;
  for (const path of [...memberTemplates, ...hubTemplates]) {
    const template = parseTemplate(read(path));
    for (const { Action, Principal, Condition } of listStatements(template)) {
      if (Action !== "sts:AssumeRole") continue;
      if (!DEPUTIES.has(String(toFields(Principal)["Service"]))) continue;
      trusts += 1;
      assert.ok(JSON.stringify(Condition)?.includes('"aws:SourceAccount"'), path);
      assert.ok(JSON.stringify(Condition).includes(account), path);
    }
    for (const resource of Object.values(toFields(template["Resources"]))) {
      const { Type, Properties } = toFields(resource);
      if (Type !== "AWS::Lambda::Permission") continue;
      const { SourceAccount, SourceArn } = toFields(Properties);
      assert.ok(JSON.stringify(SourceAccount)?.includes(account), path);
      assert.ok(JSON.stringify(SourceArn)?.includes(account), path);
    }
  }
  assert.equal(trusts, 4);
});

test("bucket, topics and queue speak TLS only; the bucket is closed to the public and encrypted with our key", () => {
  const storage = read("deploy/hub/storage.yml");
  assert.equal(storage.match(/aws:SecureTransport": "false"/g)?.length, 3);
  for (const setting of ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"])
    assert.match(storage, new RegExp(`${setting}: true`));
  assert.match(storage, /SSEAlgorithm: aws:kms\n\s+KMSMasterKeyID:/);
  assert.match(storage, /KmsMasterKeyId:/);
});

test("templates for CloudFormation itself have no aliases, which it does not read, and fit StackSets", () => {
  for (const path of memberTemplates) {
    const text = read(path);
    let aliases = 0;
    visit(parseDocument(text, { logLevel: "silent" }), (_, node) => {
      if (isAlias(node)) aliases += 1;
    });
    assert.equal(aliases, 0, path);
    // Service-managed StackSets take no transforms and no nested stacks, and 51,200 bytes inline.
    assert.doesNotMatch(text, /^Transform:|AWS::CloudFormation::Stack\b/m);
    assert.ok(Buffer.byteLength(text) < 51_200);
  }
});

test("the Terraform role grants what the template grants", () => {
  const terraform = read("deploy/terraform/member-role.tf");
  const granted = [...terraform.matchAll(/"([a-z0-9-]+:[A-Z]\w+)"/g)].map(([, action = ""]) => action);
  const expected = PERMISSIONS.filter(({ usedBy }) => usedBy.includes("member"));
  const trusted = new Set([
    "sts:AssumeRole",
    "aws:PrincipalArn",
    "aws:PrincipalAccount",
    "aws:PrincipalOrgID",
    "sts:ExternalId",
  ]);
  assert.deepEqual(
    [...new Set(granted.filter((action) => !trusted.has(action)))].toSorted(),
    [...new Set(expected.map(({ action }) => action))].toSorted(),
  );
  const arns = expected.map(({ resource }) =>
    resource
      .replaceAll("${AWS::Partition}", "${local.partition}")
      .replaceAll("${AWS::AccountId}", "${local.account}"),
  );
  for (const arn of arns) assert.ok(terraform.includes(`"${arn}"`), arn);
});

test("the Terraform role trusts whom the template trusts", () => {
  const terraform = read("deploy/terraform/member-role.tf");
  const [, trust = ""] = /"aws_iam_policy_document" "trust" \{([\s\S]*?)\n\}/.exec(terraform) ?? [];
  const settings = trust.replaceAll(/^\s*#.*$/gm, "").replaceAll(/\s+/g, " ");
  const conditions = [...settings.matchAll(/condition \{ (.*?) \}(?= condition| \} $| \}$)/g)].map(
    ([, one]) => one,
  );
  assert.deepEqual(conditions, [
    'test = "ArnEquals" variable = "aws:PrincipalArn" values = [ "${local.scanner}:role/${var.scanner_role_prefix}-discover", "${local.scanner}:role/${var.scanner_role_prefix}-scan", ]',
    'test = "StringEquals" variable = "sts:ExternalId" values = [var.external_id]',
    'test = "StringEquals" variable = var.organization_id == "" ? "aws:PrincipalAccount" : "aws:PrincipalOrgID" values = [var.organization_id == "" ? local.account : var.organization_id]',
  ]);
  assert.match(settings, /principals \{ type = "AWS" identifiers = \["\$\{local\.scanner\}:root"\] \}/);
  assert.equal(settings.match(/statement \{/g)?.length, 1);
});

test("the snippets map the role and the group that the scanner's own files name", () => {
  const group = "ringfence-readers";
  assert.ok(read("deploy/kubernetes/ringfence-reader.yaml").includes(`name: ${group}`));
  for (const path of list("deploy/access-entries")) {
    assert.ok(read(path).includes(group), path);
    assert.ok(read(path).includes("role/RingfenceReader"), path);
  }
});

// The last days of a Lambda runtime are told by AWS; with these a template that has not changed fails one morning.
const CFN_LINT_OPTIONS = ["--ignore-checks", "W2531", "E2531", "E2533", "--format", "parseable"];

test("cfn-lint finds nothing in the members' templates", (context) => {
  const lint = spawnSync("cfn-lint", [...CFN_LINT_OPTIONS, ...memberTemplates], {
    cwd: root,
    encoding: "utf8",
  });
  if (lint.error !== undefined) {
    context.diagnostic("SKIPPED: cfn-lint is not on this machine");
    context.skip("cfn-lint is not on this machine");
    return;
  }
  assert.equal(lint.stdout, "");
  assert.equal(lint.status, 0);
});
