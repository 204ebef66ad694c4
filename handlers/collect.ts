// The spoke: runs in the VPC of clusters that the hub cannot reach, in their own account (deploy/spoke.yaml), and
// leaves what it saw of each in the hub's bucket.

import { composeCollect } from "../lib/compose/compose-collect.ts";
import { parseCollectInput, type CollectOutput } from "../lib/events.ts";

const { cloud, region, openOptions } = composeCollect(process.env);

/** Left of the Lambda's time for the last snapshots to be written. */
const RESERVED_MS = 30_000;

export async function handler(
  event: unknown,
  lambda: { getRemainingTimeInMillis(): number },
): Promise<CollectOutput> {
  const { clusters } = parseCollectInput(event);
  const { collectRegion } = await import("../lib/spoke/collect-region.ts");
  const timeMs = Math.max(0, lambda.getRemainingTimeInMillis() - RESERVED_MS);
  const options = await openOptions(AbortSignal.timeout(timeMs));
  const selectsCluster = clusters === undefined ? options.selectsCluster : includes(clusters);
  return collectRegion(await cloud.enterOwnAccount(), region, { ...options, selectsCluster });
}

function includes(names: readonly string[]): (name: string) => boolean {
  return (name) => names.includes(name);
}
