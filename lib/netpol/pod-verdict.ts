// What the policies add up to for one pod and direction. "Unknown peers can only add": an openness that the
// readable part proves stays true; without that proof, what is not fully read is null, with the reason.

import type { Pod } from "../model/kubernetes.ts";
import type { Family } from "./address-range.ts";
import { directedPolicies, noPorts, podFlows, portsOf, type FlowSurroundings } from "./pod-flow.ts";
import type { Direction } from "./policy.ts";
import type { SelectingPolicy } from "./selecting-policies.ts";
import { measureOpenness, type Flow, type FlowContext } from "./traffic-flow.ts";

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
  context: FlowContext,
): PodDirection {
  const flows = podFlows(
    selecting,
    direction,
    direction === "ingress" ? portsOf(pod) : noPorts,
    surroundings,
  );
  const least = measureOpenness(flows.least, context);
  const most = flows.most === flows.least ? least : measureOpenness(flows.most, context);
  const agreed = <T>(a: T, b: T): T | null => (flows.bounded && a === b ? a : null);
  const answers = {
    isolated: agreed(least.isolated, most.isolated),
    openToCluster: agreed(least.openToCluster, most.openToCluster),
    openToExternal: agreed(least.openToExternal, most.openToExternal),
    externalShare: agreed(least.externalShare, most.externalShare),
  };
  const isUnknown = Object.values(answers).includes(null);
  const policies = directedPolicies(selecting, direction)
    .filter(({ doubt }) => doubt === null)
    .map(({ policy }) => policy.name);
  return {
    ...answers,
    policies: policies.toSorted(),
    because: isUnknown ? flows.doubts : [],
    least: flows.least,
    context,
  };
}

/** The families of the addresses that were read; else the cluster's; else IPv4. */
export function familiesOf(pod: Pod, ipFamily: Family | null): readonly Family[] {
  const addresses = pod.detail?.podIPs ?? [];
  const families = [
    ...new Set(addresses.map((address): Family => (address.includes(":") ? "ipv6" : "ipv4"))),
  ];
  return families.length > 0 ? families.toSorted() : [ipFamily ?? "ipv4"];
}
