// eks:ListAddons: the managed add-ons only. What a user installed without EKS is not in it.

import { label } from "../rest-json-protocol.ts";
import type { RestJsonOperation } from "../rest-json-protocol.ts";
import { eksPage, requireCluster, toClusterArn, toClusterTarget } from "./inventory.ts";

export const listAddons: RestJsonOperation = {
  name: "ListAddons",
  method: "GET",
  path: "/clusters/{name}/addons",
  target: toClusterTarget,
  permissions: (input, context) => [
    { action: "eks:ListAddons", resource: toClusterArn(context, label(input, "name")) },
  ],
  run: (input, context) => {
    const cluster = requireCluster(input, context);
    const names = cluster.addons.map(({ name }) => name);
    const page = eksPage(input, `ListAddons ${cluster.name}`, names);
    return { addons: page.items, nextToken: page.nextToken };
  },
};
