// All that one process publishes of a run, for the terminal; the functions in AWS take the part that is theirs.

import {
  publishClusters,
  publishUnlistedClusters,
  type ClusterPublishing,
  type UnlistedPublishing,
} from "./publish-clusters.ts";
import { publishWholeRun, type WholeRunPublishing } from "./publish-whole-run.ts";
import { openPublishingParts, type PublishingOptions } from "./publishing-parts.ts";

export interface Publishing extends ClusterPublishing, UnlistedPublishing, WholeRunPublishing {}

export function createPublishing(options: PublishingOptions): Publishing {
  const parts = openPublishingParts(options);
  const clusters = publishClusters(parts);
  return { ...clusters, ...publishUnlistedClusters(parts, clusters), ...publishWholeRun(parts) };
}
