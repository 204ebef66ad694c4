// What Security Hub is to show of a cluster itself. Its status is not in it: a cluster that is UPDATING for minutes
// would change every one of its findings twice, and leave a word behind that is long untrue.

import { createHash } from "node:crypto";
import type { ClusterDescription } from "./snapshot.ts";

export interface ClusterProfile {
  readonly name: string;
  readonly arn: string;
  readonly version: string | null;
  readonly endpoint: string | null;
  readonly roleArn: string | null;
  readonly endpointPublicAccess: boolean | null;
  /** In code-unit order: the API promises none. */
  readonly securityGroupIds: readonly string[];
  readonly subnetIds: readonly string[];
}

export function toClusterProfile(cluster: ClusterDescription): ClusterProfile {
  const { name, arn, version, endpoint, roleArn, endpointPublicAccess, resourcesVpcConfig } = cluster;
  return {
    name,
    arn,
    version,
    endpoint,
    roleArn,
    endpointPublicAccess,
    securityGroupIds: (resourcesVpcConfig?.securityGroupIds ?? []).toSorted(),
    subnetIds: (resourcesVpcConfig?.subnetIds ?? []).toSorted(),
  };
}

/** Of what can change in a cluster's life: its name, ARN and endpoint are given once, when it is created. */
export function toProfileHash(profile: ClusterProfile): string {
  const { name: _, arn: __, endpoint: ___, ...changing } = profile;
  return createHash("sha256").update(JSON.stringify(changing), "utf8").digest("hex").slice(0, 16);
}
