// securityhub:DescribeHub.

import type { RestJsonOperation } from "../rest-json-protocol.ts";
import { requireHub, toHubArn } from "./hub.ts";

export const describeHub: RestJsonOperation = {
  name: "DescribeHub",
  method: "GET",
  path: "/accounts",
  permissions: (_, context) => [{ action: "securityhub:DescribeHub", resource: toHubArn(context) }],
  run: (_, context) => {
    requireHub(context);
    return {
      HubArn: toHubArn(context),
      SubscribedAt: "2024-01-15T09:00:00.000Z",
      AutoEnableControls: true,
      ControlFindingGenerator: "SECURITY_CONTROL",
    };
  },
};
