// Names the few namespaces whose verdicts depend on pod specs (images, commands, container ports), so that
// only their pods are read in full. Everything else stays metadata-only.

import { hasGitOpsLabel } from "../controls/gitops-components.ts";
import type { Pod, RawObject } from "../model/kubernetes.ts";
import { usesNamedPort } from "../netpol/uses-named-port.ts";

export function namespacesReadInFull(
  pods: readonly Pod[],
  policies: readonly RawObject[],
): ReadonlySet<string> {
  const names = new Set<string>();
  for (const pod of pods) if (hasGitOpsLabel(pod.labels)) names.add(pod.namespace);
  for (const policy of policies) {
    // A named port of an ingress rule is resolved on the pods that the policy selects, in its own namespace.
    if (policy.metadata.namespace !== undefined && usesNamedPort(policy))
      names.add(policy.metadata.namespace);
  }
  return names;
}
