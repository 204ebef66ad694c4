// The role that the scanner assumes in a member account: deploy/member-role.yaml as CloudFormation would create
// it there. Drop an action from the template, and the scenario that needs it ends in AccessDenied.

import type { Policy } from "../iam.ts";
import type { World, WorldAccount } from "../world.ts";
import { parseTemplate, resolveTemplate, toFields } from "./cloud-formation.ts";
import { hubRoleArn, OPERATOR } from "./hub-role.ts";
import { HUB_ROLE_PREFIX } from "./hub-template.ts";
import { readShippedFile, toRole } from "./role.ts";
import type { Role } from "./role.ts";

export const MEMBER_ROLE_NAME = "RingfenceReader";
const TEMPLATE = "deploy/member-role.yaml";

export type MemberTemplate = Readonly<Record<string, unknown>>;

/** Parsed once per cloud: a world may have thousands of accounts. */
export function readMemberTemplate(): MemberTemplate {
  const text = readShippedFile(TEMPLATE);
  if (text === null) throw new Error(`${TEMPLATE} is not where the emulator looks for it`);
  return parseTemplate(text);
}

/** Null: nobody deployed the template in this account. */
export function toMemberRole(world: World, account: WorldAccount, template: MemberTemplate): Role | null {
  if (!account.memberRole.deployed) return null;
  const resolved = resolveTemplate(toFields(template["Resources"])["ReaderRole"], {
    values: toValues(world, account),
    conditions: toFields(template["Conditions"]),
    resource: (logicalId) => {
      throw new TypeError(`${TEMPLATE}: nothing in the role should refer to ${logicalId}`);
    },
  });
  const role = toRole(toFields(toFields(resolved)["Properties"]), {
    accountId: account.id,
    partition: world.partition,
    name: MEMBER_ROLE_NAME,
  });
  return { ...role, policies: withoutActions(role.policies, account) };
}

function toValues(world: World, account: WorldAccount): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>([
    ["AWS::Partition", world.partition],
    ["AWS::AccountId", account.id],
    ["ScannerAccountId", world.scanner.accountId],
    ["ScannerRolePrefix", HUB_ROLE_PREFIX],
    // Empty: the template then trusts principals of the account itself.
    ["OrganizationId", world.organization?.id ?? ""],
    // A world without external id: the condition goes away with its value.
    ["ExternalId", world.scanner.externalId ?? undefined],
    ["OperatorRoleArn", hubRoleArn(world, OPERATOR)],
    ["RoleName", MEMBER_ROLE_NAME],
  ]);
}

function withoutActions(policies: readonly Policy[], account: WorldAccount): readonly Policy[] {
  const { withoutActions: struck } = account.memberRole;
  const granted = new Set(policies.flat().flatMap(({ actions }) => actions));
  for (const action of struck) {
    if (!granted.has(action))
      throw new Error(`World: ${TEMPLATE} does not grant ${action}, which is struck out`);
  }
  return policies.map((policy) =>
    policy.map((statement) => {
      const actions = statement.actions.filter((action) => !struck.includes(action));
      return Object.assign(Object.create(null), statement, { actions });
    }),
  );
}
