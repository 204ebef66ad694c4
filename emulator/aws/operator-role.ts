// The role of a person at a terminal in the scanner's account, with nothing but deploy/operator-policy.yaml. Drop an
// action from the template, and the command that needs it ends in a refusal.

import { parsePolicy } from "../iam.ts";
import type { World } from "../world.ts";
import { parseTemplate, resolveTemplate, toFields } from "./cloud-formation.ts";
import { hubRoleArn, OPERATOR } from "./hub-role.ts";
import { MEMBER_ROLE_NAME } from "./member-role.ts";
import { readShippedFile } from "./role.ts";
import type { Role } from "./role.ts";

const TEMPLATE = "deploy/operator-policy.yaml";

/** Of the configuration that the operator's commands use. */
export interface OperatorParameters {
  readonly BucketName?: string;
  readonly TopicArn?: string;
  readonly SlackSecretArn?: string;
  readonly SlackParameterName?: string;
}

export function toOperatorRole(world: World, parameters: OperatorParameters): Role {
  const text = readShippedFile(TEMPLATE);
  if (text === null) throw new Error(`${TEMPLATE} is not where the emulator looks for it`);
  const template = parseTemplate(text);
  const { accountId } = world.scanner;
  const defaults = {
    DeploymentName: "ringfence-prod",
    BucketName: "",
    TopicArn: "",
    SlackSecretArn: "",
    SlackParameterName: "",
    KeyArn: "",
  };
  const resolved = resolveTemplate(toFields(template["Resources"])["OperatorPolicy"], {
    values: new Map<string, unknown>([
      ["AWS::Partition", world.partition],
      ["AWS::AccountId", accountId],
      ["ReaderRoleName", MEMBER_ROLE_NAME],
      ...Object.entries({ ...defaults, ...parameters }),
    ]),
    conditions: toFields(template["Conditions"]),
    resource: (logicalId) => {
      throw new TypeError(`${TEMPLATE}: nothing in the policy should refer to ${logicalId}`);
    },
  });
  const { PolicyDocument: policy } = toFields(toFields(resolved)["Properties"]);
  const arn = hubRoleArn(world, OPERATOR);
  return {
    accountId,
    name: OPERATOR,
    arn,
    trust: null,
    policies: [parsePolicy(policy)],
    maxSessionSeconds: 43_200,
  };
}
