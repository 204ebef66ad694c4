// Lets the whole address space of one family flow through the tiers, for ports that all rules match.

import { createClaims, type Span } from "./address-cells.ts";
import { unionOf, wholeSpace, type AddressRange, type Family } from "./address-range.ts";
import type { FlowAddresses } from "./flow-addresses.ts";
import type { FlowRule } from "./policy.ts";
import type { Flow } from "./traffic-flow.ts";

/** A mark for each cell of addresses that get through. */
export function passAddresses(
  { tiers, fallthrough }: Flow,
  { count, spansOfRule }: FlowAddresses,
): Uint8Array<ArrayBuffer> {
  const { claim, release, isEveryCellClaimed } = createClaims(count);
  const everything: readonly Span[] = [[0, count]];
  const allowed = new Uint8Array(count);
  for (const { rules, end } of tiers) {
    const passed: (readonly number[])[] = [];
    for (const rule of rules) {
      // The first rule that matches decides.
      const matched = claim(spansOfRule(rule));
      if (rule.action === "allow") for (const cell of matched) allowed[cell] = 1;
      if (rule.action === "pass") passed.push(matched);
    }
    if (end === "deny") claim(everything);
    release(passed.flat());
    if (isEveryCellClaimed()) return allowed;
  }
  if (fallthrough === "allow") for (const cell of claim(everything)) allowed[cell] = 1;
  return allowed;
}

export function addressesOf({ peers }: FlowRule, family: Family): readonly AddressRange[] {
  if (peers.some(({ kind }) => kind === "everyone")) return wholeSpace(family);
  return unionOf(
    peers.map((peer) => (peer.kind === "addresses" && peer.family === family ? peer.ranges : [])),
  );
}
