// One account, seen with that account's own credentials. Each service's client is loaded at its first use and
// kept per Region. Gives a cluster token to nobody but the endpoint that the policy allows.

import type { ClusterDescription } from "../model/snapshot.ts";
import type { AccountCloud, ClusterAccess, ClusterReader, ReadOptions } from "../scan/sources.ts";
import type { CredentialSource, Transport } from "./clients.ts";
import type { Eks } from "./eks.ts";
import { findEndpointRefusal } from "./endpoint-policy.ts";
import { ClusterWithoutEndpointError, EndpointRefusedError } from "./errors.ts";
import { reuse } from "./reuse.ts";
import { openSecurityHub } from "./security-hub.ts";

/** lib/kubernetes/reader.ts, handed in so that lib/aws need not know it. */
export type OpenKubernetes = (access: ClusterAccess, options: ReadOptions) => ClusterReader;

export interface AccountContext {
  readonly accountId: string;
  readonly partition: string;
  /** The Region of the scanner, for services that have one endpoint for all Regions. */
  readonly homeRegion: string;
  readonly credentials: CredentialSource;
  readonly transport: Transport;
  readonly openKubernetes: OpenKubernetes;
  readonly now: () => Date;
}

/** Authenticators refuse a token 15 minutes after it was signed; a list of many pages starts well before. */
const TOKEN_REUSE_MS = 10 * 60_000;

export function createAccountCloud(context: AccountContext): AccountCloud {
  const { accountId, partition, homeRegion, credentials, transport } = context;
  const eksOf = perRegion(async (region): Promise<Eks> => {
    const { openEks } = await import("./eks.ts");
    return openEks(transport, region, credentials);
  });
  const securityHubOf = perRegion((region) =>
    openSecurityHub({ transport, region, partition, accountId, credentials }),
  );
  return {
    accountId,
    async listRegions() {
      const { listRegions } = await import("./regions.ts");
      return listRegions(transport, homeRegion, credentials);
    },
    async listClusters(region) {
      return (await eksOf(region)).listClusters();
    },
    async describeCluster(region, name) {
      return (await eksOf(region)).describeCluster(name);
    },
    async describeAddon(region, clusterName, addonName) {
      return (await eksOf(region)).describeAddon(clusterName, addonName);
    },
    async listCapabilities(region, clusterName) {
      return (await eksOf(region)).listCapabilities(clusterName);
    },
    async openCluster(region, cluster, options) {
      return context.openKubernetes(toClusterAccess(context, region, cluster), options);
    },
    clusterAccess: (region, cluster) => toClusterAccess(context, region, cluster),
    securityHub: securityHubOf,
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
): () => Promise<string> {
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

/** One instance per Region, made at its first use. */
function perRegion<T>(open: (region: string) => T): (region: string) => T {
  const opened = new Map<string, T>();
  return (region) => {
    const known = opened.get(region);
    if (known !== undefined) return known;
    const made = open(region);
    opened.set(region, made);
    return made;
  };
}
