// What the policies add up to for one pod and direction. "Unknown peers can only add": an openness that the
// readable part proves stays true; without that proof, what is not fully read is null, with the reason.

import type { Pod } from "../model/kubernetes.ts";
import type { Family } from "./address-range.ts";
import { isTooLarge, stepsOf, toCoarse } from "./coarse-flow.ts";
import { measureOpenness, type Openness } from "./openness.ts";
import { passesInTwoWays } from "./pass-pods.ts";
import { podFlows, type FlowSurroundings, type PodFlows } from "./pod-flow.ts";
import { noPorts, portsOf } from "./resolve-port.ts";
import type { Direction } from "./policy.ts";
import type { SelectingPolicy } from "./selecting-policies.ts";
import type { Flow, FlowContext } from "./traffic-flow.ts";
import type { WorkBudget } from "./work-budget.ts";

const NO_REASONS: readonly string[] = [];
const IPV4: readonly Family[] = ["ipv4"];
const IPV6: readonly Family[] = ["ipv6"];

export interface PodDirection {
  readonly isolated: boolean | null;
  readonly openToCluster: boolean | null;
  readonly openToExternal: boolean | null;
  readonly externalShare: number | null;
  /** Those that certainly select the pod, in code-unit order. */
  readonly policies: readonly string[];
  /** Clauses; empty where nothing is null. */
  readonly because: readonly string[];
  /** The least that is allowed, for asking what ends an openness. */
  readonly least: Flow;
  readonly leastOpenness: Openness;
  readonly context: FlowContext;
}

export interface PodVerdict {
  readonly ingress: PodDirection;
  readonly egress: PodDirection;
  /** Whether any policy certainly selects the pod. */
  readonly isSelected: boolean;
  /** Policies that certainly or perhaps select it. */
  readonly selecting: readonly SelectingPolicy[];
}

export function judgePodDirection(
  selecting: readonly SelectingPolicy[],
  direction: Direction,
  pod: Pod,
  surroundings: FlowSurroundings,
  { budget, ...context }: FlowContext & { readonly budget: WorkBudget },
): PodDirection {
  if (!budget.spend(lengthOf(selecting, direction))) return undecided(context);
  const resolve = direction === "ingress" ? portsOf(pod) : noPorts;
  const flows = podFlows(selecting, direction, resolve, surroundings);
  const { least, most, doubts, bounded } = toMeasurable(flows, context);
  if (!budget.spend(stepsOf(least) + (most === least ? 0 : stepsOf(most)))) return undecided(context);
  const leastOpenness = measureOpenness(least, context);
  const isCertain = most === least && bounded;
  const answers = isCertain
    ? leastOpenness
    : agreement(leastOpenness, measureOpenness(most, context), bounded);
  return {
    isolated: answers.isolated,
    openToCluster: answers.openToCluster,
    openToExternal: answers.openToExternal,
    externalShare: answers.externalShare,
    policies: certainPolicies(selecting, direction),
    because: !isCertain && Object.values(answers).includes(null) ? doubts : NO_REASONS,
    least,
    leastOpenness,
    context,
  };
}

const TOO_MANY = "its namespace has more ordered rules, policies and kinds of pods than can be judged";

/** Neither a policy nor an openness is named, so that nothing is built on it. */
export function undecided(context: FlowContext): PodDirection {
  return {
    isolated: null,
    openToCluster: null,
    openToExternal: null,
    externalShare: null,
    policies: [],
    because: [TOO_MANY],
    least: { tiers: [], fallthrough: "deny" },
    leastOpenness: { isolated: true, openToCluster: false, openToExternal: false, externalShare: 0 },
    context,
  };
}

/** Rules and peers that are put into their order, and named ports that are looked up. */
function lengthOf(selecting: readonly SelectingPolicy[], direction: Direction): number {
  let length = selecting.length;
  for (const { policy } of selecting)
    for (const { peers, ports } of policy[direction]?.rules ?? [])
      length += 1 + peers.length + (ports?.names.length ?? 0);
  return length;
}

function toMeasurable(flows: PodFlows, context: FlowContext): PodFlows {
  const measurable = isTooLarge(flows.least) ? toCoarse(flows) : flows;
  if (!passesInTwoWays(measurable.least, context)) return measurable;
  const doubt =
    "its policies pass pods on in more than one way, and which pods several of them mean is not known";
  return { ...measurable, doubts: [doubt, ...measurable.doubts], bounded: false };
}

/** What both bounds say; null where they differ, or are no bounds. */
function agreement(least: Openness, most: Openness, bounded: boolean): Pick<PodDirection, keyof Openness> {
  const agreed = <T>(a: T, b: T): T | null => (bounded && a === b ? a : null);
  return {
    isolated: agreed(least.isolated, most.isolated),
    openToCluster: agreed(least.openToCluster, most.openToCluster),
    openToExternal: agreed(least.openToExternal, most.openToExternal),
    externalShare: agreed(least.externalShare, most.externalShare),
  };
}

/** A selection is in the order of the policies' names. */
function certainPolicies(selecting: readonly SelectingPolicy[], direction: Direction): readonly string[] {
  const names = new Set<string>();
  for (const { policy, doubt } of selecting) {
    const part = policy[direction];
    if (part !== null && doubt === null && part.unknown === null) names.add(policy.name);
  }
  return [...names];
}

/** The families of the addresses that were read; else the cluster's; else IPv4. */
export function familiesOf(pod: Pod, ipFamily: Family | null): readonly Family[] {
  const addresses = pod.detail?.podIPs ?? [];
  if (addresses.length === 0) return ipFamily === "ipv6" ? IPV6 : IPV4;
  const families = addresses.map((address): Family => (address.includes(":") ? "ipv6" : "ipv4"));
  return [...new Set(families)].toSorted();
}
