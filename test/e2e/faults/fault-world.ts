// The world that the fault matrix spoils: an organization of two accounts with three clusters. Each has something to
// say, so that a fault could lose it.

import type { World, WorldFault } from "../../../emulator/world.ts";
import { world } from "../../../emulator/worlds/build.ts";
import { deployment, namespace } from "../../../emulator/worlds/objects.ts";
import {
  HUB_ACCOUNT,
  healthyCluster,
  hubAccount,
  memberAccount,
  organizationOfTwo,
  REGION,
  shop,
} from "../../../emulator/worlds/scenarios/small-company.ts";

/** The cluster that a fault of a cluster's own API or description is for; the others must not notice. */
export const SPOILED = "shop";

/** `faults` is asked at every request: a cell fills and empties it while the servers run. */
export function faultWorld(faults: readonly WorldFault[]): World {
  const manifests = [...shop(), namespace("bare"), deployment("bare", "app")];
  return world({
    name: "faults",
    description: "An organization of two accounts whose every dependency may fail.",
    organization: organizationOfTwo,
    scanner: { accountId: HUB_ACCOUNT, region: REGION, externalId: "an-external-id-of-a-test" },
    accounts: [
      hubAccount([healthyCluster({ name: "tools" })]),
      memberAccount([
        healthyCluster({ name: SPOILED, manifests }),
        healthyCluster({ name: "billing", manifests }),
      ]),
    ],
    faults,
  });
}
