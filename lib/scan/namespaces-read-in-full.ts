// Names the few namespaces whose verdicts depend on pod specs (images, commands, container ports), so that
// only their pods are read in full. Everything else stays metadata-only.

import { gitOpsNamespaces } from "../controls/gitops-namespaces.ts";
import type { Facts } from "../model/snapshot.ts";
import { usesNamedPort } from "../netpol/uses-named-port.ts";

/** Empty where the pods or the policies were not seen: then nothing is judged by them. */
export function namespacesReadInFull(
  facts: Pick<Facts, "pods" | "networkPolicies" | "argoCdProjects" | "fluxLeases">,
): ReadonlySet<string> {
  const { pods, networkPolicies } = facts;
  if (!pods.seen || !networkPolicies.seen) return new Set();
  const names = new Set(gitOpsNamespaces(pods.value, facts));
  for (const policy of networkPolicies.value) {
    // A named port of an ingress rule is resolved on the pods that the policy selects, in its own namespace.
    if (policy.metadata.namespace !== undefined && usesNamedPort(policy))
      names.add(policy.metadata.namespace);
  }
  return names;
}
