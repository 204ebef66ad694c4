// Decides one concrete connection by a flow: the first rule of the first tier that matches it. What may or
// may not match is bounded from both sides, as everywhere.

import type { FlowRule, Peer, Protocol } from "./policy.ts";
import { any, type Answer } from "./three-valued.ts";
import type { Flow } from "./traffic-flow.ts";

export interface Traffic {
  readonly protocol: Protocol;
  readonly port: number;
  /** Whether the other end is the peer. Null: not known. */
  readonly isPeer: (peer: Peer) => Answer;
}

export interface Decision {
  /** Null: what it passes on to the next tier is not known. */
  readonly allowed: Answer;
  /** Policies whose rules allow it, in code-unit order; empty where no rule did. */
  readonly policies: readonly string[];
}

/** `least`: a doubtful match counts against the connection; `most`: for it. */
export function decideTraffic(flow: Flow, traffic: Traffic, bound: "least" | "most"): Decision {
  for (const { rules, end } of flow.tiers) {
    let passed = false;
    for (const [index, rule] of rules.entries()) {
      const matches = ruleMatches(rule, traffic, bound);
      if (matches === null) return { allowed: null, policies: [] };
      if (!matches) continue;
      if (rule.action === "deny") return { allowed: false, policies: [] };
      if (rule.action === "allow")
        return { allowed: true, policies: allowing(rules.slice(index), traffic, bound) };
      passed = true;
      break;
    }
    if (!passed && end === "deny") return { allowed: false, policies: [] };
  }
  return { allowed: flow.fallthrough === "allow", policies: [] };
}

/** Null only for a rule that may pass the connection on. */
function ruleMatches(rule: FlowRule, traffic: Traffic, bound: "least" | "most"): Answer {
  if (!coversPort(rule, traffic)) return false;
  const matches = any(rule.peers.map((peer) => traffic.isPeer(peer)));
  if (matches !== null || rule.action === "pass") return matches;
  return (rule.action === "deny") === (bound === "least");
}

export function coversPort(
  { ranges, oneUnknownPortOf }: FlowRule,
  { protocol, port }: Pick<Traffic, "protocol" | "port">,
): boolean {
  if (ranges === null || oneUnknownPortOf.includes(protocol)) return true;
  return ranges.some((range) => range.protocol === protocol && range.from <= port && port <= range.to);
}

function allowing(rules: readonly FlowRule[], traffic: Traffic, bound: "least" | "most"): readonly string[] {
  const matching = rules.filter(
    (rule) => rule.action === "allow" && ruleMatches(rule, traffic, bound) === true,
  );
  return [...new Set(matching.map(({ policy }) => policy))].toSorted();
}
