// From the verdicts on a namespace's pods to what is said of it, all but its name.

import type { DoubtfulPolicy, NamespaceDetail, PolicyProblem } from "../model/isolation-detail.ts";
import type { NamespaceReport } from "../model/posture.ts";
import { judgeDefaultDeny } from "./default-deny.ts";
import { joinPosture, type JudgedPods } from "./join-posture.ts";
import { metadataEgressOf } from "./metadata-egress.ts";
import { openingsOf } from "./openings.ts";
import type { PodVerdict } from "./pod-verdict.ts";
import type { Policy } from "./policy.ts";
import type { WorkBudget } from "./work-budget.ts";
import { createWorkloadReporter, type WorkloadPods } from "./workload-report.ts";

/** Namespaces with the same policies and like workloads have the very same one. */
export interface Conclusion {
  readonly report: Omit<NamespaceReport, "name" | "assumesEnforcement" | "unprocessedPolicies">;
  readonly detail: Omit<NamespaceDetail, "name" | "terminating" | "ignoredPolicies">;
}

/** The counted pods of a namespace, and its workloads. */
export interface JudgedPopulation {
  /** In code-unit order of kind and name. */
  readonly workloads: readonly WorkloadPods[];
  readonly pods: readonly JudgedPods[];
  readonly selected: NamespaceDetail["selected"];
}

export function concludeNamespace(
  policies: readonly Policy[],
  { workloads, pods, selected }: JudgedPopulation,
  budget: WorkBudget,
): Conclusion {
  const verdicts = [...new Set(pods.map(({ verdict }) => verdict))];
  return {
    report: {
      posture: joinPosture(pods),
      ...namePolicies(policies, verdicts),
      defaultDeny: {
        ingress: judgeDefaultDeny(policies, "ingress", verdicts),
        egress: judgeDefaultDeny(policies, "egress", verdicts),
      },
      workloads: workloads.map(createWorkloadReporter(budget)),
    },
    detail: {
      countedPods: sumPods(workloads, () => true),
      selectedPods: sumPods(workloads, ({ isSelected }) => isSelected),
      selected,
      openings: openingsOf(workloads),
      metadataEgress: workloads.flatMap(metadataEgressOf),
      problems: policies.flatMap(problemsOf),
      doubtfulPolicies: doubtfulPoliciesOf(verdicts),
    },
  };
}

function namePolicies(
  policies: readonly Policy[],
  verdicts: readonly PodVerdict[],
): Pick<NamespaceReport, "policies" | "deadPolicies"> {
  const selecting = new Set<string>();
  for (const verdict of verdicts) for (const { policy } of verdict.selecting) selecting.add(policy.name);
  // A cluster-wide policy is named only where it selects something, and is never dead in a namespace.
  const named = policies.filter(({ isClusterWide, name }) => !isClusterWide || selecting.has(name));
  const names = [...new Set(named.map(({ name }) => name))];
  return { policies: names, deadPolicies: names.filter((name) => !selecting.has(name)) };
}

export function problemsOf({ name, problems }: Policy): readonly PolicyProblem[] {
  return problems.map((because) => ({ policy: name, because }));
}

/** Those that perhaps select a pod, and certainly select none. */
function doubtfulPoliciesOf(verdicts: readonly PodVerdict[]): readonly DoubtfulPolicy[] {
  const doubtful = new Map<string, DoubtfulPolicy>();
  const certain = new Set<string>();
  for (const { policy, doubt } of verdicts.flatMap(({ selecting }) => selecting)) {
    const { name, isClusterWide } = policy;
    if (doubt === null) certain.add(name);
    else doubtful.set(name, { policy: name, because: doubt, clusterWide: isClusterWide });
  }
  return [...doubtful.values()].filter(({ policy }) => !certain.has(policy));
}

function sumPods(workloads: readonly WorkloadPods[], counts: (verdict: PodVerdict) => boolean): number {
  let total = 0;
  for (const workload of workloads)
    for (const [verdict, pods] of workload.counts) if (counts(verdict)) total += pods;
  return total;
}
