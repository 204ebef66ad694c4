// The way into the clusters of one account. Gives a cluster token to nobody but the endpoint that the policy allows.

import type { ClusterDescription } from "../model/snapshot.ts";
import type { AccountClusters, ClusterAccess, ClusterReader, ReadOptions } from "../scan/sources.ts";
import { findEndpointRefusal } from "./endpoint-policy.ts";
import type { AccountContext } from "./entrance.ts";
import { ClusterWithoutEndpointError, EndpointRefusedError } from "./errors.ts";
import { reuse } from "./reuse.ts";

/** lib/kubernetes/reader.ts, handed in so that lib/aws need not know it. */
export type OpenKubernetes = (
  access: ClusterAccess,
  options: ReadOptions,
) => ClusterReader | Promise<ClusterReader>;

/** Authenticators refuse a token 15 minutes after it was signed; a list of many pages starts well before. */
const TOKEN_REUSE_MS = 10 * 60_000;

export function openClusters(context: AccountContext, openKubernetes: OpenKubernetes): AccountClusters {
  return {
    async openCluster(region, cluster, options) {
      return openKubernetes(toClusterAccess(context, region, cluster), options);
    },
    clusterAccess: (region, cluster) => toClusterAccess(context, region, cluster),
  };
}

function toClusterAccess(
  context: AccountContext,
  region: string,
  cluster: ClusterDescription,
): ClusterAccess {
  const { partition, transport } = context;
  const { endpoint, certificateAuthorityData } = cluster;
  if (endpoint === null || certificateAuthorityData === null)
    throw new ClusterWithoutEndpointError(
      "EKS names no endpoint or no certificate authority for the cluster",
    );
  const refusal = findEndpointRefusal(endpoint, {
    partition,
    region,
    awsEndpointUrl: transport.endpointUrl,
  });
  if (refusal !== null) throw new EndpointRefusedError(`no token is sent there: ${refusal}`);
  return { endpoint, certificateAuthorityData, bearerToken: openTokenSource(context, region, cluster) };
}

function openTokenSource(
  { partition, credentials, now }: AccountContext,
  region: string,
  cluster: ClusterDescription,
): ClusterAccess["bearerToken"] {
  // A local cluster on AWS Outposts is named by its id (`aws eks get-token --cluster-id`).
  const clusterId = cluster.outpost && cluster.id !== null ? cluster.id : cluster.name;
  return reuse(async () => {
    const { createEksToken } = await import("./eks-token.ts");
    const identity = await credentials();
    const signedAt = now();
    const value = await createEksToken({
      partition,
      region,
      clusterId,
      credentials: identity,
      now: signedAt,
    });
    const expiresMs = identity.expiration?.getTime() ?? Number.POSITIVE_INFINITY;
    return { value, freshUntilMs: Math.min(signedAt.getTime() + TOKEN_REUSE_MS, expiresMs - 60_000) };
  }, now);
}
