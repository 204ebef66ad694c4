// EKS Auto Mode: the agent is part of the node's image, so the controller's ConfigMap alone decides and no
// agent can be seen. The NodeClass only tunes the default; its presence never means that policies apply.

import type { RawObject } from "../model/kubernetes.ts";
import type { Facts } from "../model/snapshot.ts";
import type { EngineAssessment, EngineContext } from "./engine-assessment.ts";
import { POLICY_APIS_OF } from "./policy-apis.ts";
import type { DefaultVerdict } from "./possible-defaults.ts";
import { clip, kubernetesEvidence } from "./evidence.ts";
import type { Ternary } from "./ternary.ts";
import { readControllerSwitch } from "./vpc-cni.ts";

export const COMPUTE_TYPE_LABEL = "eks.amazonaws.com/compute-type";

/** Whether the cluster has Auto Mode, also while it has no such node. */
export function hasAutoMode(facts: Facts): Ternary {
  const nodes = facts.nodes.seen ? facts.nodes.value : [];
  if (nodes.some(({ labels }) => labels[COMPUTE_TYPE_LABEL] === "auto")) return true;
  return facts.cluster.seen ? facts.cluster.value.autoMode : null;
}

export function assessAutoMode({ facts }: EngineContext, installed: boolean): EngineAssessment {
  const enforces = readControllerSwitch(facts);
  const ofClass = readNodeClassDefault(facts);
  const defaults = enforces === null ? [ofClass, "allowed" as const] : enforces ? [ofClass] : [];
  return {
    engine: "eks-auto-mode",
    installed,
    switchedOff: enforces === false,
    declared: enforces,
    byNode: new Map(),
    placed: true,
    elsewhere: { enforces, because: SWITCH_SAYS[`${enforces}`], limitation: null, defaults },
    defaults,
    computeTypes: ["auto"],
    ipBlocksMatchPods: true,
    policyApis: POLICY_APIS_OF["eks-auto-mode"],
    summary: `EKS Auto Mode: ${SWITCH_SAYS[`${enforces}`]}`,
    evidence: installed ? nodeClassEvidence(facts) : [],
    missing: facts.vpcCniConfigMap.seen ? [] : ["vpcCniConfigMap"],
  };
}

const SWITCH_SAYS = {
  true: "the network policy controller is on and Auto Mode nodes carry the agent in their image",
  false: "the network policy controller is off, so the agent in the node's image is told about no policy",
  null: "whether the network policy controller is on could not be seen",
} as const;

/** `spec.networkPolicy`: DefaultAllow (the default) or DefaultDeny; known only if every NodeClass agrees. */
function readNodeClassDefault(facts: Facts): DefaultVerdict | null {
  if (!facts.nodeClasses.seen) return null;
  const values = new Set(facts.nodeClasses.value.map(readNetworkPolicy));
  const [only] = values;
  return values.size === 1 && only !== undefined ? only : null;
}

function readNetworkPolicy(nodeClass: RawObject): DefaultVerdict | null {
  const spec = nodeClass["spec"];
  if (typeof spec !== "object" || spec === null) return null;
  const value = Object.hasOwn(spec, "networkPolicy") ? Reflect.get(spec, "networkPolicy") : "DefaultAllow";
  if (value === "DefaultAllow") return "allowed";
  return value === "DefaultDeny" ? "denied" : null;
}

function nodeClassEvidence(facts: Facts) {
  if (!facts.nodeClasses.seen) return [];
  return facts.nodeClasses.value.map((nodeClass) =>
    kubernetesEvidence(
      `NodeClass ${clip(nodeClass.metadata.name)}`,
      `networkPolicy is ${readNetworkPolicy(nodeClass) ?? "not known"} by default`,
      "how pods start that no policy selects; not whether policies apply",
      "kubectl get nodeclasses.eks.amazonaws.com -o yaml",
    ),
  );
}
