// The sample report with what suggested policies would change in one of its namespaces.

import type { Report } from "../../lib/model/report.ts";
import type { Reach, Suggestion } from "../../lib/model/suggestion.ts";
import { sampleReport } from "./sample-report.ts";

const OPEN: Reach = {
  isolated: false,
  openToCluster: true,
  openToExternal: true,
  externalShare: 1,
  rules: [],
  moreRules: 0,
  otherwise: "allow",
  isDoubtful: false,
};
const SHUT = { ...OPEN, isolated: true, openToCluster: false, openToExternal: false, externalShare: 0 };
const DENY = { ...SHUT, otherwise: "deny" } as const;

/** `text` stands where names of objects can. */
export function withSuggestion(text: string): Report {
  const group = { workloads: [text], moreWorkloads: 0, pods: 3, hostNetwork: false };
  const named: Reach = {
    ...DENY,
    rules: [{ action: "allow", peer: `pods with app=${text} in the same namespace`, ports: "on TCP 80" }],
  };
  const suggestion: Suggestion = {
    policies: [text, "ringfence-default-deny-ingress"],
    before: {
      posture: "unprotected",
      defaultDeny: { ingress: "absent", egress: "absent" },
      groups: [{ ...group, ingress: OPEN, egress: OPEN }],
      moreWorkloads: 0,
    },
    after: {
      posture: "isolated",
      defaultDeny: { ingress: "effective", egress: "effective" },
      groups: [{ ...group, ingress: named, egress: DENY }],
      moreWorkloads: 0,
    },
  };
  const clusters = sampleReport.clusters.map((cluster) => ({
    ...cluster,
    suggestionsLeftOut: 2,
    namespaces: cluster.namespaces.map((namespace) =>
      namespace.name === "argocd" ? { ...namespace, suggestion } : namespace,
    ),
  }));
  return { ...sampleReport, clusters };
}
