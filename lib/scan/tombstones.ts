// Names of clusters that the state knows and that a complete list of a Region no longer has. A name proves nothing
// yet: publish-cluster.ts asks DescribeCluster before it archives anything.

import type { DiscoveredClusters } from "./discover.ts";
import type { Observe } from "./observe.ts";
import type { ObjectStore } from "./sources.ts";
import { findLatestPlaces, toRegionPrefix } from "./state.ts";

/** Every name that a Region's list had, those that the configuration leaves out too. */
export function listedNames({ clusters, coverage }: DiscoveredClusters, region: string): ReadonlySet<string> {
  const inScope = clusters.filter((cluster) => cluster.region === region).map(({ name }) => name);
  const leftOut = coverage.flatMap((entry) => (entry.region === region ? (entry.cluster ?? []) : []));
  return new Set([...inScope, ...leftOut]);
}

/** None where the state cannot be listed: then nothing is known to be lost. */
export async function findTombstones(
  store: ObjectStore,
  account: string,
  region: string,
  listed: ReadonlySet<string>,
  observe: Observe,
): Promise<readonly string[]> {
  const keys = await observe(() => store.listObjects(toRegionPrefix(account, region)));
  if (!keys.seen) return [];
  const latest = findLatestPlaces(keys.value);
  return [...latest].filter(([name, { gone }]) => !gone && !listed.has(name)).map(([name]) => name);
}
