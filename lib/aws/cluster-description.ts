// Projects DescribeCluster and DescribeAddon to the facts of the model. Pure. What the API left out is null;
// what it sent in another shape than promised is MalformedAnswer.

import * as v from "valibot";
import type { Addon, Capability, ClusterDescription } from "../model/snapshot.ts";
import { absentAsNull, parseAnswer, Text } from "./answer.ts";

const text = absentAsNull(v.string());
const flag = absentAsNull(v.boolean());
const texts = absentAsNull(v.array(v.string()));

const ClusterAnswer = v.object({
  name: Text,
  arn: Text,
  status: Text,
  createdAt: absentAsNull(v.date()),
  version: text,
  platformVersion: text,
  endpoint: text,
  roleArn: text,
  id: text,
  certificateAuthority: absentAsNull(v.object({ data: text })),
  accessConfig: absentAsNull(v.object({ authenticationMode: text })),
  computeConfig: absentAsNull(v.object({ enabled: flag })),
  kubernetesNetworkConfig: absentAsNull(
    v.object({
      ipFamily: absentAsNull(v.picklist(["ipv4", "ipv6"])),
      serviceIpv4Cidr: text,
      serviceIpv6Cidr: text,
    }),
  ),
  resourcesVpcConfig: absentAsNull(
    v.object({
      endpointPublicAccess: flag,
      endpointPrivateAccess: flag,
      publicAccessCidrs: texts,
      securityGroupIds: texts,
      subnetIds: texts,
      clusterSecurityGroupId: text,
    }),
  ),
  remoteNetworkConfig: absentAsNull(v.object({})),
  outpostConfig: absentAsNull(v.object({})),
  connectorConfig: absentAsNull(v.object({})),
  tags: absentAsNull(v.record(v.string(), v.string())),
});

type VpcConfig = NonNullable<v.InferOutput<typeof ClusterAnswer>["resourcesVpcConfig"]>;

export function toClusterDescription(answer: unknown): ClusterDescription {
  const cluster = parseAnswer(ClusterAnswer, answer, "DescribeCluster");
  const vpc = cluster.resourcesVpcConfig;
  const network = cluster.kubernetesNetworkConfig;
  return {
    name: cluster.name,
    arn: cluster.arn,
    status: cluster.status,
    createdAt: cluster.createdAt?.toISOString() ?? null,
    version: cluster.version,
    platformVersion: cluster.platformVersion,
    endpoint: cluster.endpoint,
    certificateAuthorityData: cluster.certificateAuthority?.data ?? null,
    authenticationMode: cluster.accessConfig?.authenticationMode ?? null,
    endpointPublicAccess: vpc?.endpointPublicAccess ?? null,
    endpointPrivateAccess: vpc?.endpointPrivateAccess ?? null,
    publicAccessCidrs: vpc?.publicAccessCidrs ?? null,
    // No reference says what an absent `computeConfig` means, so it is not taken for "off".
    autoMode: cluster.computeConfig?.enabled ?? null,
    hybridNodes: cluster.remoteNetworkConfig !== null,
    outpost: cluster.outpostConfig !== null,
    id: cluster.id,
    ipFamily: network?.ipFamily ?? null,
    serviceCidr: network?.serviceIpv4Cidr ?? network?.serviceIpv6Cidr ?? null,
    connected: cluster.connectorConfig !== null,
    // Tags are optional on a cluster; the member is absent or empty where there are none (API reference).
    tags: cluster.tags ?? {},
    resourcesVpcConfig: vpc === null ? null : toVpcConfig(vpc),
    roleArn: cluster.roleArn,
  };
}

function toVpcConfig(vpc: VpcConfig): NonNullable<ClusterDescription["resourcesVpcConfig"]> {
  return {
    // Extra security groups and, for a connected cluster, subnets are optional (VpcConfigResponse, API reference).
    securityGroupIds: vpc.securityGroupIds ?? [],
    subnetIds: vpc.subnetIds ?? [],
    clusterSecurityGroupId: vpc.clusterSecurityGroupId,
  };
}

const AddonAnswer = v.object({
  addonName: Text,
  addonArn: text,
  addonVersion: text,
  status: text,
  health: absentAsNull(v.object({ issues: absentAsNull(v.array(v.object({ code: text, message: text }))) })),
  serviceAccountRoleArn: text,
  configurationValues: text,
});

export function toAddon(answer: unknown): Addon {
  const addon = parseAnswer(AddonAnswer, answer, "DescribeAddon");
  return {
    name: addon.addonName,
    arn: addon.addonArn,
    version: addon.addonVersion,
    status: addon.status,
    // `issues` lists the add-on's health issues; an add-on without any may lack the list (AddonHealth). Neither member
    // of an AddonIssue is required; the words below are shown to people and no verdict rests on them.
    healthIssues: (addon.health?.issues ?? []).map(({ code, message }) => ({
      code: code ?? "no code given",
      message: message ?? "no message given",
    })),
    serviceAccountRoleArn: addon.serviceAccountRoleArn,
    // Absent or empty when nobody ever set them.
    configurationValues: addon.configurationValues === "" ? null : addon.configurationValues,
  };
}

export const CapabilityAnswer = v.object({ capabilityName: Text, type: Text, status: Text });

export function toCapability(answer: v.InferOutput<typeof CapabilityAnswer>): Capability {
  return { name: answer.capabilityName, type: answer.type, status: answer.status };
}
