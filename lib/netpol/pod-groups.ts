// The live pods of a cluster by workload. Pods that nothing can tell apart are one group, so that a question
// about two workloads does not ask about every pair of replicas.

import type { Pod } from "../model/kubernetes.ts";
import type { CompiledCluster, CompiledNamespace } from "./compile-cluster.ts";
import { createPodJudge, type PodJudge } from "./pod-judge.ts";
import { workloadOfPod, type WorkloadName } from "./workload-of-pod.ts";

export interface PodGroup {
  /** Any one of them. */
  readonly pod: Pod;
  readonly namespace: CompiledNamespace;
  readonly judge: PodJudge;
  readonly workload: WorkloadName;
  pods: number;
}

/** Groups by `namespace/kind/name`, the kind in lower case, in code-unit order of namespaces. */
export type PodGroups = ReadonlyMap<string, readonly PodGroup[]>;

export function groupPods(cluster: CompiledCluster): PodGroups {
  const byWorkload = new Map<string, Map<string, PodGroup>>();
  for (const namespace of cluster.namespaces.values()) {
    const judge = createPodJudge(cluster, namespace);
    for (const pod of namespace.pods) {
      if (pod.finished || pod.terminating) continue;
      const workload = workloadOfPod(pod, cluster.cronJobs);
      const key = workloadKey(namespace.name, workload);
      const groups = byWorkload.get(key) ?? new Map<string, PodGroup>();
      byWorkload.set(key, groups);
      const likeness = likenessOf(pod);
      const group = groups.get(likeness) ?? { pod, namespace, judge, workload, pods: 0 };
      group.pods += 1;
      groups.set(likeness, group);
    }
  }
  return new Map([...byWorkload].map(([key, groups]) => [key, [...groups.values()]]));
}

export function workloadKey(namespace: string, { kind, name }: WorkloadName): string {
  return `${namespace}/${kind.toLowerCase()}/${name}`;
}

function likenessOf({ labels, hostNetwork, detail }: Pod): string {
  const ports = detail?.containers.map((container) => container.ports) ?? null;
  return JSON.stringify([labels, hostNetwork, ports, detail?.podIPs ?? null]);
}
