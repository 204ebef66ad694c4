import { defineControl } from "../model/control.ts";
import type { NamespaceReport } from "../model/posture.ts";
import {
  fail,
  hasNoEffectivePolicy,
  judgeNamespaces,
  listNames,
  notApplicable,
  pass,
  unknown,
  type Judgement,
} from "./judge-namespaces.ts";

export const netpol21 = defineControl({
  id: "NETPOL.21",
  title: "Policies should be enforced, not inert",
  subject: "namespace",
  severity: "high",
  severityReason:
    "People rely on policies that nothing applies; a namespace without policies at least deceives nobody.",
  rationale:
    "A namespace with policies in a cluster, or on nodes, without an enforcing engine looks isolated in every review. Its policies would also all take effect at once on the day when somebody switches enforcement on.",
  frameworks: [
    { framework: "CIS EKS", id: "4.3.1", origin: "mapping" },
    { framework: "CIS Kubernetes", id: "5.3.1", origin: "mapping" },
    { framework: "NIST 800-53 r5", id: "SC-7", origin: "mapping" },
    { framework: "PCI DSS 4.0", id: "1.2.1", origin: "mapping" },
  ],
  atAccessLevel1: "Everything where NETPOL.2 has a verdict.",
  remediation:
    "Read what the policies would cut off, then switch the engine on (NETPOL.2 says how), or move the pods to nodes on which it runs.",
  link: "https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html",
  needs: ["isolation"],
  evaluate: ({ facts, settings }) => judgeNamespaces(facts.isolation, settings, judge),
});

function judge(namespace: NamespaceReport): Judgement {
  const { name, policies, posture } = namespace;
  if (policies.length === 0) return notApplicable(`Namespace ${name} has no policy that could be inert.`);
  if (posture === "empty")
    return notApplicable(`Namespace ${name} runs no pod that its policies could reach.`);
  if (hasNoEffectivePolicy(namespace))
    return notApplicable(`No policy selects a pod of namespace ${name}; NETPOL.20 says so.`);
  if (namespace.assumesEnforcement === true)
    return unknown(`Whether the policies of namespace ${name} are enforced is not in the input.`);
  switch (posture) {
    case "inert":
      return fail(
        `The policies of namespace ${name} select pods, but nothing enforces them: ${listNames(policies)}.`,
      );
    case "unknown":
      return unknown(
        `Whether the policies of namespace ${name} are enforced could not be decided; NETPOL.2 says why.`,
      );
    case "isolated":
    case "partial":
    case "unprotected":
      return pass(`An engine enforces the policies of namespace ${name}.`);
  }
}
