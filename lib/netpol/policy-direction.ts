// Makes the part of a policy that is about one direction. Rules that mean the same for every pod are put into
// their flowing form here, once, and not again for every pod that the policy selects.

import { isEvery } from "./label-selector.ts";
import type { FlowRule, Peer, PolicyDirection, Rule } from "./policy.ts";

export function toPolicyDirection(
  policy: string,
  rules: readonly Rule[],
  { unknown, isolates }: Pick<PolicyDirection, "unknown" | "isolates">,
): PolicyDirection {
  return {
    unknown,
    isolates,
    rules,
    fixed: rules.every(isFixed) ? rules.map((rule) => toFlow(policy, rule)) : null,
  };
}

/** Fully read, and without a port that has another number on every pod. */
function isFixed({ unknown, ports }: Rule): boolean {
  return unknown === null && (ports === null || ports.names.length === 0);
}

function toFlow(policy: string, { action, peers, ports }: Rule): FlowRule {
  return toFlowRule({ action, policy, peers, ranges: ports?.ranges ?? null, oneUnknownPortOf: [] });
}

export function toFlowRule(rule: Omit<FlowRule, "isNarrow">): FlowRule {
  const { action, policy, peers, ranges, oneUnknownPortOf } = rule;
  return { action, policy, peers, ranges, oneUnknownPortOf, isNarrow: !peers.some(canBeWhole) };
}

function canBeWhole(peer: Peer): boolean {
  return peer.kind === "addresses" || isEveryPod(peer);
}

/** Only empty selectors are "every": one that happens to match all of today's pods is not. */
export function isEveryPod(peer: Peer): boolean {
  if (peer.kind === "everyone") return true;
  return peer.kind === "pods" && peer.namespaces !== null && isEvery(peer.namespaces) && isEvery(peer.pods);
}
