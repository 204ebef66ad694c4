// Puts the policies that select a pod into their tiers, for one direction. What is in doubt makes two flows:
// the least and the most that can be allowed. Where both agree, the doubt does not matter.

import { toFlowRule } from "./policy-direction.ts";
import type { ResolvePort } from "./resolve-port.ts";
import { BASELINE_TIER, FIRST_PORT, LAST_PORT } from "./policy.ts";
import type {
  Direction,
  FlowRule,
  Peer,
  Policy,
  PolicyDirection,
  PortRange,
  Protocol,
  Rule,
} from "./policy.ts";
import type { SelectingPolicy } from "./selecting-policies.ts";
import type { Flow, FlowTier } from "./traffic-flow.ts";

export interface PodFlows {
  readonly least: Flow;
  /** The same object as `least` where nothing is in doubt. */
  readonly most: Flow;
  /** Why they differ, one clause each. */
  readonly doubts: readonly string[];
  /** False: not even the two flows bound the truth. `doubts` says why. */
  readonly bounded: boolean;
}

export interface FlowSurroundings {
  /** What happens to traffic that no policy decides. Null: not known. */
  readonly fallthrough: "allow" | "deny" | null;
  /** Policies that were not seen may do anything: one clause. Null: all were seen. */
  readonly blind: string | null;
}

/** One policy that selects, or may select, the pod for the direction. */
interface Directed {
  readonly policy: Policy;
  readonly part: PolicyDirection;
  readonly doubt: string | null;
}

type Bound = "least" | "most";

const EVERYONE: readonly Peer[] = [{ kind: "everyone", path: "" }];
const ACTIONS: readonly Rule["action"][] = ["deny", "allow", "pass"];
const UNSEEN = "policies that were not seen";
const NO_DOUBTS: readonly string[] = [];

export function podFlows(
  selecting: readonly SelectingPolicy[],
  direction: Direction,
  resolve: ResolvePort,
  surroundings: FlowSurroundings,
): PodFlows {
  const policies = directedPolicies(selecting, direction);
  const fixed = fixedFlow(policies, surroundings);
  if (fixed !== null) return { least: fixed, most: fixed, doubts: NO_DOUBTS, bounded: true };
  const doubts = doubtsOf(policies, resolve, surroundings);
  const least = buildFlow(policies, resolve, surroundings, "least");
  if (doubts.length === 0) return { least, most: least, doubts, bounded: true };
  const most = buildFlow(policies, resolve, surroundings, "most");
  const bounded = !policies.some((policy) => mayPassUnseen(policy, resolve)) && rivalsIn(policies) === null;
  return { least, most, doubts, bounded };
}

export function directedPolicies(
  selecting: readonly SelectingPolicy[],
  direction: Direction,
): readonly Directed[] {
  const directed: Directed[] = [];
  const overtaken = isBaselineOvertaken(selecting, direction) ? OVERTAKEN : null;
  for (const { policy, doubt } of selecting) {
    const part = policy[direction];
    if (part === null) continue;
    const own = isAwsBaseline(policy) ? overtaken : null;
    directed.push({ policy, part, doubt: doubt ?? part.unknown ?? own });
  }
  return directed;
}

const OVERTAKEN =
  "the VPC CNI's agent may let everything through before it, because a policy of the namespace selects the pod for the other direction alone";

/**
 * For a direction that the namespace's policies leave alone the agent adds a "catch all entry" to their rules, which
 * are asked before the baseline tier (aws-network-policy-agent, reconcilePolicyEndpoint). Read and not tried.
 */
function isBaselineOvertaken(selecting: readonly SelectingPolicy[], direction: Direction): boolean {
  const ofNamespace = selecting.filter(({ policy }) => !policy.isClusterWide);
  const isNamed = ofNamespace.some(({ policy, doubt }) => doubt === null && policy[direction] !== null);
  return ofNamespace.length > 0 && !isNamed;
}

function isAwsBaseline({ api, tier }: Policy): boolean {
  return api === "awsClusterNetworkPolicies" && tier === BASELINE_TIER;
}

/** The flow where nothing is in doubt and nothing depends on the pod; null otherwise. */
function fixedFlow(policies: readonly Directed[], { fallthrough, blind }: FlowSurroundings): Flow | null {
  if (fallthrough === null || blind !== null || rivalsIn(policies) !== null) return null;
  if (!policies.every(({ part, doubt }) => doubt === null && part.fixed !== null)) return null;
  return { tiers: toTiers(policies, "least", ({ part }) => part.fixed ?? []), fallthrough };
}

/** What is passed on meets other policies there: neither allowing nor denying it bounds that. */
function mayPassUnseen({ part, doubt }: Directed, resolve: ResolvePort): boolean {
  const passing = part.rules.filter(({ action }) => action === "pass");
  if (doubt !== null) return passing.length > 0;
  return passing.some((rule) => rule.unknown !== null || unresolvedName(rule, resolve) !== null);
}

/** "There is no way for the user to reliably determine which one it will choose" (ClusterNetworkPolicy). */
function rivalsIn(policies: readonly Directed[]): string | null {
  if (!policies.some(({ policy }) => policy.sameOrder === "undefined")) return null;
  const acting = policies.filter(({ part }) => part.rules.length > 0);
  for (const equals of Map.groupBy(acting, ({ policy }) => `${policy.tier} ${policy.order}`).values()) {
    // If any two of them are rivals, then each one is of some other.
    const one = equals.find(({ policy }) => policy.sameOrder === "undefined");
    if (one === undefined) continue;
    const actions = actionsOf(one);
    const rival = equals.find((other) => other !== one && actions.union(actionsOf(other)).size > 1);
    if (rival !== undefined)
      return `${one.policy.name} and ${rival.policy.name} have the same priority and different actions`;
  }
  return null;
}

function actionsOf({ part }: Directed): ReadonlySet<Rule["action"]> {
  return new Set(part.rules.map(({ action }) => action));
}

function doubtsOf(
  policies: readonly Directed[],
  resolve: ResolvePort,
  { fallthrough, blind }: FlowSurroundings,
): readonly string[] {
  const doubts = [blind, rivalsIn(policies)].filter((clause) => clause !== null);
  for (const { policy, part, doubt } of policies) {
    const ruleDoubts = part.rules.map((rule) => rule.unknown ?? unresolvedName(rule, resolve));
    for (const clause of new Set([doubt, ...ruleDoubts]))
      if (clause !== null) doubts.push(`${policyInWords(policy)}: ${clause}`);
  }
  if (fallthrough === null && !policies.some(({ part, doubt }) => part.isolates && doubt === null))
    doubts.push("what the engine does with a pod that no policy selects is not known");
  return doubts;
}

function policyInWords({ api, name }: Policy): string {
  return api === "networkPolicies" ? `NetworkPolicy ${name}` : name;
}

function unresolvedName(rule: Rule, resolve: ResolvePort): string | null {
  const name = rule.ports?.names.find((port) => resolve(port, rule.action) === null);
  return name === undefined
    ? null
    : `${rule.path} names port ${name.name}, and the container ports of the pod were not read`;
}

function buildFlow(
  policies: readonly Directed[],
  resolve: ResolvePort,
  { fallthrough, blind }: FlowSurroundings,
  bound: Bound,
): Flow {
  const tiers = toTiers(policies, bound, (directed) =>
    directed.part.rules.flatMap((rule) => boundedRule(directed, rule, resolve, bound)),
  );
  return {
    tiers: blind === null ? tiers : [unseenTier(bound), ...tiers],
    fallthrough: fallthrough ?? (bound === "least" ? "deny" : "allow"),
  };
}

function unseenTier(bound: Bound): FlowTier {
  const action = bound === "least" ? "deny" : "allow";
  const rule = toFlowRule({ action, policy: UNSEEN, peers: EVERYONE, ranges: null, oneUnknownPortOf: [] });
  return { rules: [rule], end: "continue" };
}

/** In ascending order of tiers, and of the policies in each. */
function toTiers(
  policies: readonly Directed[],
  bound: Bound,
  rulesOf: (directed: Directed) => readonly FlowRule[],
): readonly FlowTier[] {
  const [first] = policies;
  if (first === undefined) return [];
  const isOneTier = policies.every(({ policy }) => policy.tier === first.policy.tier);
  if (isOneTier) return [toTier(policies, bound, rulesOf)];
  const byTier = Map.groupBy(policies, ({ policy }) => policy.tier);
  const numbers = [...byTier.keys()].toSorted((a, b) => a - b);
  return numbers.map((tier) => toTier(byTier.get(tier) ?? [], bound, rulesOf));
}

function toTier(
  policies: readonly Directed[],
  bound: Bound,
  rulesOf: (directed: Directed) => readonly FlowRule[],
): FlowTier {
  const isOrdered = policies.every(({ policy }) => policy.order === policies[0]?.policy.order);
  const ordered = isOrdered ? policies : policies.toSorted((a, b) => a.policy.order - b.policy.order);
  const rules =
    ordered[0]?.policy.sameOrder === "deny-first" ? denyFirst(ordered, rulesOf) : ordered.flatMap(rulesOf);
  return { rules, end: endOf(ordered, bound) };
}

/** Among equals of one order the action decides, whichever policy or line it stands in. */
function denyFirst(
  ordered: readonly Directed[],
  rulesOf: (directed: Directed) => readonly FlowRule[],
): readonly FlowRule[] {
  const byOrder = Map.groupBy(ordered, ({ policy }) => policy.order);
  return [...byOrder.values()].flatMap((equals) =>
    equals.flatMap(rulesOf).toSorted((a, b) => ACTIONS.indexOf(a.action) - ACTIONS.indexOf(b.action)),
  );
}

function endOf(policies: readonly Directed[], bound: Bound): FlowTier["end"] {
  // "A pod is isolated for ingress if there is any NetworkPolicy that both selects the pod and has "Ingress" in
  // its policyTypes" (Concepts, Network Policies; the same for egress).
  const ends = policies.some(({ part, doubt }) => part.isolates && (doubt === null || bound === "least"));
  return ends ? "deny" : "continue";
}

/** No rule at all where the bound leaves the rule out. */
function boundedRule(
  { policy, doubt }: Directed,
  rule: Rule,
  resolve: ResolvePort,
  bound: Bound,
): readonly FlowRule[] {
  // A doubtful rule that allows counts among the most; a doubtful one that denies among the least.
  const isWidening = (rule.action === "deny") === (bound === "least");
  if (doubt !== null && !isWidening) return [];
  const flow = { action: rule.action, policy: policy.name, peers: rule.peers, oneUnknownPortOf: [] };
  if (rule.unknown !== null && isWidening) return [toFlowRule({ ...flow, peers: EVERYONE, ranges: null })];
  if (rule.ports === null) return [toFlowRule({ ...flow, ranges: null })];
  const named = rule.ports.names.map((port) => ({ port, ranges: resolve(port, rule.action) }));
  const unresolved = named.filter(({ ranges }) => ranges === null).map(({ port }) => port.protocol);
  const ranges = [...rule.ports.ranges, ...named.flatMap((name) => name.ranges ?? [])];
  if (unresolved.length === 0 || !isWidening) return [toFlowRule({ ...flow, ranges })];
  if (rule.action === "allow") return [toFlowRule({ ...flow, ranges, oneUnknownPortOf: unresolved })];
  return [toFlowRule({ ...flow, ranges: [...ranges, ...unresolved.map(allPortsOf)] })];
}

function allPortsOf(protocol: Protocol): PortRange {
  return { protocol, from: FIRST_PORT, to: LAST_PORT };
}
