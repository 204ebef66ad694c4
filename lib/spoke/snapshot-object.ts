// The object in the hub's bucket by which a spoke hands its snapshot to the hub: where it stands and how big it may
// be. deploy/hub/storage.yml lets each account write below its own id alone.

import type { CloudTarget } from "../scan/state.ts";

/** Account, Region and cluster names come from AWS and hold no `/`. */
export function toSnapshotKey({ account, region, cluster }: CloudTarget): string {
  return `spoke/${account}/${region}/${cluster}.json`;
}

/** About 40,000 pods. The hub's function reads ten clusters at a time and has 1 GB for all of them. */
export const MAX_SNAPSHOT_BYTES = 32 * 1024 ** 2;
