// Sums the verdicts of a workload's pods up, by the rule of CONTRACTS: isolated only if every counted pod is,
// open if any is. Pods with other labels or ports keep their own verdict until here.

import type { Direction } from "../model/isolation-detail.ts";
import type { DirectionReport, WorkloadReport } from "../model/posture.ts";
import type { PodDirection, PodVerdict } from "./pod-verdict.ts";
import { smallestRemoval } from "./smallest-removal.ts";
import { any, every } from "./three-valued.ts";
import { canOpen, measureOpenness, withoutPolicies, type FlowRule } from "./traffic-flow.ts";
import type { WorkloadName } from "./workload-of-pod.ts";

export interface WorkloadPods extends WorkloadName {
  /** Counted pods by verdict. */
  readonly counts: Map<PodVerdict, number>;
  hostNetworkPods: number;
}

const HOST_NETWORK: DirectionReport = {
  isolated: null,
  openToCluster: null,
  openToExternal: null,
  externalShare: null,
  policies: [],
  nullifiedBy: [],
  because: "its pods use the host's network, for which the effect of NetworkPolicies is undefined",
};
const MAX_REASONS = 3;

/** Workloads whose pods share one verdict share its report. */
export function createWorkloadReporter(): (workload: WorkloadPods) => WorkloadReport {
  const known = new Map<PodDirection, DirectionReport>();
  const toDirection = (verdicts: readonly PodDirection[]): DirectionReport => {
    const [only] = verdicts;
    if (only === undefined) return HOST_NETWORK;
    if (verdicts.length > 1) return toDirectionReport(verdicts);
    const report = known.get(only) ?? toDirectionReport(verdicts);
    known.set(only, report);
    return report;
  };
  return ({ kind, name, counts, hostNetworkPods }) => {
    const verdicts = [...counts.keys()];
    return {
      kind,
      name,
      pods: {
        counted: sum([...counts.values()]),
        isolatedIngress: isolatedPods(counts, "ingress"),
        isolatedEgress: isolatedPods(counts, "egress"),
      },
      hostNetwork: verdicts.length === 0 && hostNetworkPods > 0,
      ingress: toDirection(verdicts.map(({ ingress }) => ingress)),
      egress: toDirection(verdicts.map(({ egress }) => egress)),
    };
  };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function isolatedPods(counts: ReadonlyMap<PodVerdict, number>, direction: Direction): number | null {
  let isolated = 0;
  for (const [verdict, count] of counts) {
    if (verdict[direction].isolated === null) return null;
    if (verdict[direction].isolated) isolated += count;
  }
  return isolated;
}

function toDirectionReport(verdicts: readonly PodDirection[]): DirectionReport {
  const because = [...new Set(verdicts.flatMap((verdict) => verdict.because))];
  return {
    isolated: every(verdicts.map(({ isolated }) => isolated)),
    openToCluster: any(verdicts.map(({ openToCluster }) => openToCluster)),
    openToExternal: any(verdicts.map(({ openToExternal }) => openToExternal)),
    externalShare: highest(verdicts.map(({ externalShare }) => externalShare)),
    policies: [...new Set(verdicts.flatMap(({ policies }) => policies))].toSorted(),
    nullifiedBy: nullifiedBy(verdicts),
    ...(because.length > 0 ? { because: because.slice(0, MAX_REASONS).join("; ") } : {}),
  };
}

/** 1 cannot be exceeded by what is not known; any smaller share can. */
function highest(shares: readonly (number | null)[]): number | null {
  const known = shares.filter((share) => share !== null);
  const max = Math.max(0, ...known);
  return known.length === shares.length || max === 1 ? max : null;
}

/** "The smallest set of policies whose removal ends the openness": the pods stay selected, the rules go. */
function nullifiedBy(verdicts: readonly PodDirection[]): readonly string[] {
  const open = verdicts.filter(
    ({ isolated, openToCluster, openToExternal }) => isolated === true && (openToCluster || openToExternal),
  );
  if (open.length === 0) return [];
  const candidates = [...new Set(open.flatMap(openingPolicies))].toSorted();
  return smallestRemoval(candidates, (removed) =>
    open.some(({ least, context }) => {
      const { openToCluster, openToExternal } = measureOpenness(withoutPolicies(least, removed), context);
      return openToCluster || openToExternal;
    }),
  );
}

function openingPolicies({ least, context }: PodDirection): readonly string[] {
  const canGive = (rule: FlowRule): boolean => rule.action !== "deny" && canOpen(rule, context);
  return least.tiers.flatMap(({ rules }) => rules.filter(canGive).map(({ policy }) => policy));
}
