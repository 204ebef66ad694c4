import { defineControl } from "../model/control.ts";
import { judgeNamespaceExemption, parseNamespaceExemption } from "./namespace-exemption.ts";

export const netpol29 = defineControl({
  id: "NETPOL.29",
  title: "Exemptions should be valid",
  subject: "namespace",
  severity: "low",
  severityReason:
    "An exemption that does not count hides nothing; one that nobody needs will hide the next failure.",
  rationale:
    "An exemption is a decision of somebody, for a reason and for a time. One that has expired, names no owner or matches nothing is either forgotten or misunderstood: whoever wrote it believes something that is not so.",
  frameworks: [{ framework: "NIST 800-53 r5", id: "CA-5", origin: "mapping" }],
  atAccessLevel1: "Everything.",
  remediation:
    "Renew the exemption with a reason, an owner and a day within the allowed time, or remove it: ringfence.dev/exempt, /reason, /owner and /until of the namespace, or exemptions in the configuration.",
  link: "https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/",
  needs: ["namespaces"],
  // Only what the annotations say by themselves; days, configuration and what they match come with scan/exempt.ts.
  evaluate: ({ facts }) =>
    facts.namespaces.flatMap(({ name, annotations }) => {
      const exemption = parseNamespaceExemption(annotations);
      if (exemption === null) return [];
      const subject = { kind: "namespace", name } as const;
      return [{ subject, ...judgeNamespaceExemption(name, exemption.problems) }];
    }),
});
