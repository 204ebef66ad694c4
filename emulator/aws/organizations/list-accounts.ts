// organizations:ListAccounts: every account of the organization, whatever its state.

import type { JsonOperation } from "../json-protocol.ts";
import { administeredOrganization, organizationPage, toAccount } from "./directory.ts";

export const listAccounts: JsonOperation = {
  name: "ListAccounts",
  permissions: () => [{ action: "organizations:ListAccounts", resource: "*" }],
  run: (input, context) => {
    administeredOrganization(context);
    const page = organizationPage(context, input, "ListAccounts", context.world.accounts);
    return { Accounts: page.items.map((account) => toAccount(context, account)), NextToken: page.nextToken };
  },
};
