// Stage 2 of a distributed run: the Regions and clusters of one account, cut into chunks of one Region each.

import type { Chunk, DiscoverInput, DiscoverOutput } from "../events.ts";
import { discoverClusters, toMissed, type ClusterScope } from "./discover.ts";
import type { Observe } from "./observe.ts";
import { putJson, runKeys } from "./run-store.ts";
import type { Cloud, ObjectStore } from "./sources.ts";

/** One `scan` invocation assumes one role and shares one Security Hub endpoint: 20 clusters fit its time. */
const CLUSTERS_PER_CHUNK = 20;

export async function discoverAccount(
  cloud: Cloud,
  input: DiscoverInput,
  scope: ClusterScope,
  store: ObjectStore,
  observe: Observe,
): Promise<DiscoverOutput> {
  const output = await discover(cloud, input, narrow(scope, input), observe);
  await putJson(store, runKeys(input.runId).discovered(input.account), output);
  return output;
}

async function discover(
  cloud: Cloud,
  { runId, account }: DiscoverInput,
  scope: ClusterScope,
  observe: Observe,
): Promise<DiscoverOutput> {
  const entered = await observe(() => cloud.enterAccount(account));
  if (!entered.seen) return { account, chunks: [], coverage: [toMissed(entered, account, null)] };
  const { clusters, coverage } = await discoverClusters(entered.value, scope, observe);
  const byRegion = Map.groupBy(clusters, ({ region }) => region);
  const chunks = [...byRegion].flatMap(([region, inRegion]) =>
    toChunks(inRegion.map(({ name }) => name)).map((names): Chunk => ({
      runId,
      account,
      region,
      clusters: names,
      tombstones: [],
    })),
  );
  return { account, chunks, coverage: [...coverage] };
}

function narrow(scope: ClusterScope, { scope: wanted }: DiscoverInput): ClusterScope {
  const names = wanted?.clusters === undefined ? null : new Set(wanted.clusters);
  return {
    regions: wanted?.regions ?? scope.regions,
    selectsCluster: (name) => (names === null || names.has(name)) && scope.selectsCluster(name),
  };
}

function toChunks(names: readonly string[]): string[][] {
  const chunks: string[][] = [];
  for (let start = 0; start < names.length; start += CLUSTERS_PER_CHUNK)
    chunks.push(names.slice(start, start + CLUSTERS_PER_CHUNK));
  return chunks;
}
