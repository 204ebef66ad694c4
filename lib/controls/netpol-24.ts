import { defineControl } from "../model/control.ts";
import { judgeDirection } from "./judge-direction.ts";

export const netpol24 = defineControl({
  id: "NETPOL.24",
  title: "Workloads should be isolated for ingress",
  subject: "namespace",
  severity: "medium",
  severityReason:
    "Any pod of the cluster can connect to a workload that is not isolated; what it can do there depends on the workload.",
  rationale:
    "A pod accepts every connection until a policy selects it for ingress. One forgotten workload in a namespace with policies is the way in that nobody looks at.",
  frameworks: [
    { framework: "CIS EKS", id: "4.3.2", origin: "mapping" },
    { framework: "CIS Kubernetes", id: "5.3.2", origin: "mapping" },
    { framework: "NIST 800-53 r5", id: "SC-7", origin: "mapping" },
    { framework: "PCI DSS 4.0", id: "1.3.1", origin: "mapping" },
    { framework: "NSA/CISA", id: "Network separation and hardening", origin: "mapping" },
  ],
  atAccessLevel1:
    "What native NetworkPolicies isolate; where none does it is unknown, because the cluster-wide policies of other APIs are not readable.",
  remediation:
    "Add a NetworkPolicy with an empty podSelector and policyTypes [Ingress] to the namespace, then allow what each workload needs.",
  link: "https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-ingress-traffic",
  needs: ["isolation"],
  remedyReads: ["cluster", "daemonSets", "services", "ingresses", "admissionWebhooks"],
  evaluate: ({ facts, reads, settings }) => judgeDirection("ingress", facts, reads, settings),
});
