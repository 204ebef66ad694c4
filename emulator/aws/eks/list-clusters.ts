// eks:ListClusters. "Indicates whether external clusters are included in the returned list. Use 'all' to return
// connected clusters, or blank to return only Amazon EKS clusters." (API reference)

import { AwsError } from "../aws-error.ts";
import type { RestJsonOperation } from "../rest-json-protocol.ts";
import { clustersOf, eksPage, isConnected } from "./inventory.ts";

export const listClusters: RestJsonOperation = {
  name: "ListClusters",
  method: "GET",
  path: "/clusters",
  permissions: () => [{ action: "eks:ListClusters", resource: "*" }],
  run: (input, context) => {
    const include = input.query.filter(([name]) => name === "include").map(([, value]) => value);
    const unknown = include.find((value) => value !== "all");
    if (unknown !== undefined) {
      throw new AwsError("InvalidParameterException", 400, `Invalid value for include: ${unknown}`);
    }
    const names = clustersOf(context)
      .filter((cluster) => include.includes("all") || !isConnected(cluster))
      .map(({ name }) => name);
    const page = eksPage(input, `ListClusters ${include.join(",")}`, names);
    return { clusters: page.items, nextToken: page.nextToken };
  },
};
