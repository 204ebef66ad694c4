// The roles of the scanner's own account: one per Lambda function, as serverless.yml defines them, and the
// operator's, for a terminal.

import type { Policy } from "../iam.ts";
import { parsePolicy } from "../iam.ts";
import type { World } from "../world.ts";
import { resolveTemplate, toFields } from "./cloud-formation.ts";
import {
  HUB_ROLE_PREFIX,
  parseHubTemplate,
  type HubTemplate,
  type TemplateParameters,
} from "./hub-template.ts";
import { toRole } from "./role.ts";
import type { Role } from "./role.ts";

export const OPERATOR = "ringfence-operator";
export const HUB_ROLE_NAMES = ["start", "accounts", "discover", "plan", "scan", "report"].map(
  (handler) => `${HUB_ROLE_PREFIX}-${handler}`,
);

export function hubRoleArn(world: World, name: string): string {
  return `arn:${world.partition}:iam::${world.scanner.accountId}:role/${name}`;
}

/** Roles that serverless.yml does not define get what the operator has. */
export function toHubRoles(
  world: World,
  serverlessText: string | null,
  parameters: TemplateParameters = {},
): readonly Role[] {
  const defined =
    serverlessText === null ? [] : toDefinedRoles(world, parseHubTemplate(world, serverlessText, parameters));
  return [...HUB_ROLE_NAMES, OPERATOR].map(
    (name) => defined.find((role) => role.name === name) ?? toOpenRole(world, name),
  );
}

/** Everything in its own account, and the way into member accounts. */
function toOpenRole(world: World, name: string): Role {
  const policy: Policy = parsePolicy({
    Statement: [
      { Effect: "Allow", NotAction: "sts:AssumeRole", Resource: "*" },
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Resource: `arn:${world.partition}:iam::*:role/RingfenceReader`,
      },
    ],
  });
  const { accountId } = world.scanner;
  const arn = hubRoleArn(world, name);
  return { accountId, name, arn, trust: null, policies: [policy], maxSessionSeconds: 43_200 };
}

function toDefinedRoles(world: World, { resources, scope }: HubTemplate): readonly Role[] {
  return Object.values(resources)
    .map(toFields)
    .filter((resource) => resource["Type"] === "AWS::IAM::Role")
    .map((resource) => toFields(resource["Properties"]))
    .flatMap((properties) => {
      const name = resolveTemplate(properties["RoleName"], scope);
      if (typeof name !== "string" || !HUB_ROLE_NAMES.includes(name)) return [];
      const { accountId } = world.scanner;
      const resolved = toFields(
        resolveTemplate({ ...properties, AssumeRolePolicyDocument: undefined }, scope),
      );
      return [toRole(resolved, { accountId, partition: world.partition, name })];
    });
}
