// All that one process publishes of a run, for the terminal; the functions in AWS take the part that is theirs.

import { publishClusters, type ClusterPublishing } from "./publish-clusters.ts";
import { publishWholeRun, type WholeRunPublishing } from "./publish-whole-run.ts";
import { openPublishingParts, type PublishingOptions } from "./publishing-parts.ts";

export interface Publishing extends ClusterPublishing, WholeRunPublishing {}

export function createPublishing(options: PublishingOptions): Publishing {
  const parts = openPublishingParts(options);
  return { ...publishClusters(parts), ...publishWholeRun(parts) };
}
