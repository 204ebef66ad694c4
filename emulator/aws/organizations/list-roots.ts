// organizations:ListRoots: an organization has one root.

import type { JsonOperation } from "../json-protocol.ts";
import { administeredOrganization, organizationPage, toParentArn } from "./directory.ts";

export const listRoots: JsonOperation = {
  name: "ListRoots",
  permissions: () => [{ action: "organizations:ListRoots", resource: "*" }],
  run: (input, context) => {
    const { rootId } = administeredOrganization(context);
    const root = {
      Id: rootId,
      Arn: toParentArn(context, rootId),
      Name: "Root",
      PolicyTypes: [{ Type: "SERVICE_CONTROL_POLICY", Status: "ENABLED" }],
    };
    const page = organizationPage(context, input, "ListRoots", [root]);
    return { Roots: page.items, NextToken: page.nextToken };
  },
};
