// One namespace: a verdict for each group of like pods, and what follows from them. Concluded once where namespaces of
// one template have like workloads.

import type { NamespaceDetail } from "../model/isolation-detail.ts";
import type { Pieces } from "../model/pieces.ts";
import type { AppliedPolicies } from "./applied-policies.ts";
import type { CompiledCluster } from "./compile-cluster.ts";
import { concludeNamespace, type Conclusion, type JudgedPopulation } from "./conclude-namespace.ts";
import type { JudgedPods } from "./join-posture.ts";
import type { NamespaceTemplate } from "./namespace-template.ts";
import type { PodGroup } from "./pod-groups.ts";
import { undecided, type PodVerdict } from "./pod-verdict.ts";
import { every, type Answer } from "./three-valued.ts";
import type { WorkBudget } from "./work-budget.ts";
import { workloadOfPod, type WorkloadName } from "./workload-of-pod.ts";
import { MAX_REMOVAL_STEPS, type WorkloadPods } from "./workload-report.ts";

export interface NamespacePods {
  readonly groups: readonly PodGroup[];
  /** Null: every policy that the node's engine would apply is there for it to apply. */
  readonly areApplied: AppliedPolicies["areApplied"] | null;
}

export function* judgeNamespace(
  { cronJobs }: CompiledCluster,
  { policies, judgeWithin, numberOf, conclusions }: NamespaceTemplate,
  { groups, areApplied }: NamespacePods,
  budget: WorkBudget,
): Pieces<Conclusion> {
  const judge = judgeWithin(budget);
  const population = createPopulation(budget);
  /** All that the conclusion rests on, beside the policies. */
  const grounds: (string | number | Answer)[] = [];
  for (const group of groups) {
    if (budget.isTurnOver()) yield;
    const { pod, enforced, pods } = group;
    const workload = workloadOfPod(pod, cronJobs);
    const verdict = pod.hostNetwork ? null : judge(pod);
    const applied = verdict === null || areApplied === null ? true : areApplied(verdict);
    population.add(workload, { ...group, applied }, verdict);
    const number = verdict === null ? null : numberOf(verdict);
    grounds.push(workload.kind, workload.name, number, pods, enforced, applied);
  }
  if (budget.wasRefused()) return concludeNamespace(policies, population.judged(), budget);
  const key = JSON.stringify(grounds);
  const conclusion = conclusions.get(key) ?? concludeNamespace(policies, population.judged(), budget);
  if (isWhole(budget)) conclusions.set(key, conclusion);
  return conclusion;
}

/** Nothing was left out for want of time, so that it holds for others, too. */
function isWhole(budget: WorkBudget): boolean {
  return !budget.wasRefused() && budget.left() >= MAX_REMOVAL_STEPS;
}

interface JudgedGroup extends PodGroup {
  readonly applied: Answer;
}

function createPopulation(budget: WorkBudget) {
  const admit = createAdmission(budget);
  const workloads = new Map<string, WorkloadPods>();
  const judged: JudgedPods[] = [];
  const selected = { enforced: 0, notEnforced: 0, unknown: 0 };
  return {
    /** `verdict` null: its pods use the host's network, where policies say nothing. */
    add(name: WorkloadName, { pods, enforced, applied }: JudgedGroup, verdict: PodVerdict | null): void {
      const workload = workloadFor(workloads, name);
      if (verdict === null) {
        workload.hostNetworkPods += pods;
        return;
      }
      const admitted = admit(workload, verdict);
      workload.counts.set(admitted, (workload.counts.get(admitted) ?? 0) + pods);
      judged.push({ verdict: admitted, enforced: every([enforced, applied]) });
      if (admitted.isSelected) selected[toEnforcement(enforced)] += pods;
    },
    judged: (): JudgedPopulation => ({
      workloads: [...workloads.values()].toSorted(byKindAndName),
      pods: judged,
      selected,
    }),
  };
}

/** A workload's report names each of its policies, so there may not be any number of both. */
const STEPS_PER_NAME = 100;

function createAdmission(budget: WorkBudget): (workload: WorkloadPods, verdict: PodVerdict) => PodVerdict {
  const refused = new Map<PodVerdict, PodVerdict>();
  return (workload, verdict) => {
    const isKnown = workload.counts.has(verdict);
    if (isKnown || budget.spend(STEPS_PER_NAME * verdict.selecting.length)) return verdict;
    const { ingress, egress } = verdict;
    const unnamed = refused.get(verdict) ?? {
      ...verdict,
      ingress: undecided(ingress.context),
      egress: undecided(egress.context),
    };
    refused.set(verdict, unnamed);
    return unnamed;
  };
}

function toEnforcement(enforced: Answer): keyof NamespaceDetail["selected"] {
  if (enforced === null) return "unknown";
  return enforced ? "enforced" : "notEnforced";
}

function workloadFor(workloads: Map<string, WorkloadPods>, { kind, name }: WorkloadName): WorkloadPods {
  const key = `${kind}/${name}`;
  const known = workloads.get(key);
  if (known !== undefined) return known;
  const created = { kind, name, counts: new Map(), hostNetworkPods: 0 };
  workloads.set(key, created);
  return created;
}

function byKindAndName(a: WorkloadPods, b: WorkloadPods): number {
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
