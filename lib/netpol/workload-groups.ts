// The live pods of a cluster by workload, for questions about connections: like pods are asked about once.

import type { Pod } from "../model/kubernetes.ts";
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

/** `isAskedFor`: a pod that also answers for itself, under its own name. */
export function groupWorkloads(
  cluster: CompiledCluster,
  isAskedFor: (pod: Pod) => boolean = () => false,
): WorkloadGroups {
  const byWorkload = new Map<string, WorkloadGroup[]>();
  const add = (group: WorkloadGroup): void => {
    const key = workloadKey(group.namespace.name, group.workload);
    const groups = byWorkload.get(key) ?? [];
    groups.push(group);
    byWorkload.set(key, groups);
  };
  for (const namespace of cluster.namespaces.values()) {
    const select = createPolicySelector(namespace.policies);
    const asked = namespace.pods.filter(isAskedFor);
    const rest = asked.length === 0 ? namespace.pods : namespace.pods.filter((pod) => !isAskedFor(pod));
    const toGroup = (group: PodGroup): WorkloadGroup => {
      const workload = workloadOfPod(group.pod, cluster.cronJobs);
      return { ...group, namespace, workload, selecting: select(group.pod.labels) };
    };
    for (const group of groupPods(rest, () => null)) add(toGroup(group));
    for (const group of asked.flatMap((pod) => groupPods([pod], () => null)).map(toGroup)) {
      add(group);
      if (group.workload.kind !== "Pod") add({ ...group, workload: { kind: "Pod", name: group.pod.name } });
    }
  }
  return byWorkload;
}

export function workloadKey(namespace: string, { kind, name }: WorkloadName): string {
  return `${namespace}/${kind.toLowerCase()}/${name}`;
}
