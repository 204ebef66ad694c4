// ClusterNetworkPolicy of networking.k8s.aws/v1alpha1: how the VPC CNI's API spells cluster-wide policies.
// Sources: the CRD of amazon-network-policy-controller-k8s 1.1.7; the agent's evaluation order.

import type { RawObject } from "../model/kubernetes.ts";
import { parseClusterPolicy, type ClusterPolicyDialect } from "./cluster-policy.ts";
import { placeByTierAndPriority } from "./cluster-policy-place.ts";
import { parsePortByKind } from "./cluster-policy-ports.ts";
import type { Policy } from "./policy.ts";

const DIALECT: ClusterPolicyDialect = {
  api: "awsClusterNetworkPolicies",
  specFields: new Set(["tier", "priority", "subject", "ingress", "egress"]),
  place: placeByTierAndPriority,
  // A ClusterPolicyEndpoint carries one priority and a flat list of rules; among equal ones the agent takes
  // Deny before Accept before Pass.
  sameOrder: "deny-first",
  actions: new Map([
    ["Accept", "allow"],
    ["Deny", "deny"],
    ["Pass", "pass"],
  ]),
  portsField: "ports",
  parsePort: parsePortByKind,
};

export function parseAwsClusterNetworkPolicy(raw: RawObject): Policy {
  return parseClusterPolicy(raw, DIALECT);
}
