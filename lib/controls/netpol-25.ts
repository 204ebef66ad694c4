import { defineControl } from "../model/control.ts";
import { judgeDirection } from "./judge-direction.ts";

export const netpol25 = defineControl({
  id: "NETPOL.25",
  title: "Workloads should be isolated for egress",
  subject: "namespace",
  severity: "low",
  severityReason:
    "Open egress does not let an attacker in, but lets one who is in fetch tools, send data out and move on.",
  rationale:
    "A pod may connect anywhere until a policy selects it for egress: to other namespaces, to the instance metadata service and to the internet.",
  frameworks: [
    { framework: "CIS EKS", id: "4.3.2", origin: "mapping" },
    { framework: "CIS Kubernetes", id: "5.3.2", origin: "mapping" },
    { framework: "NIST 800-53 r5", id: "SC-7(5)", origin: "mapping" },
    { framework: "PCI DSS 4.0", id: "1.3.2", origin: "mapping" },
    { framework: "NSA/CISA", id: "Network separation and hardening", origin: "mapping" },
  ],
  atAccessLevel1:
    "What native NetworkPolicies isolate; where none does it is unknown, because the cluster-wide policies of other APIs are not readable.",
  remediation:
    "Add a NetworkPolicy with an empty podSelector and policyTypes [Egress] to the namespace, allow DNS, then allow what each workload needs.",
  link: "https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-egress-traffic",
  needs: ["isolation"],
  remedyReads: ["cluster", "daemonSets", "services", "ingresses", "admissionWebhooks"],
  evaluate: ({ facts, reads, settings }) => judgeDirection("egress", facts, reads, settings),
});
