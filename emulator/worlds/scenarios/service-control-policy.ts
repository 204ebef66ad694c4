// A service control policy denies Amazon EKS in the member account, whatever its role allows.

import type { World } from "../../world.ts";
import { world } from "../build.ts";
import { healthyCluster, hubAccount, memberAccount, organizationOfTwo } from "./small-company.ts";

export function serviceControlPolicy(): World {
  return world({
    name: "scp",
    description: "Two accounts; in the member account a service control policy denies every EKS action.",
    organization: organizationOfTwo,
    accounts: [
      hubAccount([healthyCluster()]),
      memberAccount([healthyCluster({ name: "fenced", vpcOctet: 21 })], {
        deniedByServiceControlPolicy: ["eks:*"],
      }),
    ],
  });
}
