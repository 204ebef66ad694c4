// organizations:ListParents: the one root or unit directly above an account or unit.

import type { WorldOrganization } from "../../world.ts";
import { AwsError } from "../aws-error.ts";
import { requiredString } from "../json-body.ts";
import type { JsonRecord } from "../json-body.ts";
import type { JsonOperation } from "../json-protocol.ts";
import type { CallContext } from "../operation.ts";
import { administeredOrganization, organizationPage, toOrganizationArn, toParentArn } from "./directory.ts";

export const listParents: JsonOperation = {
  name: "ListParents",
  permissions: (input, context) => [
    { action: "organizations:ListParents", resource: toChildArn(context, childOf(input)) },
  ],
  run: (input, context) => {
    const organization = administeredOrganization(context);
    const child = childOf(input);
    const parentId = findParentId(organization, context, child);
    const parents = [
      { Id: parentId, Type: parentId === organization.rootId ? "ROOT" : "ORGANIZATIONAL_UNIT" },
    ];
    const page = organizationPage(context, input, `ListParents ${child}`, parents);
    return { Parents: page.items, NextToken: page.nextToken };
  },
};

function findParentId(organization: WorldOrganization, { world }: CallContext, child: string): string {
  const found = [...world.accounts, ...organization.units].find(({ id }) => id === child);
  if (found !== undefined) return found.parentId;
  throw new AwsError(
    "ChildNotFoundException",
    400,
    "You specified an organizational unit or account that doesn't exist.",
  );
}

function toChildArn(context: CallContext, child: string): string {
  return child.startsWith("ou-") ? toParentArn(context, child) : toOrganizationArn(context, "account", child);
}

function childOf(input: JsonRecord): string {
  return requiredString(input, "ChildId", "InvalidInputException");
}
