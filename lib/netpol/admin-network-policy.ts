// AdminNetworkPolicy and BaselineAdminNetworkPolicy of policy.networking.k8s.io/v1alpha1.
// Fields of early drafts of this version are unknown fields here, and so make a verdict unknown.

import type { RawObject } from "../model/kubernetes.ts";
import { parseClusterPolicy, type ClusterPolicyDialect } from "./cluster-policy.ts";
import { placeByPriority } from "./cluster-policy-place.ts";
import { parsePortByKind } from "./cluster-policy-ports.ts";
import { ADMIN_TIER, BASELINE_TIER, type Policy } from "./policy.ts";

const ADMIN: ClusterPolicyDialect = {
  api: "adminNetworkPolicies",
  specFields: new Set(["priority", "subject", "ingress", "egress"]),
  place: (spec) => placeByPriority(spec, ADMIN_TIER),
  sameOrder: "undefined",
  actions: new Map([
    ["Allow", "allow"],
    ["Deny", "deny"],
    ["Pass", "pass"],
  ]),
  portsField: "ports",
  parsePort: parsePortByKind,
};

const BASELINE: ClusterPolicyDialect = {
  ...ADMIN,
  api: "baselineAdminNetworkPolicies",
  specFields: new Set(["subject", "ingress", "egress"]),
  // It is a singleton named `default`, without a priority.
  place: () => ({ tier: BASELINE_TIER, order: 0 }),
  actions: new Map([
    ["Allow", "allow"],
    ["Deny", "deny"],
  ]),
};

export function parseAdminNetworkPolicy(raw: RawObject): Policy {
  return parseClusterPolicy(raw, ADMIN);
}

export function parseBaselineAdminNetworkPolicy(raw: RawObject): Policy {
  return parseClusterPolicy(raw, BASELINE);
}
