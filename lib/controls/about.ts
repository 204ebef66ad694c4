// Which objects a judgement is about, by the names that reports use for them.

import type { ObjectReference } from "../model/control.ts";

/** Policies of other APIs are named `Kind.group/name`, native ones by their name alone. */
export function aboutPolicies(policies: readonly string[]): readonly ObjectReference[] {
  return policies.map((policy) => {
    const slash = policy.indexOf("/");
    return slash === -1
      ? { kind: "NetworkPolicy.networking.k8s.io", name: policy }
      : { kind: policy.slice(0, slash), name: policy.slice(slash + 1) };
  });
}

/** `Kind/name` each. */
export function aboutWorkloads(workloads: readonly string[]): readonly ObjectReference[] {
  return workloads.map((workload) => {
    const slash = workload.indexOf("/");
    return { kind: workload.slice(0, slash), name: workload.slice(slash + 1) };
  });
}
