// Which cells of the address space each rule of a flow is about: found once, however many slices of ports ask.

import { cutAddresses, type AddressCells, type Span } from "./address-cells.ts";
import type { Family } from "./address-range.ts";
import type { FlowRule, Peer } from "./policy.ts";
import type { Flow, FlowContext } from "./traffic-flow.ts";

export interface FlowAddresses extends AddressCells {
  readonly family: Family;
  /** All that a rule matches. */
  readonly spansOfRule: (rule: FlowRule) => readonly Span[];
  /** As far as its address blocks match pods. */
  readonly podSpansOfRule: (rule: FlowRule) => readonly Span[];
}

type AddressPeer = Extract<Peer, { kind: "addresses" }>;

export function cutFlow({ tiers }: Flow, family: Family, context: FlowContext): FlowAddresses {
  const rules = tiers.flatMap((tier) => tier.rules);
  const blocks = new Map(rules.map((rule) => [rule, blocksOf(rule, family)]));
  const cells = cutAddresses(family, rangesOf([...blocks.values()].flat()));
  const everything: readonly Span[] = [[0, cells.count]];
  const toSpans = (peers: readonly AddressPeer[]): readonly Span[] =>
    peers.flatMap(({ ranges }) => cells.spansOf(ranges));
  const ofRule = remember((rule: FlowRule) =>
    rule.peers.some(({ kind }) => kind === "everyone") ? everything : toSpans(blocks.get(rule) ?? []),
  );
  const podsOfRule = remember((rule: FlowRule) =>
    toSpans((blocks.get(rule) ?? []).filter((peer) => peer.matchesPods ?? context.ipBlocksMatchPods)),
  );
  return { ...cells, family, spansOfRule: ofRule, podSpansOfRule: podsOfRule };
}

function blocksOf({ peers }: FlowRule, family: Family): readonly AddressPeer[] {
  return peers.filter((peer) => peer.kind === "addresses").filter((peer) => peer.family === family);
}

function* rangesOf(peers: readonly AddressPeer[]): Generator<AddressPeer["ranges"]> {
  for (const { ranges } of peers) yield ranges;
}

function remember(find: (rule: FlowRule) => readonly Span[]): (rule: FlowRule) => readonly Span[] {
  const known = new Map<FlowRule, readonly Span[]>();
  return (rule) => {
    const spans = known.get(rule) ?? find(rule);
    known.set(rule, spans);
    return spans;
  };
}
