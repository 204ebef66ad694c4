// ClusterNetworkPolicy of policy.networking.k8s.io/v1alpha2, which replaces the two v1alpha1 kinds.
// Source of the quotes in what it shares: the API's own reference, network-policy-api 0.2.

import type { RawObject } from "../model/kubernetes.ts";
import { parseClusterPolicy, type ClusterPolicyDialect } from "./cluster-policy.ts";
import { placeByTierAndPriority } from "./cluster-policy-place.ts";
import { parseProtocol } from "./cluster-policy-ports.ts";
import type { Policy } from "./policy.ts";

const DIALECT: ClusterPolicyDialect = {
  api: "clusterNetworkPolicies",
  specFields: new Set(["tier", "priority", "subject", "ingress", "egress"]),
  place: placeByTierAndPriority,
  sameOrder: "undefined",
  actions: new Map([
    ["Accept", "allow"],
    ["Deny", "deny"],
    ["Pass", "pass"],
  ]),
  portsField: "protocols",
  parsePort: parseProtocol,
};

export function parseClusterNetworkPolicy(raw: RawObject): Policy {
  return parseClusterPolicy(raw, DIALECT);
}
