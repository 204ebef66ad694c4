// Lists the Regions and clusters of one account.

import { composeDiscover } from "../lib/compose/compose-discover.ts";
import { parseDiscoverInput, type DiscoverOutput } from "../lib/events.ts";
import { discoverAccount } from "../lib/scan/discover-account.ts";

const composition = composeDiscover();

export async function handler(event: unknown): Promise<DiscoverOutput> {
  const { cloud, clusters, observe } = composition;
  const store = await composition.openRunStore();
  return discoverAccount(cloud, parseDiscoverInput(event), clusters, store, observe);
}
