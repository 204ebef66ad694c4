// A Region that the configuration names, but that the account never opted in to: credentials are not known there.

import type { World } from "../../world.ts";
import { world } from "../build.ts";
import { healthyCluster, hubAccount } from "./small-company.ts";

export function disabledRegion(): World {
  return world({
    name: "disabled-region",
    description: "One account that has not enabled ap-east-1; scan it with that Region configured.",
    accounts: [hubAccount([healthyCluster()])],
  });
}
