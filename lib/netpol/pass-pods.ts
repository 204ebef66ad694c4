// Lets the traffic of every pod flow through the tiers, for ports that all rules match. Which pods a selector
// means is not asked: it is all of them, or some.

import { selectorKey } from "./label-selector.ts";
import { isEveryPod } from "./policy-direction.ts";
import type { FlowRule, Peer } from "./policy.ts";
import type { Flow, FlowContext } from "./traffic-flow.ts";

export interface PodsOutcome {
  /** Some pods' traffic was decided by no tier. */
  readonly left: boolean;
  /** A rule denies some pods. */
  readonly denied: boolean;
  /** The end of a tier denied some pods. */
  readonly closed: boolean;
}

export function passPods({ tiers }: Flow, context: FlowContext): PodsOutcome {
  const outcome = { left: true, denied: false, closed: false };
  const allowed = new Set<string>();
  for (const { rules, end } of tiers) {
    const passed = passTier(rules, outcome, allowed, context);
    if (end === "deny" && outcome.left) outcome.closed = true;
    outcome.left = end === "deny" ? passed : outcome.left || passed;
  }
  return outcome;
}

/** Returns whether the tier hands some pods' traffic on to the next one. */
function passTier(
  rules: readonly FlowRule[],
  outcome: { left: boolean; denied: boolean },
  allowed: Set<string>,
  context: FlowContext,
): boolean {
  let passed = false;
  const handedOn = new Set<string>();
  for (const { action, peers } of rules) {
    for (const peer of peers) {
      if (!outcome.left || !canMatchPods(peer, context)) continue;
      const key = peerKey(peer);
      // Of two rules about the very same pods the first decides.
      if (allowed.has(key) || handedOn.has(key)) continue;
      if (action === "deny") outcome.denied = true;
      else if (action === "pass") passed = true;
      (action === "allow" ? allowed : handedOn).add(key);
      if (isEveryPod(peer)) outcome.left = false;
    }
  }
  return passed;
}

function canMatchPods(peer: Peer, { ipBlocksMatchPods, families }: FlowContext): boolean {
  return peer.kind !== "addresses" || (ipBlocksMatchPods && families.includes(peer.family));
}

function peerKey(peer: Peer): string {
  if (peer.kind === "everyone") return "everyone";
  if (peer.kind === "addresses") return peer.text;
  return `${peer.namespaces === null ? "own" : selectorKey(peer.namespaces)} ${selectorKey(peer.pods)}`;
}
