// Sums the verdicts of a workload's pods up, by the rule of CONTRACTS: isolated only if every counted pod is,
// open if any is. Pods with other labels or ports keep their own verdict until here.

import type { Direction } from "../model/isolation-detail.ts";
import type { DirectionReport, WorkloadReport } from "../model/posture.ts";
import { stepsOf } from "./coarse-flow.ts";
import { measureOpenness } from "./openness.ts";
import type { PodDirection, PodVerdict } from "./pod-verdict.ts";
import { smallestRemoval } from "./smallest-removal.ts";
import { any, every } from "./three-valued.ts";
import {
  flowsOfPolicies,
  isPlain,
  openingPolicies,
  withoutPolicies,
  type Flow,
  type FlowContext,
} from "./traffic-flow.ts";
import type { WorkBudget } from "./work-budget.ts";
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
export function createWorkloadReporter(budget: WorkBudget): (workload: WorkloadPods) => WorkloadReport {
  const known = new Map<PodDirection, DirectionReport>();
  const ofOne = (verdict: PodDirection): DirectionReport => {
    const report = known.get(verdict) ?? toDirectionReport([verdict], budget);
    known.set(verdict, report);
    return report;
  };
  return ({ kind, name, counts, hostNetworkPods }) => {
    const verdicts = [...counts.keys()];
    const [only] = verdicts;
    const of = (direction: Direction): DirectionReport => {
      if (only === undefined) return HOST_NETWORK;
      if (verdicts.length === 1) return ofOne(only[direction]);
      return toDirectionReport(
        verdicts.map((verdict) => verdict[direction]),
        budget,
      );
    };
    return {
      kind,
      name,
      pods: {
        counted: countedPods(counts),
        isolatedIngress: isolatedPods(counts, "ingress"),
        isolatedEgress: isolatedPods(counts, "egress"),
      },
      hostNetwork: only === undefined && hostNetworkPods > 0,
      ingress: of("ingress"),
      egress: of("egress"),
    };
  };
}

function countedPods(counts: ReadonlyMap<PodVerdict, number>): number {
  let counted = 0;
  for (const count of counts.values()) counted += count;
  return counted;
}

function isolatedPods(counts: ReadonlyMap<PodVerdict, number>, direction: Direction): number | null {
  let isolated = 0;
  for (const [verdict, count] of counts) {
    if (verdict[direction].isolated === null) return null;
    if (verdict[direction].isolated) isolated += count;
  }
  return isolated;
}

function toDirectionReport(verdicts: readonly PodDirection[], budget: WorkBudget): DirectionReport {
  const [only] = verdicts;
  if (only !== undefined && verdicts.length === 1) return toSingleReport(only, budget);
  const because = [...new Set(verdicts.flatMap((verdict) => verdict.because))];
  return {
    isolated: every(verdicts.map(({ isolated }) => isolated)),
    openToCluster: any(verdicts.map(({ openToCluster }) => openToCluster)),
    openToExternal: any(verdicts.map(({ openToExternal }) => openToExternal)),
    externalShare: highest(verdicts.map(({ externalShare }) => externalShare)),
    policies: [...new Set(verdicts.flatMap(({ policies }) => policies))].toSorted(),
    nullifiedBy: nullifiedBy(verdicts, budget),
    ...reasons(because),
  };
}

function toSingleReport(verdict: PodDirection, budget: WorkBudget): DirectionReport {
  const { isolated, openToCluster, openToExternal, externalShare, policies, because } = verdict;
  return {
    isolated,
    openToCluster,
    openToExternal,
    externalShare,
    policies,
    nullifiedBy: nullifiedBy([verdict], budget),
    ...reasons(because),
  };
}

function reasons(because: readonly string[]): Pick<DirectionReport, "because"> {
  return because.length > 0 ? { because: because.slice(0, MAX_REASONS).join("; ") } : {};
}

/** 1 cannot be exceeded by what is not known; any smaller share can. */
function highest(shares: readonly (number | null)[]): number | null {
  const known = shares.filter((share) => share !== null);
  const max = known.reduce((most, share) => Math.max(most, share), 0);
  return known.length === shares.length || max === 1 ? max : null;
}

/** "The smallest set of policies whose removal ends the openness": the pods stay selected, the rules go. */
function nullifiedBy(verdicts: readonly PodDirection[], budget: WorkBudget): readonly string[] {
  const open = verdicts.filter(
    ({ isolated, openToCluster, openToExternal }) => isolated === true && (openToCluster || openToExternal),
  );
  if (open.length === 0) return [];
  const candidates = [...new Set(open.flatMap(({ least }) => openingPolicies(least)))].toSorted();
  const stepsPerTrial = open.reduce((sum, { least }) => sum + stepsOf(least), 0);
  return smallestRemoval(candidates, {
    isOpenWithout: (removed) => {
      budget.spend(stepsPerTrial);
      return open.some(({ least, context }) => isOpen(withoutPolicies(least, removed), context));
    },
    ...(open.every(({ least }) => isPlain(least)) ? { opensAlone: createAloneTest(open) } : {}),
    maxTrials: Math.floor(Math.min(MAX_REMOVAL_STEPS, budget.left()) / stepsPerTrial),
  });
}

/** In the steps of `stepsOf`, for one report. Policies of 400 rules together are tried 5,000 times. */
export const MAX_REMOVAL_STEPS = 2_000_000;

function isOpen(flow: Flow, context: FlowContext): boolean {
  const { openToCluster, openToExternal } = measureOpenness(flow, context);
  return openToCluster || openToExternal;
}

/** Where no rule takes anything back, a policy that opens all when alone opens it in any company. */
function createAloneTest(open: readonly PodDirection[]): (policy: string) => boolean {
  const alone = open.map(({ least, context }) => ({ flows: flowsOfPolicies(least), context }));
  return (policy) =>
    alone.some(({ flows, context }) => {
      const flow = flows.get(policy);
      return flow !== undefined && isOpen(flow, context);
    });
}
