// Stage 2 of a distributed run: the Regions and clusters of one account, cut into chunks of one Region each.

import type { Chunk, DiscoverInput, DiscoverOutput } from "../events.ts";
import { lookInto, toMissed, type ClusterScope } from "./discover.ts";
import { findKnownRegions } from "./known-regions.ts";
import type { Observe } from "./observe.ts";
import { putJson, runKeys } from "./run-store.ts";
import type { AccountInventory, AccountRegions, Entrance, ObjectStore } from "./sources.ts";
import type { CloudTarget } from "./state.ts";
import { findTombstones, listedNames } from "./tombstones.ts";
import { findUnlisted } from "./unlisted.ts";

/** One `scan` invocation assumes one role and shares one Security Hub endpoint: 20 clusters fit its time. */
const CLUSTERS_PER_CHUNK = 20;

export async function discoverAccount(
  cloud: Pick<Entrance<AccountInventory & AccountRegions>, "enterAccount">,
  input: DiscoverInput,
  scope: ClusterScope,
  store: ObjectStore,
  observe: Observe,
): Promise<DiscoverOutput> {
  const narrowed = {
    ...narrow(scope, input),
    findKnownRegions: (account: string) => findKnownRegions(store, account, observe),
  };
  const output = await discover(cloud, input, narrowed, store, observe);
  await putJson(store, runKeys(input.runId).discovered(input.account), output);
  return output;
}

async function discover(
  cloud: Pick<Entrance<AccountInventory & AccountRegions>, "enterAccount">,
  { runId, account, scope: wanted }: DiscoverInput,
  scope: ClusterScope,
  store: ObjectStore,
  observe: Observe,
): Promise<DiscoverOutput> {
  const entered = await lookInto(cloud, account, scope, observe);
  if (!entered.seen) return { account, chunks: [], coverage: [toMissed(entered, account, null)] };
  const { discovered } = entered.value;
  // A run for named clusters is about no others, whether they are still there or not.
  const isWhole = wanted.clusters === undefined;
  const isWanted = toIsWanted(wanted);
  const chunks = await Promise.all(
    discovered.listedRegions.map(async (region) => {
      const inRegion = discovered.clusters.filter((cluster) => cluster.region === region);
      const listed = listedNames(discovered, region);
      const lost = await findTombstones(store, account, region, listed, observe);
      const tombstones = lost.filter(isWanted);
      const names = inRegion.map(({ name }) => name);
      return toChunks(names, tombstones).map((chunk): Chunk => ({ runId, account, region, ...chunk }));
    }),
  );
  const unseen = isWhole ? await findUnlisted(store, account, discovered, observe) : [];
  const dark = toUnseenChunks(unseen).map((chunk): Chunk => ({ runId, account, ...chunk }));
  return { account, chunks: [...chunks.flat(), ...dark], coverage: [...discovered.coverage] };
}

function toUnseenChunks(unseen: readonly CloudTarget[]): Omit<Chunk, "runId" | "account">[] {
  return [...Map.groupBy(unseen, ({ region }) => region)].flatMap(([region, targets]) =>
    toChunks(
      targets.map(({ cluster }) => cluster),
      [],
    ).map(({ clusters }) => ({ region, clusters: [], tombstones: [], unseen: clusters })),
  );
}

/** Never more than the configuration allows, whatever an event or a person names. */
function narrow(scope: ClusterScope, { scope: wanted }: DiscoverInput): ClusterScope {
  const isWanted = toIsWanted(wanted);
  return {
    regions: narrowRegions(scope.regions, wanted.regions),
    selectsCluster: (name) => isWanted(name) && scope.selectsCluster(name),
  };
}

function narrowRegions(
  allowed: ClusterScope["regions"],
  wanted: DiscoverInput["scope"]["regions"],
): ClusterScope["regions"] {
  if (wanted === undefined) return allowed;
  return allowed === "enabled" ? wanted : wanted.filter((region) => allowed.includes(region));
}

function toIsWanted({ clusters }: DiscoverInput["scope"]): (name: string) => boolean {
  const names = clusters === undefined ? null : new Set(clusters);
  return (name) => names === null || names.has(name);
}

/** At most as many names of either kind as one invocation takes. */
function toChunks(
  clusters: readonly string[],
  tombstones: readonly string[],
): { clusters: string[]; tombstones: string[] }[] {
  const chunks: { clusters: string[]; tombstones: string[] }[] = [];
  const length = Math.max(clusters.length, tombstones.length);
  for (let start = 0; start < length; start += CLUSTERS_PER_CHUNK) {
    const end = start + CLUSTERS_PER_CHUNK;
    chunks.push({ clusters: clusters.slice(start, end), tombstones: tombstones.slice(start, end) });
  }
  return chunks;
}
