// Amazon EKS: the reads that a scanner makes.

import { toRestJsonService } from "../rest-json-protocol.ts";
import { describeAddon } from "./describe-addon.ts";
import { describeCluster } from "./describe-cluster.ts";
import { listAddons } from "./list-addons.ts";
import { listCapabilities } from "./list-capabilities.ts";
import { listClusters } from "./list-clusters.ts";

export const eks = toRestJsonService({
  id: "eks",
  isGlobal: false,
  operations: [describeAddon, describeCluster, listAddons, listCapabilities, listClusters],
});
