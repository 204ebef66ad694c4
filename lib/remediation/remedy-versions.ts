// NETPOL.6: the update by which this cluster gets a policy engine without the named bypasses, in the way that fits
// who owns aws-node. Old kernels and ended engines are other matters, and are named.

import { isAwsNode } from "../enforcement/detect-engines.ts";
import type { EngineVersions } from "../model/enforcement-detail.ts";
import type { Remediation } from "../model/finding.ts";
import type { DaemonSet } from "../model/kubernetes.ts";
import type { Observed } from "../model/observed.ts";
import { quoteForShell } from "../model/quote-for-shell.ts";
import type { Addon, ClusterDescription } from "../model/snapshot.ts";
import { toAddonUpdate } from "./addon-update.ts";
import { parseEksArn } from "../model/cluster-address.ts";
import { listShort } from "./list-short.ts";
import { asTheyAre } from "./merge-addon-values.ts";

export interface VersionReads {
  readonly cluster: Observed<ClusterDescription>;
  readonly vpcCniAddon: Observed<Addon | null>;
  readonly daemonSets: Observed<readonly DaemonSet[]>;
}

/**
 * The VPC CNI that brings an agent with every fix on file: 1.23.0 has agent 1.4.1 (charts of amazon-vpc-cni-k8s, tags
 * of 2026). A later one is as good.
 */
const FIXED_CNI = "1.23.0";

export function remedyVersions(
  clusterName: string,
  { agents, oldKernels }: EngineVersions,
  reads: VersionReads,
): Remediation | null {
  if (agents.length === 0) return null;
  const isBypassed = agents.some(({ bypasses }) => bypasses.length > 0);
  if (!isBypassed && oldKernels.length > 0) return renewNodes(oldKernels);
  const { vpcCniAddon, daemonSets } = reads;
  if (vpcCniAddon.seen && vpcCniAddon.value !== null)
    return updateAddon(clusterName, vpcCniAddon.value, reads.cluster);
  const awsNode = daemonSets.seen ? daemonSets.value.find(isAwsNode) : undefined;
  return awsNode === undefined ? null : upgradeByHand(awsNode);
}

function updateAddon(clusterName: string, addon: Addon, cluster: Observed<ClusterDescription>): Remediation {
  const update = toAddonUpdate(clusterName, addon, {
    values: asTheyAre,
    version: `v${FIXED_CNI}-eksbuild.1`,
    resolveConflicts: "PRESERVE",
  });
  const list = toListCommand(addon, cluster);
  if ("because" in update)
    return {
      text: `Update the vpc-cni add-on to ${FIXED_CNI} or later with the configuration values that it has; ${update.because}, so they are not written here.`,
      commands: [list, ...update.commands],
      files: [],
    };
  return {
    text: `Update the vpc-cni add-on to ${FIXED_CNI} or later: the first command lists the builds for this cluster's Kubernetes version, the second one takes the first that has every fix and keeps the values that the add-on has. Where Terraform, CloudFormation or eksctl owns the add-on, change the version there.`,
    commands: [list, ...update.commands],
    files: update.files,
  };
}

function toListCommand({ arn }: Addon, cluster: Observed<ClusterDescription>): string {
  const region = parseEksArn(arn)?.region;
  const version = cluster.seen ? cluster.value.version : null;
  return [
    "aws eks describe-addon-versions --addon-name vpc-cni",
    ...(version === null ? [] : [`--kubernetes-version ${quoteForShell(version)}`]),
    ...(region === undefined ? [] : [`--region ${quoteForShell(region)}`]),
    "--query addons[].addonVersions[].addonVersion --output text",
  ].join(" ");
}

function upgradeByHand({ annotations, namespace, name }: DaemonSet): Remediation {
  const release = annotations["meta.helm.sh/release-name"];
  const status = `kubectl rollout status daemonset ${quoteForShell(name)} -n ${quoteForShell(namespace)}`;
  if (release === undefined)
    return {
      text: `aws-node is managed by hand here: apply the manifest of VPC CNI ${FIXED_CNI} or later, with the switches that it has now (enable-network-policy in the agent's arguments). Both containers have to be of one release.`,
      commands: [
        `kubectl get daemonset ${quoteForShell(name)} -n ${quoteForShell(namespace)} -o yaml`,
        status,
      ],
      files: [],
    };
  const home = annotations["meta.helm.sh/release-namespace"] ?? namespace;
  return {
    text: `Helm's release ${release} owns aws-node: upgrade it to chart ${FIXED_CNI} or later with the values that it has.`,
    commands: [
      `helm upgrade ${quoteForShell(release)} aws-vpc-cni --repo https://aws.github.io/eks-charts -n ${quoteForShell(home)} --version ${FIXED_CNI} --reuse-values`,
      status,
    ],
    files: [],
  };
}

function renewNodes(oldKernels: EngineVersions["oldKernels"]): Remediation {
  const names = oldKernels.map(({ node }) => node);
  return {
    text: `Replace ${listShort(names)} by nodes of a current AMI, whose kernel is 5.10 or later: update the node group's version, or let Karpenter replace them.`,
    commands: [`kubectl get nodes ${names.slice(0, 10).map(quoteForShell).join(" ")} -o wide`],
    files: [],
  };
}
