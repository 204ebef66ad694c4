// Every status that a cluster can have, and a connected cluster, which EKS registers but does not run.

import type { World, WorldCluster } from "../../world.ts";
import { world } from "../build.ts";
import { healthyCluster, hubAccount } from "./small-company.ts";

export function allStatuses(): World {
  return world({
    name: "all-statuses",
    description: "One cluster of each status, and one that is connected only; two of them can be scanned.",
    accounts: [
      hubAccount([
        healthyCluster({ name: "active" }),
        healthyCluster({ name: "updating", status: "UPDATING", vpcOctet: 21 }),
        idle("creating", "CREATING"),
        idle("deleting", "DELETING"),
        idle("failed", "FAILED"),
        connected("pending", "PENDING"),
        connected("connected", "ACTIVE"),
      ]),
    ],
  });
}

function idle(name: string, status: WorldCluster["status"]): WorldCluster {
  return healthyCluster({ name, status, addons: [], parts: [], manifests: [], endpoint: "unreachable" });
}

function connected(name: string, status: WorldCluster["status"]): WorldCluster {
  return healthyCluster({
    name,
    status,
    addons: [],
    parts: [],
    manifests: [],
    endpoint: "unreachable",
    describe: {
      connectorConfig: {
        provider: "OPENSHIFT",
        roleArn: "arn:aws:iam::111111111111:role/eks-connector",
        ...(status === "PENDING" && {
          activationId: "0f2b6c1e-5a43-4b0e-9d57-6a0d1c5be001",
          activationExpiry: 1_795_000_000,
        }),
      },
    },
  });
}
