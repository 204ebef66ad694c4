// The reader's ClusterRole lacks pods: everything else of the cluster can be read.

import type { World } from "../../world.ts";
import { world } from "../build.ts";
import { healthyCluster, hubAccount } from "./small-company.ts";

export function blindPods(): World {
  return world({
    name: "blind-pods",
    description: "One cluster that refuses to list pods and answers everything else.",
    accounts: [hubAccount([healthyCluster({ withoutResources: ["pods"] })])],
  });
}
