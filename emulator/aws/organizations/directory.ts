// The organization of a world as its API shows it: who may ask, ARNs, and the shapes of accounts and units.

import type { WorldAccount, WorldOrganization } from "../../world.ts";
import { AwsError } from "../aws-error.ts";
import { optionalString, pageSize, requiredString } from "../json-body.ts";
import type { JsonRecord } from "../json-body.ts";
import type { CallContext } from "../operation.ts";
import { toPage } from "../page.ts";
import type { Page } from "../page.ts";

const INVALID = "InvalidInputException";
/** "MaxResults … Maximum value of 20." (API reference, every list) */
const MAX_RESULTS = 20;

export function organizationOf({ world }: Pick<CallContext, "world">): WorldOrganization {
  const { organization } = world;
  if (organization !== null) return organization;
  throw new AwsError(
    "AWSOrganizationsNotInUseException",
    400,
    "Your account is not a member of an organization.",
  );
}

/**
 * "This operation can be called only from the organization's management account or by a member account that is a
 * delegated administrator." (API reference) The scanner's account is one of the two.
 */
export function administeredOrganization(context: Pick<CallContext, "world" | "account">): WorldOrganization {
  const organization = organizationOf(context);
  const { id } = context.account;
  if (id === organization.managementAccountId || id === context.world.scanner.accountId) return organization;
  throw new AwsError("AccessDeniedException", 400, "You don't have permissions to access this resource.");
}

/** One page of a list, its size and token from the request. */
export function organizationPage<Item>(
  context: CallContext,
  input: JsonRecord,
  list: string,
  items: readonly Item[],
): Page<Item> {
  return toPage({
    items,
    size: pageSize(input["MaxResults"], "MaxResults", MAX_RESULTS, INVALID),
    token: optionalString(input, "NextToken", INVALID),
    list,
    invalidToken: INVALID,
    emptyPages: context.world.organization?.emptyPages === true,
  });
}

/** Of a `root`, `ou`, `account` or `organization`. */
export function toOrganizationArn({ world }: CallContext, kind: string, ...ids: readonly string[]): string {
  const { partition, organization } = world;
  const path = [organization?.id, ...ids].join("/");
  return `arn:${partition}:organizations::${organization?.managementAccountId}:${kind}/${path}`;
}

/** ARN of a root or unit, by the prefix of its id. */
export function toParentArn(context: CallContext, parentId: string): string {
  return toOrganizationArn(context, parentId.startsWith("r-") ? "root" : "ou", parentId);
}

export function requireParent(organization: WorldOrganization, parentId: string): void {
  if (parentId === organization.rootId || organization.units.some(({ id }) => id === parentId)) return;
  throw new AwsError("ParentNotFoundException", 400, "You specified parent that doesn't exist.");
}

export function parentOf(input: JsonRecord): string {
  return requiredString(input, "ParentId", INVALID);
}

/** What `Status` said before `State` told the life of an account in more steps. (API reference: both are sent) */
const STATUSES: Readonly<Record<WorldAccount["state"], string | undefined>> = {
  ACTIVE: "ACTIVE",
  SUSPENDED: "SUSPENDED",
  PENDING_CLOSURE: "PENDING_CLOSURE",
  CLOSED: "SUSPENDED",
  PENDING_ACTIVATION: undefined,
};

export function toAccount(context: CallContext, account: WorldAccount): JsonRecord {
  return {
    Id: account.id,
    Arn: toOrganizationArn(context, "account", account.id),
    Email: `aws+${account.id}@example.com`,
    Name: account.name,
    Status: STATUSES[account.state],
    State: account.state,
    JoinedMethod: "CREATED",
    JoinedTimestamp: JOINED_AT.getTime() / 1000,
  };
}

/** Every emulated account joined then; nothing depends on it. */
const JOINED_AT = new Date("2024-01-15T09:00:00Z");
