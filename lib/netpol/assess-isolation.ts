// The evaluator's entry: what the policies of a cluster add up to, per namespace and workload. Pure.

import type { Isolation } from "../model/control.ts";
import type { NamespaceDetail } from "../model/isolation-detail.ts";
import { finish, type Pieces } from "../model/pieces.ts";
import type { NamespaceReport } from "../model/posture.ts";
import { createAppliedPolicies } from "./applied-policies.ts";
import { compileCluster, type CompiledNamespace } from "./compile-cluster.ts";
import type { Conclusion } from "./conclude-namespace.ts";
import type { IsolationInput } from "./isolation-input.ts";
import { createEnforcementOf } from "./join-posture.ts";
import { judgeNamespace } from "./judge-namespace.ts";
import { createTemplates } from "./namespace-template.ts";
import { groupPods } from "./pod-groups.ts";
import { createNamespaceBudgets, type WorkBudget } from "./work-budget.ts";

export function assessIsolation(input: IsolationInput, nextBudget?: () => WorkBudget): Isolation {
  return finish(assessInPieces(input, nextBudget));
}

export function* assessInPieces(
  input: IsolationInput,
  nextBudget = createNamespaceBudgets(),
): Pieces<Isolation> {
  const cluster = compileCluster(input);
  const isEnforced = createEnforcementOf(input);
  const appliedIn = createAppliedPolicies(input);
  const templateOf = createTemplates(cluster);
  const terminating = new Set(input.namespaces.filter((one) => one.terminating).map(({ name }) => name));
  const namespaces: NamespaceReport[] = [];
  const details: NamespaceDetail[] = [];
  for (const compiled of cluster.namespaces.values()) {
    const budget = nextBudget();
    if (budget.isTurnOver()) yield;
    const groups = groupPods(compiled.pods, isEnforced);
    const applied = appliedIn(compiled.name);
    const population = { groups, areApplied: applied?.areApplied ?? null };
    const conclusion = yield* judgeNamespace(cluster, templateOf(compiled.policies), population, budget);
    const report = toNamespaceReport(compiled.name, conclusion, input.enforcement === null);
    namespaces.push(applied === null ? report : { ...report, unprocessedPolicies: applied.unprocessed });
    details.push(toNamespaceDetail(compiled, conclusion, terminating.has(compiled.name)));
  }
  return { namespaces, details };
}

function toNamespaceReport(
  name: string,
  { report }: Conclusion,
  assumesEnforcement: boolean,
): NamespaceReport {
  const { posture, policies, deadPolicies, defaultDeny, workloads } = report;
  const known = { policies, deadPolicies, defaultDeny, workloads };
  return assumesEnforcement ? { name, posture, assumesEnforcement, ...known } : { name, posture, ...known };
}

function toNamespaceDetail(
  { name, ignored }: CompiledNamespace,
  { detail }: Conclusion,
  isTerminating: boolean,
): NamespaceDetail {
  const known = { name, ...detail, ignoredPolicies: ignored };
  return isTerminating ? { ...known, terminating: true } : known;
}
