import { defineControl } from "../model/control.ts";
import { judgeDefaultDeny } from "./judge-default-deny.ts";

export const netpol23 = defineControl({
  id: "NETPOL.23",
  title: "Namespaces should deny egress by default",
  subject: "namespace",
  severity: "low",
  severityReason: "A workload that is added tomorrow may connect anywhere until somebody thinks of it.",
  rationale:
    "A default-deny policy selects every pod of the namespace, present and future, and allows nothing for egress. Policies for single workloads leave the next workload open.",
  frameworks: [
    { framework: "CIS EKS", id: "4.3.2", origin: "mapping" },
    { framework: "CIS Kubernetes", id: "5.3.2", origin: "mapping" },
    { framework: "NIST 800-53 r5", id: "SC-7(5)", origin: "mapping" },
    { framework: "PCI DSS 4.0", id: "1.3.2", origin: "mapping" },
    { framework: "NSA/CISA", id: "Network separation and hardening", origin: "mapping" },
    { framework: "AWS EKS Best Practices", id: "Network security: default deny", origin: "mapping" },
  ],
  atAccessLevel1:
    "Whether native NetworkPolicies declare one; where they do and the cluster has cluster-wide policies of other APIs, it is unknown whether those nullify it, because they are not readable.",
  remediation: "Create a NetworkPolicy with an empty podSelector, policyTypes [Egress] and no egress rules.",
  link: "https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-egress-traffic",
  needs: ["isolation"],
  remedyReads: ["cluster", "daemonSets", "services", "ingresses", "admissionWebhooks"],
  evaluate: ({ facts, reads, settings }) => judgeDefaultDeny("egress", facts.isolation, reads, settings),
});
