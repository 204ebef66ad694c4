import { defineControl } from "../model/control.ts";
import { remedyNullification } from "../remediation/remedy-nullification.ts";
import { judgeNamespaces } from "./judge-namespaces.ts";
import { judgeNullification } from "./judge-nullification.ts";

export const netpol26 = defineControl({
  id: "NETPOL.26",
  title: "No policy should nullify isolation",
  subject: "namespace",
  severity: "high",
  severityReason:
    "The namespace looks isolated, has policies to show for it, and is open: nobody will look again.",
  rationale:
    "NetworkPolicies only add: one allow-all, or address ranges that together cover the internet, undoes every default deny of the pods that it selects.",
  frameworks: [
    { framework: "CIS EKS", id: "4.3.2", origin: "mapping" },
    { framework: "NIST 800-53 r5", id: "AC-4", origin: "mapping" },
    { framework: "PCI DSS 4.0", id: "1.2.5", origin: "mapping" },
    { framework: "NSA/CISA", id: "Network separation and hardening", origin: "mapping" },
  ],
  atAccessLevel1:
    "What native NetworkPolicies isolate; where none does it is unknown, because the cluster-wide policies of other APIs are not readable.",
  remediation: "Narrow the named policies to the peers and ports that the workload needs, or delete them.",
  link: "https://kubernetes.io/docs/concepts/services-networking/network-policies/",
  needs: ["isolation"],
  remedyReads: ["networkPolicies", "cluster", "daemonSets", "services", "ingresses", "admissionWebhooks"],
  evaluate({ facts: { isolation }, reads, settings }) {
    return judgeNamespaces(isolation, settings, (namespace, { openings }) =>
      judgeNullification(namespace, openings, (policies, directions) =>
        remedyNullification({ namespace: namespace.name, policies, directions }, reads),
      ),
    );
  },
});
