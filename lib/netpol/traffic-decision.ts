// Decides one concrete connection by a flow: the first rule of the first tier that matches it. What may or
// may not match is bounded from both sides, as everywhere.

import type { Peer, Protocol } from "./policy.ts";
import type { Flow, FlowRule } from "./traffic-flow.ts";
import type { Answer } from "./three-valued.ts";

export interface Traffic {
  readonly protocol: Protocol;
  readonly port: number;
  /** Whether the other end is the peer. Null: not known. */
  readonly isPeer: (peer: Peer) => Answer;
}

export interface Decision {
  readonly allowed: boolean;
  /** Policies whose rules allow it, in code-unit order; empty where no rule did. */
  readonly policies: readonly string[];
}

export function decideTraffic(flow: Flow, traffic: Traffic, bound: "least" | "most"): Decision {
  for (const { rules, end } of flow.tiers) {
    const matching = rules.filter((rule) => ruleMatches(rule, traffic, bound));
    const [first] = matching;
    if (first?.action === "allow") return { allowed: true, policies: allowingPolicies(matching) };
    if (first?.action === "deny") return { allowed: false, policies: [] };
    if (first === undefined && end === "deny") return { allowed: false, policies: [] };
  }
  return { allowed: flow.fallthrough === "allow", policies: [] };
}

function allowingPolicies(matching: readonly FlowRule[]): readonly string[] {
  const allowing = matching.filter(({ action }) => action === "allow").map(({ policy }) => policy);
  return [...new Set(allowing)].toSorted();
}

function ruleMatches(
  { action, peers, ranges, oneUnknownPortOf }: FlowRule,
  { protocol, port, isPeer }: Traffic,
  bound: "least" | "most",
): boolean {
  const coversPort =
    ranges === null ||
    oneUnknownPortOf.includes(protocol) ||
    ranges.some((range) => range.protocol === protocol && range.from <= port && port <= range.to);
  if (!coversPort) return false;
  const counts = (action === "deny") === (bound === "least");
  return peers.some((peer) => isPeer(peer) ?? counts);
}
