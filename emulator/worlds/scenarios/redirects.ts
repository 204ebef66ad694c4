// The endpoint redirects elsewhere: a token that followed would be given away.

import type { World } from "../../world.ts";
import { world } from "../build.ts";
import { healthyCluster, hubAccount } from "./small-company.ts";

export function redirects(): World {
  return world({
    name: "redirects",
    description:
      "One cluster whose endpoint answers with a redirect to another host, beside one that is fine.",
    accounts: [
      hubAccount([healthyCluster(), healthyCluster({ name: "odd", vpcOctet: 21, endpoint: "redirects" })]),
    ],
  });
}
