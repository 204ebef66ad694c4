// The endpoint answers 200 with something that is not JSON.

import type { World } from "../../world.ts";
import { world } from "../build.ts";
import { healthyCluster, hubAccount } from "./small-company.ts";

export function garbage(): World {
  return world({
    name: "garbage",
    description: "One cluster whose endpoint answers with pages that are not JSON, beside one that is fine.",
    accounts: [
      hubAccount([healthyCluster(), healthyCluster({ name: "odd", vpcOctet: 21, endpoint: "garbage" })]),
    ],
  });
}
