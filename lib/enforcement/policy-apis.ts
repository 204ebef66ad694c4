// Which policy APIs beside networking.k8s.io each engine implements. Null is not known: it depends on the release
// or on a switch. Data, and one question over the engines of a cluster.

import type { Engine } from "../model/posture.ts";
import type { FactName } from "../model/snapshot.ts";
import { agreed, type Ternary } from "./ternary.ts";

export type PolicyApi = Extract<
  FactName,
  | "awsClusterNetworkPolicies"
  | "awsApplicationNetworkPolicies"
  | "adminNetworkPolicies"
  | "baselineAdminNetworkPolicies"
  | "clusterNetworkPolicies"
  | "ciliumNetworkPolicies"
  | "ciliumClusterwideNetworkPolicies"
  | "calicoNetworkPolicies"
  | "calicoGlobalNetworkPolicies"
  | "antreaNetworkPolicies"
  | "antreaClusterNetworkPolicies"
>;

export type PolicyApis = Readonly<Partial<Record<PolicyApi, Ternary>>>;

/** An API that is not in the map is implemented by no version of that engine that we know. Cilium's own switches decide. */
export const POLICY_APIS_OF: Readonly<Record<Exclude<Engine, "cilium">, PolicyApis>> = {
  "vpc-cni": { awsClusterNetworkPolicies: true, awsApplicationNetworkPolicies: true },
  "eks-auto-mode": { awsClusterNetworkPolicies: true, awsApplicationNetworkPolicies: true },
  // policy.networking.k8s.io depends on the release (calico: 3.29 to 3.31, then 3.32) or on a feature gate.
  calico: {
    calicoNetworkPolicies: true,
    calicoGlobalNetworkPolicies: true,
    adminNetworkPolicies: null,
    baselineAdminNetworkPolicies: null,
    clusterNetworkPolicies: null,
  },
  antrea: {
    antreaNetworkPolicies: true,
    antreaClusterNetworkPolicies: true,
    adminNetworkPolicies: null,
    baselineAdminNetworkPolicies: null,
    clusterNetworkPolicies: null,
  },
  "kube-network-policies": {
    adminNetworkPolicies: null,
    baselineAdminNetworkPolicies: null,
    clusterNetworkPolicies: null,
  },
  "gke-dataplane-v2": {
    ciliumNetworkPolicies: null,
    ciliumClusterwideNetworkPolicies: null,
    adminNetworkPolicies: null,
    baselineAdminNetworkPolicies: null,
  },
  "kube-router": {},
  weave: {},
  "azure-npm": {},
};

/** What every one of them has in common; without an engine nothing is known. */
export function agreedApi(ofEngines: readonly PolicyApis[], api: PolicyApi): Ternary {
  return agreed(ofEngines.map((apis) => (Object.hasOwn(apis, api) ? (apis[api] ?? null) : false)));
}
