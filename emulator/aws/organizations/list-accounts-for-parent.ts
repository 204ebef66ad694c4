// organizations:ListAccountsForParent: the accounts directly below a root or unit, not those of units below it.

import type { JsonOperation } from "../json-protocol.ts";
import {
  administeredOrganization,
  organizationPage,
  parentOf,
  requireParent,
  toAccount,
  toParentArn,
} from "./directory.ts";

export const listAccountsForParent: JsonOperation = {
  name: "ListAccountsForParent",
  permissions: (input, context) => [
    { action: "organizations:ListAccountsForParent", resource: toParentArn(context, parentOf(input)) },
  ],
  run: (input, context) => {
    const parentId = parentOf(input);
    requireParent(administeredOrganization(context), parentId);
    const accounts = context.world.accounts.filter((account) => account.parentId === parentId);
    const page = organizationPage(context, input, `ListAccountsForParent ${parentId}`, accounts);
    return { Accounts: page.items.map((account) => toAccount(context, account)), NextToken: page.nextToken };
  },
};
