// Ways past the VPC CNI's network policy agent that a later version closed. Data with sources; add a row when
// a release note names one. Versions are the agent's own, not the add-on's.

import type { KnownBypass } from "../model/enforcement-detail.ts";
import { isBefore, parseVersion } from "./container-image.ts";
import type { Version } from "./container-image.ts";

const AGENT = "https://github.com/aws/aws-network-policy-agent";

export const KNOWN_BYPASSES: readonly KnownBypass[] = [
  {
    id: "conntrack-reverse-flow",
    summary: "replies in the connection table let a denied flow in the reverse direction through",
    fixedIn: "1.3.7",
    source: `${AGENT}/commit/8147f19`,
  },
  {
    id: "map-write-errors",
    summary: "errors while writing rules were dropped, so a policy could be applied in part",
    fixedIn: "1.3.7",
    source: `${AGENT}/commit/8f36492`,
  },
  {
    id: "cross-namespace-map-collision",
    summary: "pods of two namespaces whose names join to the same text shared their rules",
    fixedIn: "1.4.0",
    source: `${AGENT}/commit/d145d20`,
  },
  {
    id: "program-without-maps",
    summary: "a program could be loaded without its maps and then enforced nothing",
    fixedIn: "1.4.1",
    source: `${AGENT}/commit/6cb0ee3`,
  },
];

/** The CNI moved its socket in 1.23: an older agent beside it learns of no pod. */
const SOCKET_MISMATCH: KnownBypass = {
  id: "cni-1.23-with-older-agent",
  summary: "VPC CNI 1.23 and later speak to the agent over a socket that it has only since 1.4.1",
  fixedIn: "1.4.1",
  source: "https://github.com/aws/amazon-vpc-cni-k8s/releases/tag/v1.23.0",
};

export function findBypasses(agent: Version, cni: Version | null): readonly KnownBypass[] {
  const own = KNOWN_BYPASSES.filter(({ fixedIn }) => isOlder(agent, fixedIn));
  const isMismatched = cni !== null && !isOlder(cni, "1.23.0") && isOlder(agent, SOCKET_MISMATCH.fixedIn);
  return isMismatched ? [...own, SOCKET_MISMATCH] : own;
}

function isOlder(version: Version, than: string): boolean {
  const other = parseVersion(than);
  return other !== null && isBefore(version, other);
}
