// The object in the hub's bucket by which a spoke hands its snapshot to the hub: where it stands, how big it may be,
// its text. deploy/hub/storage.yml lets each account write below its own id alone.

import { unseen } from "../model/observed.ts";
import { unseenFacts, type Snapshot } from "../model/snapshot.ts";
import type { CloudTarget } from "../scan/state.ts";

/** Account, Region and cluster names come from AWS and hold no `/`. */
export function toSnapshotKey({ account, region, cluster }: CloudTarget): string {
  return `spoke/${account}/${region}/${cluster}.json`;
}

/** About 40,000 pods. The hub's function reads ten clusters at a time and has 1 GB for all of them. */
export const MAX_SNAPSHOT_BYTES = 32 * 1024 ** 2;

/** A snapshot that the hub would refuse for its size says so instead. */
export function serializeSnapshot(snapshot: Snapshot, maxBytes = MAX_SNAPSHOT_BYTES): string {
  const text = JSON.stringify(snapshot);
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes) return text;
  const tooBig = unseen(
    "not-supported",
    `its snapshot has ${bytes} bytes, and the hub takes ${maxBytes}: give the hub's scan function a way to its endpoint instead`,
  );
  return JSON.stringify({ ...snapshot, facts: { ...unseenFacts(tooBig), cluster: snapshot.facts.cluster } });
}
