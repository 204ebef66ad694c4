// NETPOL.1, .2 and .4: how network policy is switched on in this cluster. Which way is right depends on who owns
// aws-node: the EKS add-on, Helm, plain manifests, or nobody (Auto Mode). It writes, and applies nothing.

import { CONTROLLER_SWITCH } from "../enforcement/vpc-cni.ts";
import { parseAddonValues } from "../enforcement/addon-values.ts";
import { isAwsNode } from "../enforcement/detect-engines.ts";
import { AGENT_FLAG, findAgent } from "../enforcement/vpc-cni-agent.ts";
import type { Isolation } from "../model/control.ts";
import type { Remediation } from "../model/finding.ts";
import type { ConfigMap, DaemonSet } from "../model/kubernetes.ts";
import type { Observed } from "../model/observed.ts";
import { quoteForShell } from "../model/quote-for-shell.ts";
import { AWS_ENGINES } from "../model/aws-engines.ts";
import type { Engine } from "../model/posture.ts";
import type { Addon, ClusterDescription } from "../model/snapshot.ts";
import { toAddonUpdate } from "./addon-update.ts";
import { toEffectsFile } from "./effects-of-enforcement.ts";
import { switchOn } from "./merge-addon-values.ts";
import { toApplyCommand, toYaml, type RemedyFile } from "./policy-manifest.ts";

export interface EnforcementReads {
  readonly cluster: Observed<ClusterDescription>;
  readonly vpcCniAddon: Observed<Addon | null>;
  readonly vpcCniConfigMap: Observed<ConfigMap | null>;
  readonly daemonSets: Observed<readonly DaemonSet[]>;
  readonly isolation: Observed<Isolation>;
}

/** The add-on's own switch: NETPOL.1 needs no more. */
export function remedyAddon(clusterName: string, addon: Addon): Remediation {
  const present = parseAddonValues(addon.configurationValues);
  const isDeclared = present.state === "read" && present.networkPolicy === true;
  const update = toAddonUpdate(clusterName, addon, {
    values: switchOn,
    resolveConflicts: isDeclared ? "OVERWRITE" : "PRESERVE",
  });
  if ("because" in update)
    return {
      text: `Set enableNetworkPolicy to "true" at the top level of the add-on's configuration values by hand: ${update.because}, so they cannot be merged without loss.`,
      commands: update.commands,
      files: [],
    };
  return { text: isDeclared ? DECLARED_ALREADY : DECLARE, ...update };
}

const DECLARE =
  'Update the vpc-cni add-on with enableNetworkPolicy "true"; the values that it has now are kept. Where Terraform, CloudFormation or eksctl owns the add-on, change it there.';

/** PRESERVE would keep what was changed beside the add-on, and that is what has to go. */
const DECLARED_ALREADY =
  "The vpc-cni add-on declares enforcement, so what runs was changed beside it or does not run: update the add-on with the same values and OVERWRITE, then see that the agent is ready on every node.";

/** NETPOL.2 and .4: the way that fits who owns aws-node, and before it what will take effect. */
export function remedyEnforcement(
  clusterName: string,
  engines: readonly Engine[],
  reads: EnforcementReads,
): Remediation {
  const others = engines.filter((engine) => !AWS_ENGINES.has(engine));
  const ways = others.length > 0 ? [otherEngine(others)] : waysFor(clusterName, reads);
  const effects = reads.isolation.seen ? toEffectsFile(reads.isolation.value) : null;
  const first =
    effects === null ? "" : `First read ${effects.name}: policies that do nothing today take effect. `;
  return {
    text: `${first}${ways.map(({ text }) => text).join(" ")}`,
    commands: ways.flatMap(({ commands }) => commands),
    files: [...(effects === null ? [] : [effects]), ...ways.flatMap(({ files }) => files)],
  };
}

function waysFor(clusterName: string, reads: EnforcementReads): readonly Remediation[] {
  const { cluster, vpcCniAddon, daemonSets } = reads;
  const isAuto = cluster.seen && cluster.value.autoMode === true;
  const awsNode = daemonSets.seen ? daemonSets.value.find(isAwsNode) : undefined;
  const ways: Remediation[] = [];
  if (isAuto)
    ways.push(switchController(reads, "EKS Auto Mode's nodes carry the agent; switch the controller on."));
  if (vpcCniAddon.seen && vpcCniAddon.value !== null) ways.push(remedyAddon(clusterName, vpcCniAddon.value));
  else if (awsNode !== undefined) ways.push(...selfManaged(awsNode, reads));
  return ways.length > 0 ? ways : [NOT_KNOWN];
}

/** AWS documents one engine per node, so the VPC CNI's is not switched on beside another one. */
function otherEngine(engines: readonly Engine[]): Remediation {
  return {
    text: `The cluster has ${engines.join(" and ")}: see that its agent is ready on every node and its policy enforcement is not switched off, before any other engine is switched on.`,
    commands: ["kubectl get daemonsets -A -o wide"],
    files: [],
  };
}

const NOT_KNOWN: Remediation = {
  text: "Ringfence saw neither the vpc-cni add-on nor an aws-node DaemonSet: switch policy enforcement on in the engine that this cluster uses, and see that its agent is ready on every node.",
  commands: ["kubectl get daemonsets -A"],
  files: [],
};

/** The controller's switch; every other key of the ConfigMap stays. */
function switchController({ vpcCniConfigMap }: EnforcementReads, text: string): Remediation {
  const present = vpcCniConfigMap.seen ? (vpcCniConfigMap.value?.data ?? {}) : null;
  const { namespace, name, key } = CONTROLLER_SWITCH;
  // Whether it exists was not seen: a patch changes the one key and cannot lose the others.
  if (present === null) {
    return { text, commands: [toControllerPatch(true)], files: [] };
  }
  const configMap = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace },
    data: { ...present, [key]: "true" },
  };
  const file = { name: `${name}.yaml`, content: toYaml(configMap) };
  return { text, commands: [toApplyCommand(file)], files: [file] };
}

function toControllerPatch(on: boolean): string {
  const { namespace, name, key } = CONTROLLER_SWITCH;
  const patch = JSON.stringify({ data: { [key]: String(on) } });
  return `kubectl patch configmap ${name} -n ${namespace} --type merge -p ${quoteForShell(patch)}`;
}

/** Not an add-on: both switches by hand, or Helm's one value for both. */
function selfManaged(awsNode: DaemonSet, reads: EnforcementReads): readonly Remediation[] {
  const release = awsNode.annotations["meta.helm.sh/release-name"];
  if (release !== undefined) return [upgradeRelease(release, awsNode)];
  const unseen = reads.vpcCniAddon.seen
    ? ""
    : " Whether the vpc-cni add-on is installed was not seen; where it is, set enableNetworkPolicy there instead.";
  const controller = switchController(
    reads,
    `aws-node is managed by hand here: switch the controller on in the ConfigMap, then the agent in the DaemonSet.${unseen}`,
  );
  const agent = switchAgent(awsNode);
  return agent === null ? [controller] : [controller, agent];
}

/** The opposite of all this, for an aws-node that no add-on owns. */
export function switchSelfManagedOff(awsNode: DaemonSet): Pick<Remediation, "commands" | "files"> | null {
  const release = awsNode.annotations["meta.helm.sh/release-name"];
  if (release !== undefined) return upgradeRelease(release, awsNode, false);
  const agent = switchAgent(awsNode, false);
  if (agent === null) return null;
  return { ...agent, commands: [...agent.commands, toControllerPatch(false)] };
}

function upgradeRelease(
  release: string,
  { annotations, labels, namespace }: DaemonSet,
  on = true,
): Remediation {
  // Without a version Helm would take the newest chart, and upgrade the CNI on the way.
  const chart = /^aws-vpc-cni-(\d+\.\d+\.\d+)$/.exec(labels["helm.sh/chart"] ?? "")?.[1];
  const version = chart === undefined ? "" : ` --version ${chart}`;
  const home = annotations["meta.helm.sh/release-namespace"] ?? namespace;
  return {
    text: `Helm's release ${release} owns aws-node: its value enableNetworkPolicy switches controller and agent on together.`,
    commands: [
      `helm upgrade ${quoteForShell(release)} aws-vpc-cni --repo https://aws.github.io/eks-charts -n ${quoteForShell(home)}${version} --reuse-values --set enableNetworkPolicy=${on}`,
    ],
    files: [],
  };
}

/** A strategic merge patch: containers merge by name, and `args` is replaced as a whole, so all of it is here. */
function switchAgent(awsNode: DaemonSet, on = true): Remediation | null {
  const agent = findAgent(awsNode.containers);
  if (agent === undefined) return null;
  const others = agent.args.filter((arg) => !/^--?enable-network-policy(?:=|$)/.test(arg));
  const containers = [{ name: agent.name, args: [`--${AGENT_FLAG}=${on}`, ...others] }];
  const file: RemedyFile = {
    name: "aws-node-agent-patch.yaml",
    content: toYaml({ spec: { template: { spec: { containers } } } }),
  };
  const [name, namespace] = [awsNode.name, awsNode.namespace].map(quoteForShell);
  return {
    text: "",
    commands: [
      `kubectl patch daemonset ${name} -n ${namespace} --patch-file ${file.name}`,
      `kubectl rollout status daemonset ${name} -n ${namespace}`,
    ],
    files: [file],
  };
}
