// What the engine that was found means for reading policies: which APIs it implements, and where it differs
// from the letter of the API reference. Facts as data; what is not known of an engine is null.

import type { Engine, Enforcement } from "../model/posture.ts";
import type { EngineBehaviour } from "../netpol/isolation-input.ts";

type Implements = EngineBehaviour["implements"];

const NOTHING_KNOWN = answerForAll(null);
const NONE = answerForAll(false);

function answerForAll(answer: boolean | null): Implements {
  return {
    awsClusterNetworkPolicies: answer,
    awsApplicationNetworkPolicies: answer,
    adminNetworkPolicies: answer,
    baselineAdminNetworkPolicies: answer,
    clusterNetworkPolicies: answer,
    ciliumNetworkPolicies: answer,
    ciliumClusterwideNetworkPolicies: answer,
    calicoNetworkPolicies: answer,
    calicoGlobalNetworkPolicies: answer,
  };
}

// The VPC CNI's controller watches networking.k8s.aws and not policy.networking.k8s.io
// (amazon-network-policy-controller-k8s 1.1.7).
const AWS: Implements = { ...NONE, awsClusterNetworkPolicies: true, awsApplicationNetworkPolicies: true };
const UPSTREAM = {
  adminNetworkPolicies: true,
  baselineAdminNetworkPolicies: true,
  clusterNetworkPolicies: true,
};
/** Cilium implements ClusterNetworkPolicy only behind a hidden setting that is off by default. */
const CILIUM: Implements = {
  ...NONE,
  ciliumNetworkPolicies: true,
  ciliumClusterwideNetworkPolicies: true,
  clusterNetworkPolicies: null,
};

const IMPLEMENTS: Readonly<Record<Engine, Implements>> = {
  "vpc-cni": AWS,
  "eks-auto-mode": AWS,
  calico: { ...NONE, ...UPSTREAM, calicoNetworkPolicies: true, calicoGlobalNetworkPolicies: true },
  cilium: CILIUM,
  antrea: { ...NONE, ...UPSTREAM },
  "kube-router": NONE,
  weave: NONE,
  // Variants of it differ in which of the upstream cluster-wide APIs they serve.
  "kube-network-policies": {
    ...NONE,
    adminNetworkPolicies: null,
    baselineAdminNetworkPolicies: null,
    clusterNetworkPolicies: null,
  },
  "azure-npm": NONE,
  "gke-dataplane-v2": CILIUM,
};

export function toEngineBehaviour(enforcement: Enforcement): EngineBehaviour {
  const { engine, mode, unselectedPods, ipBlocksMatchPods } = enforcement;
  const isAws = engine === "vpc-cni" || engine === "eks-auto-mode";
  return {
    unselectedPods,
    // "strict => default-deny but an egress-only policy leaves ingress open once applied" (amazon-vpc-cni-k8s#3068).
    selectionOpensOtherDirection: isAws && mode === "strict",
    ipBlocksMatchPods,
    // "Network policies can't be applied to pods without owner references" (EKS user guide): the agent's key is
    // the owner's name.
    appliesToBarePods: engine === null ? null : !isAws,
    implements: engine === null ? NOTHING_KNOWN : IMPLEMENTS[engine],
  };
}
