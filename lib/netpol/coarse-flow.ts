// Bounds the work on one pod: policies with very many port ranges are not compared port by port. They are
// bounded instead, without ports, from both sides; where the bounds differ the answer is unknown.

import { toFlowRule } from "./policy-direction.ts";
import type { PodFlows } from "./pod-flow.ts";
import type { FlowRule, Peer } from "./policy.ts";
import { isPlain, type Flow } from "./traffic-flow.ts";

/** Rules times port ranges that are compared. A namespace of 100 policies with 50 ranges each is far below. */
const MAX_COMPARISONS = 500_000;
/** Of address ranges with port ranges; each takes a tenth of that time. */
const MAX_ADDRESS_COMPARISONS = 10 * MAX_COMPARISONS;

export function isTooLarge(flow: Flow): boolean {
  const { rules, addresses, ports } = sizeOf(flow);
  return rules * ports > MAX_COMPARISONS || addresses * ports > MAX_ADDRESS_COMPARISONS;
}

/** What measuring the flow takes, about: rules, peers and ranges that are looked at. At least one. */
export function stepsOf(flow: Flow): number {
  const { rules, addresses, ports } = sizeOf(flow);
  const length = sum(flow.tiers, (tier) => 1 + sum(tier.rules, ({ peers }) => 1 + peers.length));
  return length + addresses + ports + rules * ports + (addresses * ports) / 10;
}

interface FlowSize {
  readonly rules: number;
  readonly addresses: number;
  readonly ports: number;
}

function sizeOf(flow: Flow): FlowSize {
  const all = flow.tiers.flatMap((tier) => tier.rules);
  // Where no rule takes anything back, what a narrow one gives is not compared.
  const rules = isPlain(flow) ? all.filter(({ isNarrow }) => !isNarrow) : all;
  return {
    rules: rules.length,
    addresses: sum(rules, ({ peers }) => sum(peers, addressesIn)),
    ports: sum(rules, ({ ranges }) => ranges?.length ?? 0),
  };
}

function addressesIn(peer: Peer): number {
  return peer.kind === "addresses" ? peer.ranges.length : 0;
}

function sum<T>(items: readonly T[], count: (item: T) => number): number {
  return items.reduce((total, item) => total + count(item), 0);
}

/** What is limited to ports is left out of the least and taken for all ports in the most. */
export function toCoarse({ least, most, doubts, bounded }: PodFlows): PodFlows {
  const passes = least.tiers.some(({ rules }) => rules.some(({ action }) => action === "pass"));
  return {
    least: withoutPorts(least, "least"),
    most: withoutPorts(most, "most"),
    doubts: ["its policies have too many port ranges to be compared one by one", ...doubts],
    // What is passed on meets other rules there: leaving it out bounds nothing.
    bounded: bounded && !passes,
  };
}

function withoutPorts({ tiers, fallthrough }: Flow, bound: "least" | "most"): Flow {
  return {
    tiers: tiers.map(({ rules, end }) => ({ rules: rules.flatMap((rule) => coarsen(rule, bound)), end })),
    fallthrough,
  };
}

function coarsen(rule: FlowRule, bound: "least" | "most"): readonly FlowRule[] {
  if (rule.ranges === null) return [rule];
  const isWidening = (rule.action === "deny") === (bound === "least");
  return isWidening ? [toFlowRule({ ...rule, ranges: null })] : [];
}
