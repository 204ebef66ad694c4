// The permissions in code, the role that we ship and the session policy say the same, no more and no less.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as v from "valibot";
import { parse, type ScalarTag } from "yaml";
import { PERMISSIONS } from "../../lib/aws/permissions.ts";
import { toSessionPolicy } from "../../lib/aws/session-policy.ts";

const strings = v.union([
  v.pipe(
    v.string(),
    v.transform((one) => [one]),
  ),
  v.array(v.string()),
]);
const Statement = v.object({ Effect: v.literal("Allow"), Action: strings, Resource: strings });
const Template = v.object({
  Resources: v.object({
    ReaderRole: v.object({
      Properties: v.object({
        Policies: v.array(v.object({ PolicyDocument: v.object({ Statement: v.array(Statement) }) })),
      }),
    }),
  }),
});

/** CloudFormation's short forms; their argument stands for them here. */
const cloudFormationTags = ["!Sub", "!Ref", "!GetAtt"].map((tag): ScalarTag => ({
  tag,
  resolve: (text) => text,
}));
const conditionTags = ["!If", "!Not", "!Equals"].map((tag) => ({ tag, collection: "seq" as const }));

function templateGrants(): string[] {
  const text = readFileSync(join(import.meta.dirname, "../../deploy/member-role.yaml"), "utf8");
  const template = v.parse(Template, parse(text, { customTags: [...cloudFormationTags, ...conditionTags] }));
  const statements = template.Resources.ReaderRole.Properties.Policies.flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );
  return toGrants(statements);
}

function toGrants(
  statements: readonly { Action: readonly string[]; Resource: readonly string[] }[],
): string[] {
  return statements
    .flatMap(({ Action, Resource }) =>
      Action.flatMap((action) => Resource.map((arn) => `${action} on ${arn}`)),
    )
    .toSorted();
}

const memberGrants = PERMISSIONS.filter(({ usedBy }) => usedBy.includes("member"))
  .map(({ action, resource }) => `${action} on ${resource}`)
  .toSorted();

test("deploy/member-role.yaml grants what the code uses, and nothing else", () => {
  const granted = templateGrants();
  assert.deepEqual(
    memberGrants.filter((grant) => !granted.includes(grant)),
    [],
    "used by the code, missing in the template",
  );
  assert.deepEqual(
    granted.filter((grant) => !memberGrants.includes(grant)),
    [],
    "granted by the template, used by nothing",
  );
});

test("deploy/operator-policy.yaml grants what a terminal uses, and nothing else", () => {
  const text = readFileSync(join(import.meta.dirname, "../../deploy/operator-policy.yaml"), "utf8");
  const granted = [...text.matchAll(/\b[a-z0-9-]+:[A-Z][A-Za-z0-9]+\b/g)]
    .map(([action]) => action)
    .filter((action) => !["iam", "aws"].includes(action.split(":")[0] ?? ""));
  const used = PERMISSIONS.filter(({ usedBy }) => usedBy.includes("operator"))
    .map(({ action }) => action)
    // STS always allows it.
    .filter((action) => action !== "sts:GetCallerIdentity");
  assert.deepEqual([...new Set(granted)].toSorted(), [...new Set(used)].toSorted());
});

test("the session policy grants exactly the member's part", () => {
  const statements = toSessionPolicy("aws", "111122223333").Statement.map(({ Action, Resource }) => ({
    Action,
    Resource: [Resource],
  }));
  const expected = memberGrants.map((grant) =>
    grant.replaceAll("${AWS::Partition}", "aws").replaceAll("${AWS::AccountId}", "111122223333"),
  );
  assert.deepEqual(toGrants(statements), expected.toSorted());
});

test("the session policy fits into AssumeRole's 2,048 characters", () => {
  const length = JSON.stringify(toSessionPolicy("aws-us-gov", "111122223333")).length;
  // STS packs policies into a binary form with a limit of its own; a wide margin keeps clear of it.
  assert.ok(length <= 1_500, `${length} characters`);
});

test("every permission says why, once per action, resource and use", () => {
  const keys = PERMISSIONS.map(({ action, resource }) => `${action} on ${resource}`);
  assert.equal(new Set(keys).size, keys.length);
  for (const { action, why, resource } of PERMISSIONS) {
    assert.match(action, /^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$/, "no wildcard");
    assert.match(why, /\.$/);
    assert.notEqual(resource, "");
  }
});

test("every resource * of a member has its reason: no resource type, or a list that names no resource", () => {
  const wide = PERMISSIONS.filter(({ resource, usedBy }) => resource === "*" && usedBy.includes("member"));
  assert.deepEqual(
    wide.map(({ action }) => action),
    ["account:ListRegions", "eks:ListClusters"],
  );
});
