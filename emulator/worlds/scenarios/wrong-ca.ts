// The endpoint presents a certificate that the cluster's own authority did not sign: no token may be sent.

import type { World } from "../../world.ts";
import { world } from "../build.ts";
import { healthyCluster, hubAccount } from "./small-company.ts";

export function wrongCa(): World {
  return world({
    name: "wrong-ca",
    description:
      "One cluster whose endpoint presents a certificate of a foreign authority, beside one that is fine.",
    accounts: [
      hubAccount([healthyCluster(), healthyCluster({ name: "odd", vpcOctet: 21, endpoint: "wrong-ca" })]),
    ],
  });
}
