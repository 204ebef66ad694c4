// The clusters of one account, seen with that account's own credentials. The service's client is loaded at its first
// use and kept for each Region with clusters.

import type { AccountInventory } from "../scan/sources.ts";
import type { Eks } from "./eks.ts";
import type { AccountContext } from "./entrance.ts";
import { perRegion } from "./per-region.ts";

export function openInventory(context: AccountContext): AccountInventory {
  const { accountId, credentials, transport } = context;
  const open = async (region: string): Promise<Eks> => {
    const { openEks } = await import("./eks.ts");
    return openEks(transport, region, credentials);
  };
  const eksOf = perRegion(open);
  return {
    accountId,
    async listClusters(region) {
      // Not kept: most Regions have no cluster, and those of thousands of accounts are listed before the first is read.
      return (await open(region)).listClusters();
    },
    async describeCluster(region, name) {
      return (await eksOf(region)).describeCluster(name);
    },
    async describeAddon(region, clusterName, addonName) {
      return (await eksOf(region)).describeAddon(clusterName, addonName);
    },
    async listCapabilities(region, clusterName) {
      return (await eksOf(region)).listCapabilities(clusterName);
    },
  };
}
