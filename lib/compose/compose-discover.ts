// Wires the stage that lists the Regions and clusters of one account, and enters no cluster.

import { openInventory } from "../aws/account-inventory.ts";
import { openRegions } from "../aws/account-regions.ts";
import { openEntrance } from "../aws/entrance.ts";
import { toUnseen } from "../aws/errors.ts";
import { openOwnIdentity } from "../aws/own-identity.ts";
import { toClusterScope, toEntranceOptions } from "./compose-parts.ts";
import { composeStage, type Stage } from "./compose-stage.ts";
import type { ClusterScope } from "../scan/discover.ts";
import { createObserve, type Observe } from "../scan/observe.ts";
import type { AccountInventory, AccountRegions, Entrance } from "../scan/sources.ts";

export interface DiscoverComposition extends Stage {
  readonly cloud: Entrance<AccountInventory & AccountRegions>;
  readonly clusters: ClusterScope;
  readonly observe: Observe;
}

export function composeDiscover(): DiscoverComposition {
  const stage = composeStage();
  const { configuration } = stage;
  return {
    ...stage,
    cloud: openEntrance(openOwnIdentity(stage), toEntranceOptions(configuration, stage), (account) => ({
      ...openInventory(account),
      ...openRegions(account),
    })),
    clusters: toClusterScope(configuration),
    observe: createObserve([toUnseen]),
  };
}
