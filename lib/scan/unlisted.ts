// Clusters that the state knows in Regions whose list could not be read. Nothing is known to be lost there; their
// findings are only not to be forgotten (publish-unseen.ts).

import type { DiscoveredClusters } from "./discover.ts";
import type { Observe } from "./observe.ts";
import type { ObjectStore } from "./sources.ts";
import { findLatestPlaces, parseStateKey, toAccountPrefix, WIDE_REGION, type CloudTarget } from "./state.ts";

export async function findUnlisted(
  store: ObjectStore,
  account: string,
  { coverage }: Pick<DiscoveredClusters, "coverage">,
  observe: Observe,
): Promise<readonly CloudTarget[]> {
  const missed = coverage.filter(({ outcome, cluster }) => outcome === "missed" && cluster === null);
  if (missed.length === 0) return [];
  // null: the Regions themselves could not be listed.
  const regions = new Set(missed.map(({ region }) => region));
  const keys = await observe(() => store.listObjects(toAccountPrefix(account)));
  if (!keys.seen) return [];
  const byRegion = Map.groupBy(keys.value, (key) => parseStateKey(key)?.place.region ?? WIDE_REGION);
  return [...byRegion].flatMap(([region, inRegion]) => {
    if (region === WIDE_REGION || !(regions.has(null) || regions.has(region))) return [];
    return [...findLatestPlaces(inRegion)].flatMap(([cluster, { gone }]) =>
      gone ? [] : [{ account, region, cluster }],
    );
  });
}
