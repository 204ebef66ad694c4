// The Amazon VPC CNI: enforces where the controller's switch (a ConfigMap) and the agent's switch (a flag of
// aws-node's second container) are both on and that container runs on the pod's node. One alone is the trap.

import type { Evidence } from "../model/finding.ts";
import type { Container, DaemonSet, Pod } from "../model/kubernetes.ts";
import type { Facts } from "../model/snapshot.ts";
import { defaultsOf, isSwitchedOff, readAgentPods, seenAgents } from "./agent-pods.ts";
import { hasImagePath, imageVersion, isBefore, type Version } from "./container-image.ts";
import type { EngineAssessment, EngineContext } from "./engine-assessment.ts";
import { clip, configMapEvidence } from "./evidence.ts";
import { POLICY_APIS_OF, type PolicyApis } from "./policy-apis.ts";
import { agreed, anyOf } from "./ternary.ts";
import type { Ternary } from "./ternary.ts";
import { findAgent, readAgent } from "./vpc-cni-agent.ts";
import { agentEvidence, templateEvidence } from "./vpc-cni-evidence.ts";

/** amazon-network-policy-controller-k8s pkg/utils/configmap: name, namespace and key are fixed. */
export const CONTROLLER_SWITCH = {
  namespace: "kube-system",
  name: "amazon-vpc-cni",
  key: "enable-network-policy-controller",
} as const;

/** Exactly "true": the controller compares case-sensitively, and a missing ConfigMap or key is off. */
export function readControllerSwitch(facts: Facts): Ternary {
  const configMap = facts.vpcCniConfigMap;
  if (!configMap.seen) return null;
  const data = configMap.value?.data;
  return data !== undefined && Object.hasOwn(data, CONTROLLER_SWITCH.key)
    ? data[CONTROLLER_SWITCH.key] === "true"
    : false;
}

/** EKS runs the controller; a self-hosted one may ignore the ConfigMap (--enable-configmap-check=false). */
export function isControllerOn(facts: Facts): Ternary {
  const configured = readControllerSwitch(facts);
  if (configured !== false) return configured;
  if (!facts.pods.seen) return null;
  return findSelfHostedController(facts) === undefined ? false : null;
}

function findSelfHostedController({ pods }: Facts): Pod | undefined {
  return pods.seen ? pods.value.find(isSelfHostedController) : undefined;
}

function isSelfHostedController(pod: Pod): boolean {
  const name = "amazon-network-policy-controller-k8s";
  return (
    pod.labels["app.kubernetes.io/name"] === name ||
    pod.name.startsWith(`${name}-`) ||
    (pod.detail?.containers.some(({ image }) => hasImagePath(image, name)) ?? false)
  );
}

export function assessVpcCni(context: EngineContext, daemonSets: readonly DaemonSet[]): EngineAssessment {
  const { facts } = context;
  const controller = isControllerOn(facts);
  const agents = readAgentPods(context, daemonSets, {
    findAgent,
    readAgent,
    applies: controller,
    because: controller === false ? TOLD_NOTHING : describeController(facts, controller),
    deniesAlone: true,
  });
  const containers = seenAgents(facts, daemonSets).map((agent) => agent.containers);
  const readings = containers.map((one) => readAgent(one));
  const says = [...new Set(readings.map(({ because }) => because))];
  return {
    engine: "vpc-cni",
    installed: true,
    switchedOff: controller === false || isSwitchedOff(facts, readings, daemonSets),
    declared: anyOf([readControllerSwitch(facts), ...readings.map(({ declared }) => declared)]),
    ...agents,
    defaults: defaultsOf(facts, readings, daemonSets),
    computeTypes: ["ec2", "other"],
    ipBlocksMatchPods: true,
    policyApis: toPolicyApis(containers),
    summary: `VPC CNI: ${[describeController(facts, controller), ...says].join("; ")}`,
    evidence: daemonSets.flatMap((set) => [...templateEvidence(set), ...agentEvidence(facts, set)]),
    missing: [
      ...agents.missing,
      ...(facts.vpcCniConfigMap.seen ? [] : (["vpcCniConfigMap"] as const)),
      ...(controller === null && facts.vpcCniConfigMap.seen && !facts.pods.seen ? (["pods"] as const) : []),
    ],
  };
}

/**
 * "VPC CNI 1.21+" for admin policies (EKS user guide); the chart's first agent that watches ClusterPolicyEndpoints is
 * 1.3, and its former ones are 1.2 (amazon-vpc-cni-k8s, chart 1.20.5).
 */
const FIRST_WITH_CLUSTER_POLICIES: Version = { major: 1, minor: 3, patch: 0, suffix: "" };

function toPolicyApis(agents: readonly (readonly Container[])[]): PolicyApis {
  const known = agents.flatMap((containers): Ternary[] => {
    const agent = findAgent(containers);
    if (agent === undefined) return [];
    const version = imageVersion(agent.image);
    return [version === null ? null : !isBefore(version, FIRST_WITH_CLUSTER_POLICIES)];
  });
  const own = POLICY_APIS_OF["vpc-cni"];
  return known.length === 0 ? own : { ...own, awsClusterNetworkPolicies: agreed(known) };
}

const TOLD_NOTHING = "the controller's switch is off, so the agent there is told about no policy";

function describeController(facts: Facts, controller: Ternary): string {
  if (controller === true) return "the controller's switch is on";
  if (controller === false) return "the controller's switch is off";
  if (!facts.vpcCniConfigMap.seen) return "the controller's switch could not be seen";
  if (!facts.pods.seen) return "whether a self-hosted controller runs could not be seen";
  // Anybody can label a pod so: whoever doubts it has to know which one.
  const pod = findSelfHostedController(facts);
  const named = pod === undefined ? "" : ` (pod ${clip(`${pod.namespace}/${pod.name}`)})`;
  return `a self-hosted controller runs${named}, and whether it heeds the ConfigMap cannot be seen`;
}

/** The controller's switch, which the VPC CNI and EKS Auto Mode share. */
export function controllerEvidence(facts: Facts): readonly Evidence[] {
  if (!facts.vpcCniConfigMap.seen) return [];
  const means =
    readControllerSwitch(facts) === true
      ? "the controller on the control plane turns policies into PolicyEndpoints"
      : 'off: the controller works only for exactly "true"';
  return [configMapEvidence(CONTROLLER_SWITCH, facts.vpcCniConfigMap.value, means)];
}
