// A cluster whose endpoint answers inside its VPC only, where its account's spoke is, beside one that anybody reaches.

import type { World, WorldCluster } from "../../world.ts";
import { world } from "../build.ts";
import { deployment, namespace } from "../objects.ts";
import {
  healthyCluster,
  hubAccount,
  memberAccount,
  organizationOfTwo,
  REGION,
  shop,
} from "./small-company.ts";

/** `endpoint` "serves": as a scan would see it that can reach it. */
export function privateCluster(endpoint: WorldCluster["endpoint"] = "private"): World {
  return world({
    name: "private-cluster",
    description:
      "An organization of two accounts: one cluster answers inside its VPC only, beside one that can be reached.",
    organization: organizationOfTwo,
    accounts: [
      hubAccount([]),
      memberAccount(
        [
          healthyCluster(),
          healthyCluster({
            name: "vault",
            vpcOctet: 21,
            endpoint,
            privateEndpoint: true,
            manifests: [...shop(), namespace("legacy"), deployment("legacy", "batch")],
          }),
        ],
        { spokeRegions: [REGION] },
      ),
    ],
  });
}
