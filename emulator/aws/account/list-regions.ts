// account:ListRegions: the caller's own account, or with AccountId another one of the organization.

import type { WorldAccount } from "../../world.ts";
import { AwsError } from "../aws-error.ts";
import { optionalString, pageSize } from "../json-body.ts";
import type { JsonRecord } from "../json-body.ts";
import type { CallContext } from "../operation.ts";
import { toPage } from "../page.ts";
import { toRegionStatuses } from "../regions.ts";
import type { RestJsonOperation } from "../rest-json-protocol.ts";

const INVALID = "ValidationException";
const MAX_RESULTS = 50;

export const listRegions: RestJsonOperation = {
  name: "ListRegions",
  method: "POST",
  path: "/listRegions",
  permissions: ({ body }, context) => [
    { action: "account:ListRegions", resource: toResource(body, context) },
  ],
  run: ({ body }, context) => {
    const account = findAccount(body, context);
    const wanted = statusFilter(body);
    const regions = toRegionStatuses(context.world.partition, account)
      .filter(({ status }) => wanted === null || wanted.includes(status))
      .map(({ name, status }) => ({ RegionName: name, RegionOptStatus: status }));
    const page = toPage({
      items: regions,
      size: pageSize(body["MaxResults"], "MaxResults", MAX_RESULTS, INVALID),
      token: optionalString(body, "NextToken", INVALID),
      list: `ListRegions ${account.id}`,
      invalidToken: INVALID,
    });
    return { Regions: page.items, NextToken: page.nextToken };
  },
};

/** For the account itself the action has no resource; for another one it is that account in the organization. */
function toResource(body: JsonRecord, { world }: CallContext): string {
  const id = optionalString(body, "AccountId", INVALID);
  if (id === undefined || world.organization === null) return "*";
  const { id: organizationId, managementAccountId } = world.organization;
  return `arn:${world.partition}:account::${managementAccountId}:account/${organizationId}/${id}`;
}

/** "The management account can't specify its own AccountId." Others must be in the organization it administers. */
function findAccount(body: JsonRecord, { world, account }: CallContext): WorldAccount {
  const id = optionalString(body, "AccountId", INVALID);
  if (id === undefined) return account;
  const administers =
    account.id === world.scanner.accountId || account.id === world.organization?.managementAccountId;
  const other = world.accounts.find((candidate) => candidate.id === id);
  if (other === account) throw new AwsError(INVALID, 400, "AccountId is the caller's own");
  if (administers && world.organization !== null && other !== undefined) return other;
  throw new AwsError("AccessDeniedException", 403, "User is not authorized to access the specified account.");
}

/** Null: every status. */
function statusFilter(body: JsonRecord): readonly unknown[] | null {
  const statuses = body["RegionOptStatusContains"];
  if (statuses === undefined) return null;
  if (!Array.isArray(statuses)) throw new AwsError(INVALID, 400, "RegionOptStatusContains must be a list");
  return statuses;
}
