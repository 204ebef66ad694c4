// The evaluator's entry: what the policies of a cluster add up to, per namespace and workload. Pure.

import type { Isolation } from "../model/control.ts";
import type { DoubtfulPolicy, NamespaceDetail, PolicyProblem } from "../model/isolation-detail.ts";
import { finish, type Pieces } from "../model/pieces.ts";
import type { NamespaceReport } from "../model/posture.ts";
import { compileCluster } from "./compile-cluster.ts";
import { createDeadPeerSearch } from "./dead-peers.ts";
import type { IsolationInput } from "./isolation-input.ts";
import { createEnforcementOf } from "./join-posture.ts";
import { judgeNamespace, type JudgedNamespace } from "./judge-namespace.ts";
import { metadataEgressOf } from "./metadata-egress.ts";
import { openingsOf } from "./openings.ts";
import { overBroadRulesOf } from "./over-broad-rules.ts";
import { groupPods } from "./pod-groups.ts";
import type { PodVerdict } from "./pod-verdict.ts";
import type { Policy } from "./policy.ts";
import { createNamespaceBudgets, type WorkBudget } from "./work-budget.ts";
import { createWorkloadReporter, type WorkloadPods } from "./workload-report.ts";

export function assessIsolation(input: IsolationInput, nextBudget?: () => WorkBudget): Isolation {
  return finish(assessInPieces(input, nextBudget));
}

export function* assessInPieces(
  input: IsolationInput,
  nextBudget = createNamespaceBudgets(),
): Pieces<Isolation> {
  const cluster = compileCluster(input);
  const isEnforced = createEnforcementOf(input);
  const populated = [...cluster.namespaces.values()].map((compiled) => ({
    compiled,
    groups: groupPods(compiled.pods, isEnforced),
  }));
  const findDeadPeers = createDeadPeerSearch(populated);
  const terminating = new Set(input.namespaces.filter((one) => one.terminating).map(({ name }) => name));
  const namespaces: NamespaceReport[] = [];
  const details: NamespaceDetail[] = [];
  for (const namespace of populated) {
    const budget = nextBudget();
    if (budget.isTurnOver()) yield;
    const judged = yield* judgeNamespace(cluster, namespace.compiled, namespace.groups, budget);
    namespaces.push(toNamespaceReport(judged, input.enforcement === null, budget));
    const detail = toNamespaceDetail(judged, findDeadPeers(namespace));
    details.push(terminating.has(detail.name) ? { ...detail, terminating: true } : detail);
  }
  return { namespaces, details };
}

function toNamespaceReport(
  { compiled, verdicts, posture, defaultDeny, workloads }: JudgedNamespace,
  assumesEnforcement: boolean,
  budget: WorkBudget,
): NamespaceReport {
  const selecting = new Set<string>();
  for (const verdict of verdicts) for (const { policy } of verdict.selecting) selecting.add(policy.name);
  // A cluster-wide policy is named only where it selects something, and is never dead in a namespace.
  const named = compiled.policies.filter(({ namespace, name }) => namespace !== null || selecting.has(name));
  const names = [...new Set(named.map(({ name }) => name))];
  return {
    name: compiled.name,
    posture,
    ...(assumesEnforcement ? { assumesEnforcement } : {}),
    policies: names,
    deadPolicies: names.filter((name) => !selecting.has(name)),
    defaultDeny,
    workloads: workloads.map(createWorkloadReporter(budget)),
  };
}

function toNamespaceDetail(
  { compiled, workloads, verdicts, selected }: JudgedNamespace,
  deadPeers: NamespaceDetail["deadPeers"],
): NamespaceDetail {
  const isSelected = ({ isSelected }: PodVerdict): boolean => isSelected;
  return {
    name: compiled.name,
    countedPods: sumPods(workloads, () => true),
    selectedPods: sumPods(workloads, isSelected),
    selected,
    openings: openingsOf(workloads),
    overBroadRules: compiled.policies.flatMap(overBroadRulesOf),
    deadPeers,
    metadataEgress: workloads.flatMap(metadataEgressOf),
    problems: compiled.policies.flatMap(problemsOf),
    doubtfulPolicies: doubtfulPoliciesOf(verdicts),
    ignoredPolicies: compiled.ignored,
  };
}

function problemsOf({ name, problems }: Policy): readonly PolicyProblem[] {
  return problems.map((because) => ({ policy: name, because }));
}

/** Those that perhaps select a pod, and certainly select none. */
function doubtfulPoliciesOf(verdicts: readonly PodVerdict[]): readonly DoubtfulPolicy[] {
  const doubtful = new Map<string, DoubtfulPolicy>();
  const certain = new Set<string>();
  for (const { policy, doubt } of verdicts.flatMap(({ selecting }) => selecting)) {
    const { name, namespace } = policy;
    if (doubt === null) certain.add(name);
    else doubtful.set(name, { policy: name, because: doubt, clusterWide: namespace === null });
  }
  return [...doubtful.values()].filter(({ policy }) => !certain.has(policy));
}

function sumPods(workloads: readonly WorkloadPods[], counts: (verdict: PodVerdict) => boolean): number {
  let total = 0;
  for (const workload of workloads)
    for (const [verdict, pods] of workload.counts) if (counts(verdict)) total += pods;
  return total;
}
