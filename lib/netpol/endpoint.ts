// The two ends of a connection that someone asks about, and whether one of them is a policy's peer.

import { containsAddress, parseAddress, type Family } from "./address-range.ts";
import { selectorMatches } from "./label-selector.ts";
import type { Peer } from "./policy.ts";
import { any, every, type Answer } from "./three-valued.ts";
import type { WorkloadGroup } from "./workload-groups.ts";
import type { WorkloadName } from "./workload-of-pod.ts";

export type Endpoint =
  | { readonly kind: "workload"; readonly namespace: string; readonly workload: WorkloadName }
  | { readonly kind: "address"; readonly address: string }
  /** An address in no ipBlock narrower than /0. */
  | { readonly kind: "external" };

export type Party =
  | { readonly kind: "pods"; readonly group: WorkloadGroup }
  | { readonly kind: "address"; readonly family: Family; readonly address: bigint }
  | { readonly kind: "external" };

export function endpointInWords(endpoint: Endpoint): string {
  if (endpoint.kind === "external") return "external";
  if (endpoint.kind === "address") return endpoint.address;
  return `${endpoint.namespace}/${endpoint.workload.kind}/${endpoint.workload.name}`;
}

/** `ownNamespace`: of the pod that the policy selects, and so of the policy. */
export function isPeer(peer: Peer, party: Party, ownNamespace: string, ipBlocksMatchPods: boolean): Answer {
  if (peer.kind === "everyone") return true;
  // No pod is there; whether this address is, is not known.
  if (peer.kind === "elsewhere") return party.kind === "pods" ? false : null;
  if (party.kind === "pods") return isPeerPod(peer, party.group, ownNamespace, ipBlocksMatchPods);
  if (peer.kind === "pods") return false;
  if (party.kind === "external") return peer.prefixLength === 0;
  return peer.family === party.family && containsAddress(peer.ranges, party.address);
}

function isPeerPod(
  peer: Exclude<Peer, { kind: "everyone" | "elsewhere" }>,
  { pod, namespace }: WorkloadGroup,
  ownNamespace: string,
  ipBlocksMatchPods: boolean,
): Answer {
  if (peer.kind === "pods")
    return every([
      peer.namespaces === null
        ? namespace.name === ownNamespace
        : selectorMatches(peer.namespaces, namespace.labels),
      selectorMatches(peer.pods, pod.labels),
    ]);
  // "These should be cluster-external IPs, since Pod IPs are ephemeral and unpredictable" (Concepts, Network
  // Policies); some engines match the addresses of pods all the same.
  if (!(peer.matchesPods ?? ipBlocksMatchPods)) return false;
  const addresses = pod.detail?.podIPs ?? [];
  return addresses.length === 0 ? null : any(addresses.map((text) => isInBlock(text, peer)));
}

function isInBlock(text: string, peer: Extract<Peer, { kind: "addresses" }>): Answer {
  const parsed = parseAddress(text);
  if (parsed === null) return null;
  return parsed.family === peer.family && containsAddress(peer.ranges, parsed.address);
}
