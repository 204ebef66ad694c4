// Which clusters are left to a spoke, as the configuration says it, and the way to what their spokes saw. It never
// falls back: a cluster's owner must not be able to choose who looks by closing the cluster's door. Reading a snapshot
// is loaded with the first one: most deployments have no spoke.

import { compileSelection } from "../glob.ts";
import type { ObjectStore, Spokes } from "../scan/sources.ts";
import type { CloudTarget } from "../scan/state.ts";
import type { Target } from "../model/target.ts";
import type { ReadSnapshotOptions } from "./read-snapshot.ts";

export interface SpokeScope {
  readonly accounts: readonly string[];
  readonly regions: "enabled" | readonly string[];
  readonly clusters: { readonly include: readonly string[]; readonly exclude: readonly string[] };
  readonly maxAgeHours: number;
}

export interface CreateSpokesOptions extends Pick<ReadSnapshotOptions, "observe" | "now"> {
  readonly openStore: () => Promise<ObjectStore>;
}

export function createSpokes(scope: SpokeScope, { openStore, observe, now }: CreateSpokesOptions): Spokes {
  const accounts = new Set(scope.accounts);
  const selectsCluster = compileSelection(scope.clusters);
  const selectsRegion = (region: string) => scope.regions === "enabled" || scope.regions.includes(region);
  let store: Promise<ObjectStore> | null = null;
  return {
    covers: (target) =>
      isInCloud(target) &&
      accounts.has(target.account) &&
      selectsRegion(target.region) &&
      selectsCluster(target.cluster),
    async readSnapshot(target, cluster) {
      if (!isInCloud(target)) throw new TypeError("only a cluster of an account and Region has a spoke");
      const { readSnapshot } = await import("./read-snapshot.ts");
      store ??= openStore();
      const { maxAgeHours } = scope;
      return readSnapshot(target, cluster, { store: await store, observe, now, maxAgeHours });
    },
  };
}

function isInCloud(target: Target): target is CloudTarget {
  return target.account !== null && target.region !== null;
}
