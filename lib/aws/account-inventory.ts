// The clusters of one account, seen with that account's own credentials. The service's client is loaded at its first
// use and kept per Region.

import type { AccountInventory } from "../scan/sources.ts";
import type { Eks } from "./eks.ts";
import type { AccountContext } from "./entrance.ts";
import { perRegion } from "./per-region.ts";

export function openInventory(context: AccountContext): AccountInventory {
  const { accountId, credentials, transport } = context;
  const eksOf = perRegion(async (region): Promise<Eks> => {
    const { openEks } = await import("./eks.ts");
    return openEks(transport, region, credentials);
  });
  return {
    accountId,
    async listClusters(region) {
      return (await eksOf(region)).listClusters();
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
