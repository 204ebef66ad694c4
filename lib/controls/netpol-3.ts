import { defineControl } from "../model/control.ts";
import type { EnforcementDetail } from "../model/enforcement-detail.ts";
import type { Enforcement } from "../model/posture.ts";
import { remedyOpenNodes } from "../remediation/remedy-open-nodes.ts";
import { fail, listNames, pass, unknown, type Judgement } from "./judge-namespaces.ts";
import { judgeWhereEnforced } from "./judge-where-enforced.ts";

export const netpol3 = defineControl({
  id: "NETPOL.3",
  title: "Every node that hosts pods should enforce NetworkPolicies",
  subject: "cluster",
  severity: "high",
  severityReason: "Pods on such a node are open whatever their policies say, and pods move between nodes.",
  rationale:
    "Enforcement is a property of a node: its agent must run there. Fargate, Windows and hybrid nodes, nodes without a ready agent, and pods that the engine cannot manage stay open in a cluster that enforces everywhere else.",
  frameworks: [
    { framework: "CIS EKS", id: "4.3.1", origin: "mapping" },
    { framework: "CIS Kubernetes", id: "5.3.1", origin: "mapping" },
    { framework: "NIST 800-53 r5", id: "SC-7", origin: "mapping" },
    { framework: "PCI DSS 4.0", id: "1.2.1", origin: "mapping" },
    { framework: "NSA/CISA", id: "Network separation and hardening", origin: "mapping" },
  ],
  atAccessLevel1:
    "Agent pods are seen, nodes are not: unknown where a node without an agent could host pods, and for Cilium.",
  remediation:
    "Bring the agent to the named nodes (tolerations, nodeSelector, a ready container), or keep pods that need isolation off nodes that no engine supports.",
  link: "https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html",
  needs: [],
  reads: ["enforcement", "enforcementDetail"],
  evaluate: (input) => judgeWhereEnforced(input, judge),
});

function judge(enforcement: Enforcement, detail: EnforcementDetail): Judgement {
  const { verdict, nodes, because, evidence } = enforcement;
  const { exceptions } = detail;
  const open = nodes.filter((node) => node.verdict === "not-enforced" && node.pods !== 0);
  const unreached = exceptions.filter(({ effect }) => effect === "not-enforced");
  const parts = [
    ...(open.length === 0 ? [] : [`on nodes ${listNames(open.map(({ name }) => name).toSorted())}`]),
    ...(unreached.length === 0
      ? []
      : [`for pods ${listNames(unreached.map(({ namespace, name }) => `${namespace}/${name}`).toSorted())}`]),
  ];
  if (verdict === "partial") {
    const where =
      parts.length === 0 ? because : `Policies are enforced, but not ${parts.join(", and not ")}.`;
    return {
      ...fail(where, parts.length === 0 ? {} : { remediation: remedyOpenNodes(enforcement, detail) }),
      evidence,
    };
  }
  if (verdict === "unknown") return unknown(because);
  return pass(
    `On every node that is known to host pods an engine is configured to enforce and its agent is running (${nodes.length} nodes).`,
  );
}
