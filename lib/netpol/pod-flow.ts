// Puts the policies that select a pod into their tiers, for one direction. What is in doubt makes two flows:
// the least and the most that can be allowed. Where both agree, the doubt does not matter.

import type { Pod } from "../model/kubernetes.ts";
import { FIRST_PORT, LAST_PORT } from "./policy.ts";
import type {
  Direction,
  NamedPort,
  Peer,
  Policy,
  PolicyDirection,
  PortRange,
  Protocol,
  Rule,
} from "./policy.ts";
import type { SelectingPolicy } from "./selecting-policies.ts";
import type { Flow, FlowRule, FlowTier } from "./traffic-flow.ts";

export interface PodFlows {
  readonly least: Flow;
  /** The same object as `least` where nothing is in doubt. */
  readonly most: Flow;
  /** Why they differ, one clause each. */
  readonly doubts: readonly string[];
  /** False: not even the two flows bound the truth. */
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
  readonly rules: readonly Rule[];
  readonly isolates: boolean;
  readonly doubt: string | null;
}

type Bound = "least" | "most";

const EVERYONE: readonly Peer[] = [{ kind: "everyone", path: "" }];
const UNSEEN = "policies that were not seen";

export function podFlows(
  selecting: readonly SelectingPolicy[],
  direction: Direction,
  resolve: ResolvePort,
  surroundings: FlowSurroundings,
): PodFlows {
  const policies = directedPolicies(selecting, direction);
  const doubts = doubtsOf(policies, resolve, surroundings);
  const least = buildFlow(policies, resolve, surroundings, "least");
  if (doubts.length === 0) return { least, most: least, doubts, bounded: true };
  const most = buildFlow(policies, resolve, surroundings, "most");
  return { least, most, doubts, bounded: !policies.some(mayPassUnseen) };
}

export function directedPolicies(
  selecting: readonly SelectingPolicy[],
  direction: Direction,
): readonly Directed[] {
  const directed: Directed[] = [];
  for (const { policy, doubt } of selecting) {
    const part: PolicyDirection | null = policy[direction];
    if (part === null) continue;
    directed.push({ policy, rules: part.rules, isolates: part.isolates, doubt: doubt ?? part.unknown });
  }
  return directed;
}

/** What is passed on meets other policies there: neither allowing nor denying it bounds that. */
function mayPassUnseen({ rules, doubt }: Directed): boolean {
  return rules.some(({ action, unknown }) => action === "pass" && (doubt !== null || unknown !== null));
}

/** The numbers of a named port. Null: the pod's container ports were not read. */
export type ResolvePort = (port: NamedPort) => readonly PortRange[] | null;

/** "This can either be a numerical or named port on a pod": the pod that receives the connection. */
export function portsOf({ detail }: Pod): ResolvePort {
  if (detail === null) return () => null;
  const ports = detail.containers.flatMap((container) => container.ports);
  return ({ protocol, name }) =>
    ports
      .filter((port) => port.name === name && port.protocol === protocol)
      .map(({ containerPort }) => ({ protocol, from: containerPort, to: containerPort }));
}

/** For egress a name is a port of each destination pod: not of an address, and never all ports of all pods. */
export const noPorts: ResolvePort = () => [];

function doubtsOf(
  policies: readonly Directed[],
  resolve: ResolvePort,
  { fallthrough, blind }: FlowSurroundings,
): readonly string[] {
  const doubts = blind === null ? [] : [blind];
  for (const { policy, rules, doubt } of policies) {
    const ruleDoubts = rules.map((rule) => rule.unknown ?? unresolvedName(rule, resolve));
    for (const clause of new Set([doubt, ...ruleDoubts]))
      if (clause !== null) doubts.push(`${policyInWords(policy)}: ${clause}`);
  }
  if (fallthrough === null && !policies.some(({ isolates, doubt }) => isolates && doubt === null))
    doubts.push("what the engine does with a pod that no policy selects is not known");
  return doubts;
}

function policyInWords({ api, name }: Policy): string {
  return api === "networkPolicies" ? `NetworkPolicy ${name}` : name;
}

function unresolvedName(rule: Rule, resolve: ResolvePort): string | null {
  const name = rule.ports?.names.find((port) => resolve(port) === null);
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
  const numbers = [...new Set(policies.map(({ policy }) => policy.tier))].toSorted((a, b) => a - b);
  const tiers = numbers.map((tier) =>
    toTier(
      policies.filter(({ policy }) => policy.tier === tier),
      resolve,
      bound,
    ),
  );
  return {
    tiers: blind === null ? tiers : [unseenTier(bound), ...tiers],
    fallthrough: fallthrough ?? (bound === "least" ? "deny" : "allow"),
  };
}

function unseenTier(bound: Bound): FlowTier {
  const action = bound === "least" ? "deny" : "allow";
  return {
    rules: [{ action, policy: UNSEEN, peers: EVERYONE, ranges: null, oneUnknownPortOf: [] }],
    end: "continue",
  };
}

function toTier(policies: readonly Directed[], resolve: ResolvePort, bound: Bound): FlowTier {
  const ordered = policies.toSorted((a, b) => a.policy.order - b.policy.order);
  // "A pod is isolated for ingress if there is any NetworkPolicy that both selects the pod and has "Ingress" in
  // its policyTypes" (Concepts, Network Policies; the same for egress).
  const ends = ordered.some(({ isolates, doubt }) => isolates && (doubt === null || bound === "least"));
  const rules = ordered.flatMap((directed) =>
    directed.rules.flatMap((rule) => toFlowRule(directed, rule, resolve, bound)),
  );
  return { rules, end: ends ? "deny" : "continue" };
}

/** No rule at all where the bound leaves the rule out. */
function toFlowRule(
  { policy, doubt }: Directed,
  rule: Rule,
  resolve: ResolvePort,
  bound: Bound,
): readonly FlowRule[] {
  // A doubtful rule that allows counts among the most; a doubtful one that denies among the least.
  const isWidening = (rule.action === "deny") === (bound === "least");
  if (doubt !== null && !isWidening) return [];
  const known = { action: rule.action, policy: policy.name, oneUnknownPortOf: [] };
  if (rule.unknown !== null && isWidening) return [{ ...known, peers: EVERYONE, ranges: null }];
  if (rule.ports === null) return [{ ...known, peers: rule.peers, ranges: null }];
  const named = rule.ports.names.map((port) => ({ port, ranges: resolve(port) }));
  const unresolved = named.filter(({ ranges }) => ranges === null).map(({ port }) => port.protocol);
  const ranges = [...rule.ports.ranges, ...named.flatMap((name) => name.ranges ?? [])];
  if (unresolved.length === 0 || !isWidening) return [{ ...known, peers: rule.peers, ranges }];
  if (rule.action === "allow") return [{ ...known, peers: rule.peers, ranges, oneUnknownPortOf: unresolved }];
  return [{ ...known, peers: rule.peers, ranges: [...ranges, ...unresolved.map(allPortsOf)] }];
}

function allPortsOf(protocol: Protocol): PortRange {
  return { protocol, from: FIRST_PORT, to: LAST_PORT };
}
