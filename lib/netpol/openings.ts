// Policies that alone open something, for whoever has to mend a namespace: which one, how far, for whom.

import { DIRECTIONS, type Direction, type PolicyOpening } from "../model/isolation-detail.ts";
import { measureOpenness } from "./openness.ts";
import type { PodDirection } from "./pod-verdict.ts";
import { flowsOfPolicies, openingPolicies } from "./traffic-flow.ts";
import type { WorkloadPods } from "./workload-report.ts";

type Opening = Omit<PolicyOpening, "workloads" | "direction">;
type Draft = Opening & { readonly direction: Direction; readonly workloads: Set<string> };

const NONE: readonly Opening[] = [];

/** In code-unit order of the policies' names, ingress first. */
export function openingsOf(workloads: readonly WorkloadPods[]): readonly PolicyOpening[] {
  const known = new Map<PodDirection, readonly Opening[]>();
  const drafts = new Map<string, Draft>();
  for (const { kind, name, counts } of workloads)
    for (const verdict of counts.keys())
      for (const direction of DIRECTIONS) {
        const openings = known.get(verdict[direction]) ?? openingsIn(verdict[direction]);
        known.set(verdict[direction], openings);
        for (const opening of openings) add(drafts, opening, direction, `${kind}/${name}`);
      }
  return [...drafts.values()].toSorted(byPolicy).map(toOpening);
}

function toOpening(draft: Draft): PolicyOpening {
  const { policy, direction, openToCluster, openToExternal, externalShare } = draft;
  const workloads = [...draft.workloads].toSorted();
  return { policy, direction, openToCluster, openToExternal, externalShare, workloads };
}

function openingsIn({ isolated, least, leastOpenness, context }: PodDirection): readonly Opening[] {
  if (isolated !== true) return NONE;
  const candidates = openingPolicies(least);
  if (candidates.length === 0) return NONE;
  const flows = candidates.length === 1 ? null : flowsOfPolicies(least);
  return candidates.flatMap((policy) => {
    const flow = flows?.get(policy);
    // The only one that opens anything opens all that is open.
    const alone = flow === undefined ? leastOpenness : measureOpenness(flow, context);
    const { openToCluster, openToExternal, externalShare } = alone;
    return openToCluster || externalShare > 0
      ? [{ policy, openToCluster, openToExternal, externalShare }]
      : [];
  });
}

/** Pods of other families or ports may be opened further by the same policy: the furthest counts. */
function add(drafts: Map<string, Draft>, opening: Opening, direction: Direction, workload: string): void {
  const key = `${opening.policy} ${direction}`;
  const known = drafts.get(key);
  const workloads = known?.workloads ?? new Set();
  workloads.add(workload);
  drafts.set(key, {
    policy: opening.policy,
    direction,
    openToCluster: opening.openToCluster || known?.openToCluster === true,
    openToExternal: opening.openToExternal || known?.openToExternal === true,
    externalShare: Math.max(opening.externalShare, known?.externalShare ?? opening.externalShare),
    workloads,
  });
}

function byPolicy(a: Draft, b: Draft): number {
  if (a.policy !== b.policy) return a.policy < b.policy ? -1 : 1;
  return DIRECTIONS.indexOf(a.direction) - DIRECTIONS.indexOf(b.direction);
}
