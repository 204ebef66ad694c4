// Rules that admit far more than one workload needs: anyone, every namespace, or a VPC's worth of addresses.

import { DIRECTIONS, type Direction, type OverBroadRule } from "../model/isolation-detail.ts";
import type { Family } from "./address-range.ts";
import { peerInWords, portsInWords } from "./peer-in-words.ts";
import type { Peer, Policy, Rule } from "./policy.ts";
import { isEveryPod } from "./policy-direction.ts";

/** The largest IPv4 block that a VPC can have is a /16; its IPv6 block is a /56 by default. */
const WIDE_SIZE: Readonly<Record<Family, bigint>> = { ipv4: 2n ** 16n, ipv6: 2n ** 72n };

export function overBroadRulesOf(policy: Policy): readonly OverBroadRule[] {
  const found: OverBroadRule[] = [];
  for (const direction of DIRECTIONS) {
    const part = policy[direction];
    if (part === null || part.fixed?.every(({ isNarrow }) => isNarrow) === true) continue;
    for (const rule of part.rules)
      for (const peer of rule.action === "allow" ? rule.peers : []) {
        const broad = toOverBroad(policy, direction, rule, peer);
        if (broad !== null) found.push(broad);
      }
  }
  return found;
}

function toOverBroad(policy: Policy, direction: Direction, rule: Rule, peer: Peer): OverBroadRule | null {
  const reason = reasonFor(peer);
  if (reason === null) return null;
  const detail = `${peerInWords(peer)} ${portsInWords(rule.ports)}`;
  return { policy: policy.name, direction, path: peer.path, reason, detail };
}

function reasonFor(peer: Peer): OverBroadRule["reason"] | null {
  if (peer.kind === "everyone") return "any-peer";
  if (peer.kind === "addresses") return isWide(peer) ? "wide-addresses" : null;
  return isEveryPod(peer) ? "all-namespaces" : null;
}

function isWide({ family, ranges }: Extract<Peer, { kind: "addresses" }>): boolean {
  const size = ranges.reduce((sum, { from, to }) => sum + (to - from + 1n), 0n);
  return size >= WIDE_SIZE[family];
}
