// Which workload a pod belongs to, as people know it: the Deployment behind a ReplicaSet, the CronJob behind
// a Job. Pods of one workload may carry different labels; grouping never merges their verdicts.

import type { Job, Pod } from "../model/kubernetes.ts";

export interface WorkloadName {
  readonly kind: string;
  readonly name: string;
}

/** CronJob names by `namespace/job`. */
export type CronJobs = ReadonlyMap<string, string>;

const HASH_LABEL = "pod-template-hash";

export function indexCronJobs(jobs: readonly Job[] | null): CronJobs {
  const cronJobs = new Map<string, string>();
  for (const { namespace, name, owner } of jobs ?? [])
    if (owner?.kind === "CronJob") cronJobs.set(`${namespace}/${name}`, owner.name);
  return cronJobs;
}

export function workloadOfPod(pod: Pod, cronJobs: CronJobs): WorkloadName {
  const { owner } = pod;
  // A static pod is owned by its Node, which is where it runs and not what it is part of.
  if (owner === null || owner.kind === "Node") return { kind: "Pod", name: pod.name };
  if (owner.kind === "ReplicaSet") return deploymentOf(pod, owner.name);
  if (owner.kind === "Job") return cronJobOf(pod, owner.name, cronJobs);
  return { kind: owner.kind, name: owner.name };
}

/** A Deployment names its ReplicaSets `<deployment>-<pod-template-hash>` and labels their pods with the hash. */
function deploymentOf(pod: Pod, replicaSet: string): WorkloadName {
  const hash = Object.hasOwn(pod.labels, HASH_LABEL) ? pod.labels[HASH_LABEL] : undefined;
  if (hash === undefined || hash === "" || !replicaSet.endsWith(`-${hash}`))
    return { kind: "ReplicaSet", name: replicaSet };
  return { kind: "Deployment", name: replicaSet.slice(0, -hash.length - 1) };
}

function cronJobOf(pod: Pod, job: string, cronJobs: CronJobs): WorkloadName {
  const cronJob = cronJobs.get(`${pod.namespace}/${job}`);
  return cronJob === undefined ? { kind: "Job", name: job } : { kind: "CronJob", name: cronJob };
}

/** NetworkPolicies reach it: it is live and has its own network. */
export function isCounted(pod: Pod): boolean {
  return !pod.hostNetwork && !pod.finished && !pod.terminating;
}
