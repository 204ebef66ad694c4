// The member's side: reads the clusters of one account and Region and leaves one snapshot each for the hub, which
// judges. It may not judge, and says of EKS's own settings nothing that the hub can ask EKS itself.

import pLimit from "p-limit";
import { unseen, type Unseen } from "../model/observed.ts";
import type { Coverage } from "../model/target.ts";
import { collectSnapshot } from "../scan/collect.ts";
import { toClusterCoverage, toSkipped } from "../scan/coverage.ts";
import type { Selects } from "../scan/discover.ts";
import { openReader, type OpenContext } from "../scan/open-reader.ts";
import type { ScanContext } from "../scan/scan-cluster.ts";
import type { AccountClusters, AccountInventory, ObjectStore } from "../scan/sources.ts";
import type { CloudTarget } from "../scan/state.ts";
import { serializeSnapshot, toSnapshotKey } from "./snapshot-object.ts";

/** Its own: there is nothing to publish in it. */
export type SpokeAccount = AccountInventory & AccountClusters;

export interface CollectRegionOptions {
  readonly context: OpenContext & Pick<ScanContext, "now" | "deadlineMs" | "signal" | "settings">;
  readonly selectsCluster: Selects;
  /** The hub's bucket. */
  readonly store: ObjectStore;
  /** Clusters at the same time. */
  readonly concurrency: number;
}

/** The hub would go on with what is there, and then miss the clusters: the function has to fail, and be repeated. */
export class SnapshotsNotWrittenError extends Error {
  override readonly name = "SnapshotsNotWritten";

  constructor(failed: readonly Unseen[], total: number) {
    const reasons = [...new Set(failed.map(({ why, detail }) => `${why}, ${detail}`))].join("; ");
    super(
      `${failed.length} of ${total} snapshots were not written to the hub's bucket (${reasons}): compare BucketName and KeyArn of this stack with the hub's, and its parameter spokeAccounts with this account`,
    );
  }
}

/** One entry per cluster. Throws where the clusters cannot be listed or a snapshot cannot be written. */
export async function collectRegion(
  account: SpokeAccount,
  region: string,
  options: CollectRegionOptions,
): Promise<readonly Coverage[]> {
  const { selectsCluster, store, context, concurrency } = options;
  const names = (await account.listClusters(region)).filter((name) => selectsCluster(name)).toSorted();
  const limit = pLimit(concurrency);
  const written = await Promise.all(
    names.map((name) =>
      limit(async () => {
        const target = { account: account.accountId, region, cluster: name };
        return context.observe(() => collectCluster(account, target, store, context));
      }),
    ),
  );
  const failed = written.filter((result) => !result.seen);
  if (failed.length > 0) throw new SnapshotsNotWrittenError(failed, written.length);
  return written.flatMap((result) => (result.seen ? [result.value] : []));
}

async function collectCluster(
  account: SpokeAccount,
  target: CloudTarget,
  store: ObjectStore,
  context: CollectRegionOptions["context"],
): Promise<Coverage> {
  const { region, cluster: name } = target;
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(context.deadlineMs)]);
  const cluster = await context.observe(() => account.describeCluster(region, name));
  // The hub skips it too, and asks for no snapshot.
  const skipped = cluster.seen ? toSkipped(target, cluster.value, []) : null;
  if (skipped !== null) return skipped;
  const reader = await openReader(account, region, cluster, context, signal);
  const theHubAsks = unseen("not-attempted", "the hub asks the EKS API itself");
  const cloudFacts = { cluster, vpcCniAddon: theHubAsks, capabilities: theHubAsks };
  const snapshot = await collectSnapshot(target, cloudFacts, reader, context);
  if (reader.seen) reader.value.close();
  await store.putObject(toSnapshotKey(target), serializeSnapshot(snapshot));
  return toClusterCoverage(snapshot);
}
