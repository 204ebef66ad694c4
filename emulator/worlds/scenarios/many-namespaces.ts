// Five thousand namespaces in one cluster: several pages of everything.

import type { World } from "../../world.ts";
import { world } from "../build.ts";
import { scaleCluster } from "../scale.ts";
import { REGION, hubAccount } from "./small-company.ts";

export function manyNamespaces(): World {
  const scale = { namespacesPerCluster: 5000, podsPerCluster: 2500, policiesPerCluster: 5000 };
  return world({
    name: "many-namespaces",
    description: "One cluster with 5,000 namespaces, of which every second one has a pod.",
    accounts: [hubAccount([scaleCluster("crowded", REGION, scale)])],
  });
}
