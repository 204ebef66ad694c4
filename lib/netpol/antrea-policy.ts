// Antrea's own policies (crd.antrea.io), of which nothing is modelled: one that may be about a pod makes what is
// said of that pod unknown.

import type { RawObject } from "../model/kubernetes.ts";
import { EVERY, unknownSelector } from "./label-selector.ts";
import { otherPolicyName } from "./other-policy-name.ts";
import { toPolicyDirection } from "./policy-direction.ts";
import type { Policy } from "./policy.ts";

/**
 * "K8s NetworkPolicies will be enforced once all tiers have been enforced", the baseline tier after them (Antrea,
 * docs/antrea-network-policy.md): what such a rule allows no default deny denies any more, and the other way round.
 */
const NOT_MODELLED = "policies of Antrea's own API are not modelled";

export function parseAntreaPolicy(
  raw: RawObject,
  api: "antreaNetworkPolicies" | "antreaClusterNetworkPolicies",
): Policy {
  const rules = [{ action: "pass" as const, path: "spec", peers: [], ports: null, unknown: NOT_MODELLED }];
  const anything = toPolicyDirection(otherPolicyName(raw), rules, { unknown: NOT_MODELLED, isolates: true });
  const isClusterWide = api === "antreaClusterNetworkPolicies";
  return {
    api,
    name: otherPolicyName(raw),
    isClusterWide,
    tier: 0,
    order: 0,
    sameOrder: "undefined",
    subject: { namespaces: isClusterWide ? EVERY : null, pods: unknownSelector(NOT_MODELLED) },
    ingress: anything,
    egress: anything,
    doubt: null,
    problems: [NOT_MODELLED],
  };
}
