// ApplicationNetworkPolicy of networking.k8s.aws/v1alpha1: a NetworkPolicy whose egress may name domains.
// Source: the CRD of amazon-network-policy-controller-k8s 1.1.7.

import type { RawObject } from "../model/kubernetes.ts";
import { otherPolicyName } from "./other-policy-name.ts";
import { parsePeer } from "./parse-peer.ts";
import { parseNamespacedPolicy } from "./parse-policy.ts";
import type { Direction, Peer, Policy } from "./policy.ts";
import { isRecord, member } from "./raw-record.ts";

export function parseAwsApplicationNetworkPolicy(raw: RawObject): Policy {
  return parseNamespacedPolicy(raw, {
    api: "awsApplicationNetworkPolicies",
    name: otherPolicyName(raw),
    parsePeer: parseApplicationPeer,
  });
}

/** Where some nodes do not apply rules with domain names, and nobody says what they make of such a policy. */
export function doubtDomainNames(policy: Policy): Policy {
  const namesDomains = policy.egress?.rules.some(({ peers }) =>
    peers.some((peer) => peer.kind === "elsewhere"),
  );
  return namesDomains === true ? { ...policy, doubt: policy.doubt ?? ONLY_AUTO_MODE } : policy;
}

// EKS user guide, Use Network Policies with EKS Auto Mode. What agents of other nodes do is written nowhere.
const ONLY_AUTO_MODE = "it names domains, which only nodes of EKS Auto Mode apply";

function parseApplicationPeer(raw: unknown, path: string, direction: Direction): Peer | string {
  if (direction === "ingress" || !isRecord(raw)) return parsePeer(raw, path);
  const domains = member(raw, "domainNames");
  if (domains === undefined) return parsePeer(raw, path);
  // "ipBlock and domainNames are mutually exclusive", and so are the selectors.
  if (Object.keys(raw).length !== 1)
    return `${path} has domainNames beside another peer, which the API forbids`;
  if (!Array.isArray(domains) || domains.length === 0) return `${path}.domainNames is not a list of names`;
  return { kind: "elsewhere", path, text: "domain names" };
}
