// eks:DescribeAddon. It is authorised on the add-on's ARN, not the cluster's.

import { label } from "../rest-json-protocol.ts";
import type { RestJsonOperation } from "../rest-json-protocol.ts";
import { requireAddon, requireCluster, toAddonArn, toClusterTarget, toSeconds } from "./inventory.ts";

export const describeAddon: RestJsonOperation = {
  name: "DescribeAddon",
  method: "GET",
  path: "/clusters/{name}/addons/{addonName}",
  target: toClusterTarget,
  permissions: (input, context) => [
    {
      action: "eks:DescribeAddon",
      resource: toAddonArn(context, label(input, "name"), label(input, "addonName")),
    },
  ],
  run: (input, context) => {
    const cluster = requireCluster(input, context);
    const addon = requireAddon(input, context);
    return {
      addon: {
        addonName: addon.name,
        clusterName: cluster.name,
        status: addon.status,
        addonVersion: addon.version,
        health: { issues: addon.healthIssues.map((issue) => ({ ...issue, resourceIds: [] })) },
        addonArn: toAddonArn(context, cluster.name, addon.name),
        createdAt: toSeconds(cluster.createdAt),
        modifiedAt: toSeconds(cluster.createdAt),
        tags: {},
        ...(addon.serviceAccountRoleArn && { serviceAccountRoleArn: addon.serviceAccountRoleArn }),
        // "The configuration values that you provided": absent when nobody ever did.
        ...(addon.configurationValues === null ? {} : { configurationValues: addon.configurationValues }),
      },
    };
  },
};
