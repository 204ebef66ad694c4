// organizations:ListOrganizationalUnitsForParent: the units directly below a root or unit.

import type { JsonOperation } from "../json-protocol.ts";
import {
  administeredOrganization,
  organizationPage,
  parentOf,
  requireParent,
  toParentArn,
} from "./directory.ts";

export const listOrganizationalUnitsForParent: JsonOperation = {
  name: "ListOrganizationalUnitsForParent",
  permissions: (input, context) => [
    {
      action: "organizations:ListOrganizationalUnitsForParent",
      resource: toParentArn(context, parentOf(input)),
    },
  ],
  run: (input, context) => {
    const parentId = parentOf(input);
    const organization = administeredOrganization(context);
    requireParent(organization, parentId);
    const units = organization.units.filter((unit) => unit.parentId === parentId);
    const list = `ListOrganizationalUnitsForParent ${parentId}`;
    const page = organizationPage(context, input, list, units);
    return {
      OrganizationalUnits: page.items.map(({ id, name }) => ({
        Id: id,
        Arn: toParentArn(context, id),
        Name: name,
      })),
      NextToken: page.nextToken,
    };
  },
};
