import { aboutPolicies, aboutWorkloads } from "./about.ts";
import { count } from "../model/counts.ts";
import { defineControl } from "../model/control.ts";
import { DIRECTIONS, type NamespaceDetail } from "../model/isolation-detail.ts";
import type { NamespaceReport } from "../model/posture.ts";
import {
  countedWorkloads,
  fail,
  judgeNamespaces,
  listNames,
  notApplicable,
  pass,
  unknown,
  workloadName,
  type Judgement,
} from "./judge-namespaces.ts";
import { remedyDefaultDeny } from "../remediation/default-deny.ts";
import { withRemedy } from "./with-remedy.ts";

export const netpol20 = defineControl({
  id: "NETPOL.20",
  title: "Namespaces should have a NetworkPolicy",
  subject: "namespace",
  severity: "medium",
  severityReason:
    "Without any policy every pod of the namespace talks to every pod of the cluster, both ways.",
  rationale:
    "The benchmark asks that each namespace has a NetworkPolicy. A policy that selects none of the namespace's pods fulfils the letter and protects nothing, so it does not pass here.",
  frameworks: [
    { framework: "CIS EKS", id: "4.3.2", origin: "benchmark" },
    { framework: "CIS Kubernetes", id: "5.3.2", origin: "benchmark" },
    { framework: "NIST 800-53 r5", id: "AC-4", origin: "mapping" },
    { framework: "PCI DSS 4.0", id: "1.2.1", origin: "mapping" },
    { framework: "NSA/CISA", id: "Network separation and hardening", origin: "mapping" },
  ],
  atAccessLevel1:
    "What native NetworkPolicies isolate; where none does it is unknown, because the cluster-wide policies of other APIs are not readable.",
  remediation: "Create a default-deny NetworkPolicy in the namespace, then allow what its workloads need.",
  link: "https://kubernetes.io/docs/concepts/services-networking/network-policies/",
  needs: ["isolation"],
  remedyReads: ["cluster", "daemonSets", "services", "ingresses", "admissionWebhooks"],
  evaluate: ({ facts, reads, settings }) =>
    judgeNamespaces(facts.isolation, settings, (namespace, detail) =>
      withRemedy(judge(namespace, detail), () => remedyDefaultDeny(namespace, DIRECTIONS, reads)),
    ),
});

function judge(namespace: NamespaceReport, { doubtfulPolicies }: NamespaceDetail): Judgement {
  const { name, policies, deadPolicies } = namespace;
  const workloads = countedWorkloads(namespace);
  if (workloads.length === 0)
    return policies.length > 0
      ? pass(`Namespace ${name} runs no pod now and has these policies: ${listNames(policies)}.`)
      : notApplicable(`Namespace ${name} runs no pod that a policy could protect.`);
  const idle = new Set([...deadPolicies, ...doubtfulPolicies.map(({ policy }) => policy)]);
  const effective = policies.filter((policy) => !idle.has(policy));
  if (effective.length > 0)
    return pass(`Policies select pods of namespace ${name}: ${listNames(effective)}.`);
  // Nothing seen selects a pod, but a policy that could not be read might.
  const blind = workloads.find(
    ({ ingress, egress }) => ingress.isolated === null || egress.isolated === null,
  );
  const doubt = doubtfulPolicies[0]?.because ?? blind?.ingress.because ?? blind?.egress.because;
  if (blind !== undefined || doubt !== undefined)
    return unknown(
      `Whether a policy selects pods of namespace ${name} could not be decided: ${doubt ?? "a fact was not seen"}.`,
    );
  if (policies.length === 0)
    return fail(`Namespace ${name} runs ${count(workloads.length, "workload")} and has no NetworkPolicy.`, {
      about: aboutWorkloads(workloads.map(workloadName)),
    });
  return fail(`Namespace ${name} has policies, but none selects any of its pods: ${listNames(policies)}.`, {
    about: aboutPolicies(policies),
  });
}
