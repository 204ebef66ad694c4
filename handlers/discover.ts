// Lists the Regions and clusters of one account.

import { composeHandler } from "../lib/compose-handler.ts";
import { parseDiscoverInput, type DiscoverOutput } from "../lib/events.ts";
import { discoverAccount } from "../lib/scan/discover-account.ts";

const composition = await composeHandler(new AbortController().signal);

export async function handler(event: unknown): Promise<DiscoverOutput> {
  const { cloud, clusters, context } = composition;
  const store = await composition.openRunStore();
  return discoverAccount(cloud, parseDiscoverInput(event), clusters, store, context.observe);
}
