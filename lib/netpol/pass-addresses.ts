// Lets the whole address space of one family flow through the tiers, for ports that all rules match.

import {
  intersectionOf,
  subtract,
  unionOf,
  wholeSpace,
  type AddressRange,
  type Family,
} from "./address-range.ts";
import type { FlowRule } from "./policy.ts";
import { isPlain, reachedTiers, type Flow } from "./traffic-flow.ts";

/** The addresses that get through. */
export function passAddresses(flow: Flow, family: Family): readonly AddressRange[] {
  const { tiers, fallthrough } = flow;
  if (fallthrough === "deny" && isPlain(flow)) {
    const rules = reachedTiers(flow).flatMap((tier) => tier.rules);
    return unionOf(rules.map((rule) => addressesOf(rule, family)));
  }
  let left = wholeSpace(family);
  let allowed: readonly AddressRange[] = [];
  for (const { rules, end } of tiers) {
    let passed: readonly AddressRange[] = [];
    for (const rule of rules) {
      const matched = intersectionOf(left, addressesOf(rule, family));
      if (matched.length === 0) continue;
      left = subtract(left, matched);
      if (rule.action === "allow") allowed = unionOf([allowed, matched]);
      if (rule.action === "pass") passed = unionOf([passed, matched]);
    }
    left = end === "deny" ? passed : unionOf([left, passed]);
  }
  return fallthrough === "allow" ? unionOf([allowed, left]) : allowed;
}

export function addressesOf({ peers }: FlowRule, family: Family): readonly AddressRange[] {
  if (peers.some(({ kind }) => kind === "everyone")) return wholeSpace(family);
  return unionOf(
    peers.map((peer) => (peer.kind === "addresses" && peer.family === family ? peer.ranges : [])),
  );
}
