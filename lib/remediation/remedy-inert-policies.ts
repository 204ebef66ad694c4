// NETPOL.21: what to look at before the policies of a namespace take effect. How enforcement is switched on is the
// cluster's matter, and NETPOL.2 says it.

import type { Remediation } from "../model/finding.ts";
import type { NamespaceReport } from "../model/posture.ts";
import { quoteForShell } from "../model/quote-for-shell.ts";
import { toNamespaceEffects } from "./effects-of-enforcement.ts";
import { listShort } from "./list-short.ts";

export function remedyInertPolicies(namespace: NamespaceReport): Remediation {
  const { policies, shrinking } = toNamespaceEffects(namespace);
  const workloads = shrinking
    .filter(({ directions }) => directions.length > 0)
    .map(({ workload }) => workload);
  const effect =
    workloads.length === 0
      ? "no workload's allowed flows would shrink"
      : `what is allowed would shrink for ${listShort(workloads)}`;
  return {
    text: `Switch the engine on as NETPOL.2 of this cluster says, or move the pods to nodes on which it runs. Then ${listShort(policies)} of namespace ${namespace.name} take effect at once: ${effect} (a comparison of policies, not of traffic).`,
    commands: [`kubectl get networkpolicies.networking.k8s.io -n ${quoteForShell(namespace.name)} -o yaml`],
    files: [],
  };
}
