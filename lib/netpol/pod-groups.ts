// Live pods that nothing tells apart to a policy: one group is judged once, however many replicas it has.

import type { Labels, Pod, PodDetail } from "../model/kubernetes.ts";
import type { Answer } from "./three-valued.ts";

export interface PodGroup {
  /** Any one of them. */
  readonly pod: Pod;
  readonly enforced: Answer;
  pods: number;
}

/** Neither finished nor terminating ones. In the order in which the first of each group is listed. */
export function groupPods(pods: readonly Pod[], isEnforced: (pod: Pod) => Answer): readonly PodGroup[] {
  const groups = new Map<string, PodGroup>();
  let last: PodGroup | null = null;
  for (const pod of pods) {
    if (pod.finished || pod.terminating) continue;
    const enforced = isEnforced(pod);
    // Lists come sorted by name, so the replicas of a workload stand together.
    if (last === null || last.enforced !== enforced || !areAlike(last.pod, pod)) {
      const key = groupKey(pod, enforced);
      last = groups.get(key) ?? { pod, enforced, pods: 0 };
      groups.set(key, last);
    }
    last.pods += 1;
  }
  return [...groups.values()];
}

/** The same as equal keys, for pods of which no detail was read. */
function areAlike(a: Pod, b: Pod): boolean {
  return (
    a.detail === null &&
    b.detail === null &&
    a.owner !== null &&
    b.owner !== null &&
    a.owner.kind !== "Node" &&
    a.owner.kind === b.owner.kind &&
    a.owner.name === b.owner.name &&
    a.hostNetwork === b.hostNetwork &&
    (a.labels === b.labels || areEqual(a.labels, b.labels))
  );
}

function areEqual(a: Labels, b: Labels): boolean {
  let surplus = 0;
  for (const key in b) if (Object.hasOwn(b, key)) surplus += 1;
  for (const key in a) {
    if (!Object.hasOwn(a, key)) continue;
    if (!Object.hasOwn(b, key) || a[key] !== b[key]) return false;
    surplus -= 1;
  }
  return surplus === 0;
}

function groupKey({ name, labels, owner, hostNetwork, detail }: Pod, enforced: Answer): string {
  let key = `${hostNetwork} ${enforced} `;
  // A static pod is owned by its node, a bare one by nobody: each is a workload of its own.
  key += owner === null || owner.kind === "Node" ? `\0${name}` : `${owner.kind}\0${owner.name}`;
  for (const label in labels) if (Object.hasOwn(labels, label)) key += `\0${label}\0${labels[label]}`;
  return detail === null ? key : `${key}\0${detailKey(detail)}`;
}

function detailKey({ containers, podIPs }: PodDetail): string {
  return JSON.stringify([containers.map(({ ports }) => ports), podIPs]);
}
