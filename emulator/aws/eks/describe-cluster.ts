// eks:DescribeCluster: what the world says, over what every cluster has.

import { sha256Hex } from "../../sigv4.ts";
import type { WorldCluster } from "../../world.ts";
import { isRecord } from "../json-body.ts";
import type { JsonRecord } from "../json-body.ts";
import { clusterKey } from "../operation.ts";
import type { CallContext } from "../operation.ts";
import { DNS_SUFFIXES } from "../regions.ts";
import { isSpoke } from "../spoke-role.ts";
import { label } from "../rest-json-protocol.ts";
import type { RestJsonOperation } from "../rest-json-protocol.ts";
import { isConnected, requireCluster, toClusterArn, toClusterTarget, toSeconds } from "./inventory.ts";

export const describeCluster: RestJsonOperation = {
  name: "DescribeCluster",
  method: "GET",
  path: "/clusters/{name}",
  target: toClusterTarget,
  permissions: (input, context) => [
    { action: "eks:DescribeCluster", resource: toClusterArn(context, label(input, "name")) },
  ],
  run: (input, context) => {
    const cluster = requireCluster(input, context);
    const common = {
      name: cluster.name,
      arn: toClusterArn(context, cluster.name),
      createdAt: toSeconds(cluster.createdAt),
      status: cluster.status,
      tags: {},
    };
    if (isConnected(cluster)) return { cluster: merge(common, cluster.describe) };
    const own = { ...common, ...toSettings(cluster, context), ...toEndpoint(cluster, context) };
    return { cluster: merge(own, cluster.describe) };
  },
};

function toSettings(cluster: WorldCluster, { world, account }: CallContext): JsonRecord {
  return {
    version: cluster.version,
    platformVersion: cluster.platformVersion,
    roleArn: `arn:${world.partition}:iam::${account.id}:role/eks-cluster-${cluster.name}`,
    resourcesVpcConfig: {
      subnetIds: ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"],
      securityGroupIds: [],
      clusterSecurityGroupId: "sg-0a1b2c3d4e5f60003",
      vpcId: "vpc-0a1b2c3d4e5f60004",
      endpointPublicAccess: true,
      endpointPrivateAccess: true,
      publicAccessCidrs: ["0.0.0.0/0"],
    },
    kubernetesNetworkConfig: {
      serviceIpv4Cidr: "172.20.0.0/16",
      ipFamily: "ipv4",
      elasticLoadBalancing: { enabled: false },
    },
    logging: {
      clusterLogging: [
        { types: ["api", "audit", "authenticator", "controllerManager", "scheduler"], enabled: false },
      ],
    },
    health: { issues: [] },
    accessConfig: {
      bootstrapClusterCreatorAdminPermissions: false,
      authenticationMode: cluster.authenticationMode,
    },
    upgradePolicy: { supportType: "EXTENDED" },
    deletionProtection: false,
  };
}

/** "The endpoint and the certificate authority are absent while a cluster is being created." (facts: eks §7) */
function toEndpoint(cluster: WorldCluster, context: CallContext): JsonRecord {
  const { region, account, world } = context;
  const served = context.endpoints.get(clusterKey(account.id, region, cluster.name));
  if (served === undefined) return { certificateAuthority: {} };
  const issuerId = sha256Hex(toClusterArn(context, cluster.name)).slice(0, 32).toUpperCase();
  return {
    // One name, whose address depends on where it is asked for; here each caller gets the address that it would reach.
    endpoint: isSpoke(context.session.role) ? served.endpointInVpc : served.endpoint,
    certificateAuthority: { data: served.certificateAuthorityData },
    identity: {
      oidc: { issuer: `https://oidc.eks.${region}.${DNS_SUFFIXES[world.partition]}/id/${issuerId}` },
    },
  };
}

/** The world's members win; below objects member by member; null takes a member away. */
function merge(base: JsonRecord, over: JsonRecord): JsonRecord {
  const merged = new Map(Object.entries(base));
  for (const [name, value] of Object.entries(over)) {
    const below = merged.get(name);
    if (value === null) merged.delete(name);
    else merged.set(name, isRecord(below) && isRecord(value) ? merge(below, value) : value);
  }
  return Object.fromEntries(merged);
}
