// The scanner's role has no access entry: AWS answers, the cluster says Unauthorized.

import type { World } from "../../world.ts";
import { world } from "../build.ts";
import { healthyCluster, hubAccount } from "./small-company.ts";

export function noAccessEntry(): World {
  return world({
    name: "no-access-entry",
    description: "One cluster that does not know the scanner's role, beside one that does.",
    accounts: [
      hubAccount([healthyCluster(), healthyCluster({ name: "closed", vpcOctet: 21, access: "none" })]),
    ],
  });
}
