// Pages of three controls as the catalogue gives them; NETPOL.40 is missing on purpose.

import type { ControlPage } from "../../../lib/report/control-page.ts";

function page(id: string, title: string, severity: ControlPage["severity"]): ControlPage {
  return {
    id,
    title,
    severity,
    rationale: `Why ${id} matters.`,
    remediation: `What to do about ${id}.`,
    link: "https://kubernetes.io/docs/concepts/services-networking/network-policies/",
    frameworks: [
      { framework: "CIS EKS", id: "4.3.1", origin: "benchmark" },
      { framework: "PCI DSS 4.0", id: "1.2.5", origin: "mapping" },
    ],
  };
}

export const sampleControls: readonly ControlPage[] = [
  page("NETPOL.2", "Clusters should enforce NetworkPolicies", "critical"),
  page("NETPOL.9", "Clusters should be visible to the scanner", "high"),
  page("NETPOL.20", "Namespaces should have a NetworkPolicy", "medium"),
  page("NETPOL.24", "Workloads should be isolated for ingress", "medium"),
  page("NETPOL.99", "A control that judged nothing here", "low"),
];
