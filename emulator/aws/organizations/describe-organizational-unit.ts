// organizations:DescribeOrganizationalUnit.

import { AwsError } from "../aws-error.ts";
import { requiredString } from "../json-body.ts";
import type { JsonRecord } from "../json-body.ts";
import type { JsonOperation } from "../json-protocol.ts";
import { administeredOrganization, toParentArn } from "./directory.ts";

export const describeOrganizationalUnit: JsonOperation = {
  name: "DescribeOrganizationalUnit",
  permissions: (input, context) => [
    {
      action: "organizations:DescribeOrganizationalUnit",
      resource: toParentArn(context, unitId(input)),
    },
  ],
  run: (input, context) => {
    const unit = administeredOrganization(context).units.find(({ id }) => id === unitId(input));
    if (unit === undefined) {
      throw new AwsError(
        "OrganizationalUnitNotFoundException",
        400,
        "You specified an organizational unit that doesn't exist.",
      );
    }
    return { OrganizationalUnit: { Id: unit.id, Arn: toParentArn(context, unit.id), Name: unit.name } };
  },
};

function unitId(input: JsonRecord): string {
  return requiredString(input, "OrganizationalUnitId", "InvalidInputException");
}
