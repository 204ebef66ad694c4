// No organization, one account, one cluster, and everything is fine.

import type { World } from "../../world.ts";
import { world } from "../build.ts";
import { healthyCluster, hubAccount } from "./small-company.ts";

export function singleAccount(): World {
  return world({
    name: "single-account",
    description: "One account without an organization and one cluster, in which everything is fine.",
    accounts: [hubAccount([healthyCluster()])],
  });
}
