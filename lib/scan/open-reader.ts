// Opens a cluster's Kubernetes API with what EKS said of it, or gives the reason why it stays closed.

import type { Observed } from "../model/observed.ts";
import type { ClusterDescription } from "../model/snapshot.ts";
import type { Observe } from "./observe.ts";
import type { AccountClusters, ClusterReader } from "./sources.ts";

export interface OpenContext {
  readonly observe: Observe;
  readonly requestTimeoutMs: number;
}

export async function openReader(
  account: AccountClusters,
  region: string,
  cluster: Observed<ClusterDescription>,
  context: OpenContext,
  signal: AbortSignal,
): Promise<Observed<ClusterReader>> {
  if (!cluster.seen) return cluster;
  const options = { requestTimeoutMs: context.requestTimeoutMs, signal };
  return context.observe(() => account.openCluster(region, cluster.value, options));
}
