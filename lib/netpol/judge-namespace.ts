// One namespace: a verdict per group of like pods, and from these the workloads, the default-deny states and
// the posture.

import type { Pod } from "../model/kubernetes.ts";
import type { NamespaceDetail } from "../model/isolation-detail.ts";
import type { Pieces } from "../model/pieces.ts";
import type { NamespaceReport } from "../model/posture.ts";
import type { CompiledCluster, CompiledNamespace } from "./compile-cluster.ts";
import { judgeDefaultDeny } from "./default-deny.ts";
import { joinPosture, type JudgedPods } from "./join-posture.ts";
import type { PodGroup } from "./pod-groups.ts";
import { createPodJudge } from "./pod-judge.ts";
import { undecided, type PodVerdict } from "./pod-verdict.ts";
import type { Answer } from "./three-valued.ts";
import type { WorkBudget } from "./work-budget.ts";
import { workloadOfPod, type CronJobs } from "./workload-of-pod.ts";
import type { WorkloadPods } from "./workload-report.ts";

export interface JudgedNamespace {
  readonly compiled: CompiledNamespace;
  /** In code-unit order of kind and name. */
  readonly workloads: readonly WorkloadPods[];
  readonly verdicts: readonly PodVerdict[];
  readonly posture: NamespaceReport["posture"];
  readonly selected: NamespaceDetail["selected"];
  readonly defaultDeny: NamespaceReport["defaultDeny"];
}

export function* judgeNamespace(
  cluster: CompiledCluster,
  compiled: CompiledNamespace,
  groups: readonly PodGroup[],
  budget: WorkBudget,
): Pieces<JudgedNamespace> {
  const judge = createPodJudge(cluster, compiled, budget);
  const admit = createAdmission(budget);
  const workloads = new Map<string, WorkloadPods>();
  const judged: JudgedPods[] = [];
  const selected = { enforced: 0, notEnforced: 0, unknown: 0 };
  for (const { pod, enforced, pods } of groups) {
    if (budget.isTurnOver()) yield;
    const workload = workloadFor(workloads, pod, cluster.cronJobs);
    if (pod.hostNetwork) {
      workload.hostNetworkPods += pods;
      continue;
    }
    const verdict = admit(workload, judge(pod));
    workload.counts.set(verdict, (workload.counts.get(verdict) ?? 0) + pods);
    judged.push({ verdict, enforced });
    if (verdict.isSelected) selected[toEnforcement(enforced)] += pods;
  }
  const verdicts = [...new Set(judged.map(({ verdict }) => verdict))];
  return {
    compiled,
    workloads: [...workloads.values()].toSorted(byKindAndName),
    verdicts,
    posture: joinPosture(judged),
    selected,
    defaultDeny: {
      ingress: judgeDefaultDeny(compiled.policies, "ingress", verdicts),
      egress: judgeDefaultDeny(compiled.policies, "egress", verdicts),
    },
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

function workloadFor(workloads: Map<string, WorkloadPods>, pod: Pod, cronJobs: CronJobs): WorkloadPods {
  const { kind, name } = workloadOfPod(pod, cronJobs);
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
