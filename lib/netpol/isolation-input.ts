// Everything that the evaluator looks at. It says nothing of where the facts come from.

import type { PodException } from "../model/enforcement-detail.ts";
import type { Job, Namespace, Pod, RawObject } from "../model/kubernetes.ts";
import type { Enforcement } from "../model/posture.ts";
import type { Facts } from "../model/snapshot.ts";
import type { UnprocessedPolicy } from "../model/unprocessed-policies.ts";

/** The policy APIs beside networking.k8s.io, named as the facts that hold their objects. */
export const POLICY_APIS = [
  "awsClusterNetworkPolicies",
  "awsApplicationNetworkPolicies",
  "adminNetworkPolicies",
  "baselineAdminNetworkPolicies",
  "clusterNetworkPolicies",
  "ciliumNetworkPolicies",
  "ciliumClusterwideNetworkPolicies",
  "calicoNetworkPolicies",
  "calicoGlobalNetworkPolicies",
  "antreaNetworkPolicies",
  "antreaClusterNetworkPolicies",
] as const;
export type PolicyApi = (typeof POLICY_APIS)[number];

export type OtherPolicies = Pick<
  Facts,
  PolicyApi | "calicoTiers" | "calicoNetworkSets" | "calicoGlobalNetworkSets"
>;

/** How the cluster's engine behaves where the API reference leaves it open or an engine differs. */
export interface EngineBehaviour {
  /** A pod that nothing selects: allowed (the API reference), denied (strict mode, Cilium `always`), unknown. */
  readonly unselectedPods: "allowed" | "denied" | null;
  /** Denied pods are opened in a direction that no policy of theirs names (VPC CNI strict mode). */
  readonly selectionOpensOtherDirection: boolean;
  /** Whether ipBlocks also match pod addresses (VPC CNI, Calico). Null: not known, counts as no. */
  readonly ipBlocksMatchPods: boolean | null;
  /** Whether policies apply to pods without an owner. The VPC CNI's do not. Null: not known, counts as yes. */
  readonly appliesToBarePods: boolean | null;
  /** Whether every node of AWS's engines applies rules with domain names, as those of EKS Auto Mode do. */
  readonly appliesDomainNames: boolean;
  /** Null: not known whether it does, so a policy of that API that may select a pod makes it unknown. */
  readonly implements: Readonly<Record<PolicyApi, boolean | null>>;
}

export interface IsolationInput {
  readonly namespaces: readonly Namespace[];
  readonly pods: readonly Pod[];
  /** networkpolicies.networking.k8s.io, exactly as the server sent them. */
  readonly policies: readonly RawObject[];
  /** Null: not read. Pods of a CronJob are then grouped by their Job. */
  readonly jobs: readonly Job[] | null;
  readonly other: OtherPolicies;
  readonly engine: EngineBehaviour;
  /** Null: not in the input (offline). The posture is then what the policies say. */
  readonly enforcement: Enforcement | null;
  /** Pods that their node's engine does not police, or perhaps not. */
  readonly podExceptions: readonly PodException[];
  /** NetworkPolicies that AWS's agents do not apply, or perhaps not as they stand. */
  readonly unprocessedPolicies: readonly UnprocessedPolicy[];
  /** By node name: the pods of nodes without a ready agent. Null: not read. */
  readonly podsOnUncoveredNodes: Readonly<Record<string, readonly Pod[]>> | null;
  /** The cluster's address family, for pods whose addresses were not read. Null: IPv4. */
  readonly ipFamily: "ipv4" | "ipv6" | null;
}
