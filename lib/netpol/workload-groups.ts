// The live pods of a cluster by workload, for questions about connections: like pods are asked about once.

import type { CompiledCluster, CompiledNamespace } from "./compile-cluster.ts";
import { groupPods, type PodGroup } from "./pod-groups.ts";
import { createPolicySelector, type Selection } from "./selecting-policies.ts";
import { workloadOfPod, type WorkloadName } from "./workload-of-pod.ts";

export interface WorkloadGroup extends PodGroup {
  readonly namespace: CompiledNamespace;
  readonly workload: WorkloadName;
  readonly selecting: Selection;
}

/** By `namespace/kind/name`, the kind in lower case. */
export type WorkloadGroups = ReadonlyMap<string, readonly WorkloadGroup[]>;

export function groupWorkloads(cluster: CompiledCluster): WorkloadGroups {
  const byWorkload = new Map<string, WorkloadGroup[]>();
  for (const namespace of cluster.namespaces.values()) {
    const select = createPolicySelector(namespace.policies);
    for (const { pod, enforced, pods } of groupPods(namespace.pods, () => null)) {
      const workload = workloadOfPod(pod, cluster.cronJobs);
      const key = workloadKey(namespace.name, workload);
      const groups = byWorkload.get(key) ?? [];
      groups.push({ pod, enforced, pods, namespace, workload, selecting: select(pod.labels) });
      byWorkload.set(key, groups);
    }
  }
  return byWorkload;
}

export function workloadKey(namespace: string, { kind, name }: WorkloadName): string {
  return `${namespace}/${kind.toLowerCase()}/${name}`;
}
