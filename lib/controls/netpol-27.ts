import { aboutPolicies } from "./about.ts";
import { defineControl } from "../model/control.ts";
import { remedyDeadPolicies } from "../remediation/remedy-dead-policies.ts";
import type { NamespaceDetail } from "../model/isolation-detail.ts";
import type { NamespaceReport } from "../model/posture.ts";
import {
  countedWorkloads,
  fail,
  judgeNamespaces,
  listNames,
  notApplicable,
  pass,
  unknown,
  type Judgement,
} from "./judge-namespaces.ts";
import { withRemedy } from "./with-remedy.ts";

export const netpol27 = defineControl({
  id: "NETPOL.27",
  title: "Policies should select something",
  subject: "namespace",
  severity: "low",
  severityReason:
    "A policy that selects nothing protects nothing; often its label was renamed and the pods were left open.",
  rationale:
    "A podSelector that matches no pod is usually a typing error or the rest of a renamed release. The API server accepts it without a word.",
  frameworks: [
    { framework: "NIST 800-53 r5", id: "CM-7", origin: "mapping" },
    { framework: "PCI DSS 4.0", id: "1.2.8", origin: "mapping" },
  ],
  atAccessLevel1: "Everything for native NetworkPolicies.",
  remediation: "Correct the podSelector, or delete the policy.",
  link: "https://kubernetes.io/docs/concepts/services-networking/network-policies/",
  needs: ["isolation"],
  remedyReads: ["networkPolicies", "pods"],
  evaluate: ({ facts, reads, settings }) =>
    judgeNamespaces(facts.isolation, settings, (namespace, detail) =>
      withRemedy(judge(namespace, detail), () =>
        remedyDeadPolicies({ namespace: namespace.name, policies: namespace.deadPolicies }, reads),
      ),
    ),
});

function judge(namespace: NamespaceReport, { doubtfulPolicies }: NamespaceDetail): Judgement {
  const { name, policies, deadPolicies } = namespace;
  if (policies.length === 0) return notApplicable(`Namespace ${name} has no policy.`);
  // A namespace that is scaled to zero has no pods to select now: that says nothing about its policies.
  if (countedWorkloads(namespace).length === 0)
    return notApplicable(
      `Namespace ${name} runs no pod now, so nothing can be said of what its policies select.`,
    );
  if (deadPolicies.length > 0)
    return fail(
      `${deadPolicies.length} of ${policies.length} policies of namespace ${name} select none of its pods: ${listNames(deadPolicies)}.`,
      { about: aboutPolicies(deadPolicies) },
    );
  const doubtful = doubtfulPolicies.find(({ clusterWide }) => !clusterWide);
  if (doubtful !== undefined)
    return unknown(
      `Whether every policy of namespace ${name} selects a pod could not be decided: ${doubtful.because}.`,
      { about: aboutPolicies([doubtful.policy]) },
    );
  return pass(`Every policy of namespace ${name} selects at least one pod.`);
}
