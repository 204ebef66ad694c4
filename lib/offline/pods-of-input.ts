// Which pods the input has: its own, and one for each workload of which it has none. Nobody counts twice:
// a ReplicaSet of a Deployment, or a Job of a CronJob, stands for the same pods as its owner.

import type { OwnerReference, Pod } from "../model/kubernetes.ts";
import { indexCronJobs, workloadOfPod } from "../netpol/workload-of-pod.ts";
import { workloadKey, type ManifestFacts, type TemplateWorkload } from "./manifest-facts.ts";

/** Owners of owners: more than any controller makes, and an end to references in a circle. */
const MAX_OWNERS = 10;

/** The pods of templates, in the order of the input. */
export function podsOfTemplates(facts: ManifestFacts): readonly Pod[] {
  const running = runningWorkloads(facts);
  return [...facts.workloads].flatMap(([key, workload]) => {
    if (workload.pod === null || running.has(key) || isOwnedByAnother(workload, facts)) return [];
    return [workload.pod];
  });
}

/** Every workload of which the input has a pod, by way of however many owners. */
function runningWorkloads(facts: ManifestFacts): ReadonlySet<string> {
  const cronJobs = indexCronJobs([...facts.jobs.values()]);
  const running = new Set<string>();
  for (const pod of facts.pods.values()) {
    for (const key of ownersOf(pod.namespace, pod.owner, facts)) running.add(key);
    // A dump of pods and Deployments need not have the ReplicaSets between them: the pod's hash tells.
    const { kind, name } = workloadOfPod(pod, cronJobs);
    running.add(workloadKey(kind, pod.namespace, name));
  }
  return running;
}

function ownersOf(namespace: string, owner: OwnerReference | null, facts: ManifestFacts): readonly string[] {
  const keys: string[] = [];
  for (let next = owner; next !== null && keys.length < MAX_OWNERS;) {
    const key = workloadKey(next.kind, namespace, next.name);
    keys.push(key);
    next = facts.workloads.get(key)?.owner ?? null;
  }
  return keys;
}

function isOwnedByAnother({ namespace, owner }: TemplateWorkload, facts: ManifestFacts): boolean {
  return owner !== null && facts.workloads.has(workloadKey(owner.kind, namespace, owner.name));
}
