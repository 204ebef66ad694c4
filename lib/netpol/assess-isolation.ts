// The evaluator's entry: what the policies of a cluster add up to, per namespace and workload. Pure.

import type { Isolation } from "../model/control.ts";
import type { NamespaceDetail } from "../model/isolation-detail.ts";
import type { NamespaceReport } from "../model/posture.ts";
import { compileCluster } from "./compile-cluster.ts";
import { createDeadPeerSearch, type FindDeadPeers } from "./dead-peers.ts";
import type { IsolationInput } from "./isolation-input.ts";
import { createEnforcementOf } from "./join-posture.ts";
import { judgeNamespace, type JudgedNamespace } from "./judge-namespace.ts";
import { metadataEgressOf } from "./metadata-egress.ts";
import { openingsOf } from "./openings.ts";
import { overBroadRulesOf } from "./over-broad-rules.ts";
import type { Policy } from "./policy.ts";
import { createWorkloadReporter } from "./workload-report.ts";

export function assessIsolation(input: IsolationInput): Isolation {
  const cluster = compileCluster(input);
  const isEnforced = createEnforcementOf(input);
  const judged = [...cluster.namespaces.values()].map((namespace) =>
    judgeNamespace(cluster, namespace, isEnforced),
  );
  const findDeadPeers = createDeadPeerSearch(judged);
  const assumption = input.enforcement === null ? { assumesEnforcement: true } : {};
  return {
    namespaces: judged.map((namespace) => ({ ...toNamespaceReport(namespace), ...assumption })),
    details: judged.map((namespace) => toNamespaceDetail(namespace, findDeadPeers)),
  };
}

function toNamespaceReport(namespace: JudgedNamespace): NamespaceReport {
  const { compiled, verdicts, posture, defaultDeny, workloads } = namespace;
  const selecting = new Set(verdicts.flatMap((verdict) => verdict.selecting.map(({ policy }) => policy)));
  // A cluster-wide policy is named only where it selects something, and is never dead in a namespace.
  const named = compiled.policies.filter((policy) => policy.namespace !== null || selecting.has(policy));
  return {
    name: compiled.name,
    posture,
    policies: named.map(toName),
    deadPolicies: named.filter((policy) => !selecting.has(policy)).map(toName),
    defaultDeny,
    workloads: workloads.map(createWorkloadReporter()),
  };
}

function toName({ name }: Policy): string {
  return name;
}

function toNamespaceDetail(namespace: JudgedNamespace, findDeadPeers: FindDeadPeers): NamespaceDetail {
  const { compiled, workloads } = namespace;
  const counts = workloads.flatMap((workload) => [...workload.counts]);
  return {
    name: compiled.name,
    countedPods: sum(counts.map(([, count]) => count)),
    selectedPods: sum(counts.filter(([{ isSelected }]) => isSelected).map(([, count]) => count)),
    openings: openingsOf(workloads),
    overBroadRules: compiled.policies.flatMap(overBroadRulesOf),
    deadPeers: findDeadPeers(namespace),
    metadataEgress: workloads.flatMap(metadataEgressOf),
    problems: compiled.policies.flatMap(({ name, problems }) =>
      problems.map((because) => ({ policy: name, because })),
    ),
    ignoredPolicies: compiled.ignored,
  };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
