// organizations:DescribeOrganization. "This operation can be called from any account in the organization."

import type { JsonOperation } from "../json-protocol.ts";
import { organizationOf, toOrganizationArn } from "./directory.ts";

export const describeOrganization: JsonOperation = {
  name: "DescribeOrganization",
  permissions: () => [{ action: "organizations:DescribeOrganization", resource: "*" }],
  run: (_, context) => {
    const { id, managementAccountId } = organizationOf(context);
    return {
      Organization: {
        Id: id,
        Arn: toOrganizationArn(context, "organization"),
        FeatureSet: "ALL",
        MasterAccountArn: toOrganizationArn(context, "account", managementAccountId),
        MasterAccountId: managementAccountId,
        MasterAccountEmail: `aws+${managementAccountId}@example.com`,
        AvailablePolicyTypes: [{ Type: "SERVICE_CONTROL_POLICY", Status: "ENABLED" }],
      },
    };
  },
};
