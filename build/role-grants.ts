// What the roles and the policy of deploy/ allow, statement by statement, for docs/permissions.md. Denials are left
// out: the table says what is granted.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { parseDocument } from "yaml";

const TEMPLATES = [
  "deploy/hub/roles.yml",
  "deploy/member-role.yaml",
  "deploy/spoke.yaml",
  "deploy/event-forwarding.yaml",
  "deploy/operator-policy.yaml",
];

export interface RoleGrant {
  /** As CloudFormation names the resource, with the file it stands in. */
  readonly role: string;
  /** False: an AWS service alone assumes the role, such as Step Functions. */
  readonly runsOurCode: boolean;
  readonly sid: string;
  readonly actions: readonly string[];
  /** "" where the statement has no condition. */
  readonly condition: string;
}

const Template = v.object({
  Resources: v.record(v.string(), v.object({ Type: v.string(), Properties: v.unknown() })),
});
const Trust = v.object({
  AssumeRolePolicyDocument: v.object({
    Statement: v.array(v.object({ Principal: v.object({ Service: v.string() }) })),
  }),
});
const Statement = v.object({
  Sid: v.string(),
  Effect: v.literal("Allow"),
  Action: v.union([v.string(), v.array(v.string())]),
  Condition: v.optional(v.unknown()),
});

export function readRoleGrants(root: string): readonly RoleGrant[] {
  return TEMPLATES.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    const { Resources } = v.parse(Template, parseDocument(text, { logLevel: "silent" }).toJS());
    return Object.entries(Resources)
      .filter(([, { Type }]) => Type === "AWS::IAM::Role" || Type === "AWS::IAM::ManagedPolicy")
      .flatMap(([name, { Properties }]) => toGrants(`${name} (${file})`, Properties));
  });
}

function toGrants(role: string, properties: unknown): readonly RoleGrant[] {
  const trust = v.safeParse(Trust, properties);
  const services = trust.success
    ? trust.output.AssumeRolePolicyDocument.Statement.map(({ Principal }) => Principal.Service)
    : [];
  const runsOurCode = services.every((service) => service === "lambda.amazonaws.com");
  return statementsIn(properties).map(({ Sid, Action, Condition }) => ({
    role,
    runsOurCode,
    sid: Sid,
    actions: [Action].flat(),
    condition: Condition === undefined ? "" : JSON.stringify(Condition),
  }));
}

/** Anywhere within, because a condition of the template puts its statement into a list of its own. */
function statementsIn(value: unknown): readonly v.InferOutput<typeof Statement>[] {
  const statement = v.safeParse(Statement, value);
  if (statement.success) return [statement.output];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(statementsIn) : [];
}
