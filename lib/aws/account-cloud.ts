// One account, whole: what is in it, the way into its clusters, and where its findings go.

import type { AccountCloud } from "../scan/sources.ts";
import { openClusters, type OpenKubernetes } from "./account-clusters.ts";
import { openHub } from "./account-hub.ts";
import { openInventory } from "./account-inventory.ts";
import type { AccountContext } from "./entrance.ts";

export function createAccountCloud(context: AccountContext, openKubernetes: OpenKubernetes): AccountCloud {
  return { ...openInventory(context), ...openClusters(context, openKubernetes), ...openHub(context) };
}
