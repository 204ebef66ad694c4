// eks:ListCapabilities: what AWS runs for the cluster outside it (ACK, KRO, Argo CD).

import { label } from "../rest-json-protocol.ts";
import type { RestJsonOperation } from "../rest-json-protocol.ts";
import { eksPage, requireCluster, toClusterArn, toClusterTarget, toSeconds } from "./inventory.ts";

export const listCapabilities: RestJsonOperation = {
  name: "ListCapabilities",
  method: "GET",
  path: "/clusters/{name}/capabilities",
  target: toClusterTarget,
  permissions: (input, context) => [
    { action: "eks:ListCapabilities", resource: toClusterArn(context, label(input, "name")) },
  ],
  run: (input, context) => {
    const cluster = requireCluster(input, context);
    const arn = toClusterArn(context, cluster.name).replace(":cluster/", ":capability/");
    const capabilities = cluster.capabilities.map(({ name, type, status }) => ({
      capabilityName: name,
      arn: `${arn}/${type.toLowerCase()}/${name}`,
      type,
      status,
      createdAt: toSeconds(cluster.createdAt),
      modifiedAt: toSeconds(cluster.createdAt),
    }));
    const page = eksPage(input, `ListCapabilities ${cluster.name}`, capabilities);
    return { capabilities: page.items, nextToken: page.nextToken };
  },
};
