// Two Regions, of which one refuses eks:ListClusters: its clusters are missed, the others are not.

import type { World } from "../../world.ts";
import { world } from "../build.ts";
import { HUB_ACCOUNT, healthyCluster, hubAccount } from "./small-company.ts";

export function deniedRegion(): World {
  const regions = ["eu-central-1", "eu-west-1"];
  return world({
    name: "denied-region",
    description: "One account with two Regions, of which eu-west-1 refuses to list its clusters.",
    accounts: [
      hubAccount([healthyCluster(), healthyCluster({ name: "hidden", region: "eu-west-1", vpcOctet: 21 })], {
        enabledRegions: regions,
        securityHubRegions: regions,
      }),
    ],
    faults: [
      {
        service: "eks",
        operation: "ListClusters",
        accountId: HUB_ACCOUNT,
        region: "eu-west-1",
        answer: {
          kind: "error",
          status: 403,
          code: "AccessDeniedException",
          message: "User is not authorized to perform: eks:ListClusters",
        },
      },
    ],
  });
}
