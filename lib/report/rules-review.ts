// Puts into words, and bounds, what the rules of a namespace's policies admit, or name in vain. Says what was seen and
// never that a rule is wrong.

import type { FirstItems, RulesReview } from "../model/explanation.ts";
import type { DeadPeer, Direction, NamespaceRules, OverBroadRule } from "../model/isolation-detail.ts";

/** More of one kind nobody reads. */
const MAX_ITEMS = 200;

/** `isWhole`: a cluster was looked at, and not some of its manifests. */
export function toRulesReview(rules: NamespaceRules, isWhole: boolean): RulesReview {
  const { overBroadRules, deadPeers, problems, ignoredPolicies, blind } = rules;
  const deadWords = isWhole ? IN_CLUSTER : IN_MANIFESTS;
  return {
    overBroadRules: firstOf(overBroadRules, (rule) => ({
      ...rule,
      means: OVER_BROAD_WORDS[rule.direction][rule.reason],
    })),
    deadPeers: firstOf(deadPeers, (peer) => ({ ...peer, means: deadWords[peer.selects] })),
    problems: firstOf(problems, (problem) => problem),
    ignoredPolicies: firstOf(ignoredPolicies, (problem) => problem),
    blind,
  };
}

function firstOf<T, U>(list: readonly T[], toItem: (item: T) => U): FirstItems<U> {
  return { items: list.slice(0, MAX_ITEMS).map(toItem), more: Math.max(0, list.length - MAX_ITEMS) };
}

const OVER_BROAD_WORDS: Readonly<Record<Direction, Readonly<Record<OverBroadRule["reason"], string>>>> = {
  ingress: {
    "any-peer": "It admits every pod of the cluster and every address.",
    "all-namespaces": "It admits every pod of every namespace.",
    "wide-addresses": "It admits as many addresses as a VPC's block has (a /16, in IPv6 a /56), or more.",
  },
  egress: {
    "any-peer": "It lets the selected pods connect to every pod of the cluster and to every address.",
    "all-namespaces": "It lets the selected pods connect to every pod of every namespace.",
    "wide-addresses":
      "It lets the selected pods connect to as many addresses as a VPC's block has (a /16, in IPv6 a /56), or more.",
  },
};

type DeadWords = Readonly<Record<DeadPeer["selects"], string>>;

const UNCOUNTED =
  "pods on the host's network, finished ones or ones that are being deleted: what a rule does with those is not defined, or over";

const IN_CLUSTER: DeadWords = {
  nothing: "It selects no pod of the cluster today, as far as was seen.",
  "uncounted-pods": `Today it selects only ${UNCOUNTED}.`,
};

const IN_MANIFESTS: DeadWords = {
  nothing: "It selects no pod of the input; what is not in the input was not seen.",
  "uncounted-pods": `Of the input it selects only ${UNCOUNTED}.`,
};
