// The Kubernetes APIs of a world's clusters, each on a port of its own, with the principals that its access entries name.

import { hubRoleArn, OPERATOR } from "./aws/hub-role.ts";
import type { CloudContext } from "./aws/answer-request.ts";
import { isConnected } from "./aws/eks/inventory.ts";
import { MEMBER_ROLE_NAME } from "./aws/member-role.ts";
import { clusterKey } from "./aws/operation.ts";
import { identifyPresigned } from "./aws/presigned-identity.ts";
import { spokeRoleArn } from "./aws/spoke-role.ts";
import type { ClusterServerContext } from "./kubernetes/cluster-server-context.ts";
import { LastUsed } from "./kubernetes/last-used.ts";
import type { ClusterServer, startClusterServer } from "./kubernetes/server.ts";
import type { World, WorldAccount, WorldCluster } from "./world.ts";

/** One of 400 pods takes a megabyte: 10,000 of them would fill the heap, after which none answers any more. */
const CLUSTERS_KEPT = 2_000;

interface ClusterOptions {
  readonly latencyMs: number;
  readonly serve: typeof startClusterServer;
}

/** Every cluster that EKS runs has an endpoint; what the endpoint does is the world's choice. */
export async function startClusters(
  context: CloudContext,
  options: ClusterOptions,
  clusters: Map<string, ClusterServer>,
): Promise<void> {
  const running = context.world.accounts.flatMap((account) =>
    account.clusters
      .filter((cluster) => cluster.status === "ACTIVE" || cluster.status === "UPDATING")
      .filter((cluster) => !isConnected(cluster))
      .map((cluster) => ({ account, cluster })),
  );
  const memories: ClusterServerContext["memories"] = new LastUsed(CLUSTERS_KEPT);
  await Promise.all(
    running.map(async ({ account, cluster }) => {
      const server = await startCluster(account, cluster, context, { ...options, memories });
      clusters.set(clusterKey(account.id, cluster.region, cluster.name), server);
    }),
  );
}

function startCluster(
  account: WorldAccount,
  cluster: WorldCluster,
  { world, sessions, now }: CloudContext,
  { latencyMs, serve, memories }: ClusterOptions & Pick<ClusterServerContext, "memories">,
): Promise<ClusterServer> {
  return serve(cluster, {
    accountId: account.id,
    region: cluster.region,
    partition: world.partition,
    now,
    latencyMs,
    faults: world.faults,
    memories,
    mappedPrincipals: toMappedPrincipals(world, account, cluster.region),
    verifyPresignedIdentity: (url, clusterHeader, at = now()) =>
      Promise.resolve(identifyPresigned(url, clusterHeader, sessions, at)),
  });
}

/** Who has the access entry: the account's member role and spoke; in the scanner's account also who scans it without one. */
function toMappedPrincipals(world: World, account: WorldAccount, region: string): readonly string[] {
  const member = `arn:${world.partition}:iam::${account.id}:role/${MEMBER_ROLE_NAME}`;
  const mapped = account.spokeRegions.includes(region)
    ? [member, spokeRoleArn(world, account.id, region)]
    : [member];
  if (account.id !== world.scanner.accountId) return mapped;
  return [...mapped, hubRoleArn(world, OPERATOR), hubRoleArn(world, "ringfence-prod-scan")];
}
