// NETPOL.9: the access entry that lets the member role of the cluster's account look into a blind cluster.

import type { Remediation } from "../model/finding.ts";
import { quoteForShell } from "../model/quote-for-shell.ts";
import type { ClusterDescription } from "../model/snapshot.ts";
import { parseEksArn, toClusterArguments } from "../model/cluster-address.ts";

/** deploy/member-role.yaml's default; the group is that of deploy/kubernetes/ringfence-reader.yaml. */
const ROLE_NAME = "RingfenceReader";
const GROUP = "ringfence-readers";

/** Null where the EKS API did not tell which account the cluster is in. */
/** `principal`: whose access is missing; absent: the member role by its default name. */
export function remedyDeniedAccess(cluster: ClusterDescription, principal?: string): Remediation | null {
  const arn = parseEksArn(cluster.arn);
  if (arn === null) return null;
  const where = toClusterArguments(cluster.name, arn);
  const own = `arn:${arn.partition}:iam::${arn.account}:role/${ROLE_NAME}`;
  const mapped = quoteForShell(principal ?? own);
  const policy = `arn:${arn.partition}:eks::aws:cluster-access-policy/AmazonEKSViewPolicy`;
  return {
    text: `Map the role ${ROLE_NAME} of account ${arn.account} in the cluster with an access entry: AmazonEKSViewPolicy is level 1; the group ${GROUP} is level 2, once deploy/kubernetes/ringfence-reader.yaml is applied (run it with credentials of the cluster's account; another role name in your configuration goes into the commands, and where a spoke reads the cluster its role RingfenceSpoke-${arn.region}).${modeText(cluster)}`,
    commands: [
      ...enableEntries(cluster, arn.region),
      `aws eks create-access-entry ${where} --principal-arn ${mapped} --type STANDARD --kubernetes-groups ${GROUP}`,
      `aws eks associate-access-policy ${where} --principal-arn ${mapped} --policy-arn ${policy} --access-scope type=cluster`,
      "kubectl apply -f deploy/kubernetes/ringfence-reader.yaml",
    ],
    files: [],
  };
}

/** With CONFIG_MAP the cluster takes IAM principals from the ConfigMap aws-auth only. */
function modeText({ authenticationMode }: ClusterDescription): string {
  return authenticationMode === "CONFIG_MAP"
    ? " The cluster's authentication mode knows no access entries: the first command adds them, which cannot be taken back, or map the role in aws-auth (deploy/access-entries/aws-auth.yaml)."
    : "";
}

function enableEntries({ authenticationMode, name }: ClusterDescription, region: string): readonly string[] {
  return authenticationMode === "CONFIG_MAP"
    ? [
        `aws eks update-cluster-config --name ${quoteForShell(name)} --region ${quoteForShell(region)} --access-config authenticationMode=API_AND_CONFIG_MAP`,
      ]
    : [];
}
