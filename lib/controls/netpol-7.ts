import { defineControl } from "../model/control.ts";
import type { EnforcementDetail } from "../model/enforcement-detail.ts";
import { remedyCoexistence } from "../remediation/remedy-coexistence.ts";
import { unseenEnforcement } from "./judge-namespaces.ts";
import { withRemedy } from "./with-remedy.ts";

const STATUS_OF = {
  one: "pass",
  conflict: "fail",
  unknown: "unknown",
  "not-applicable": "not-applicable",
} as const satisfies Record<EnforcementDetail["coexistence"]["state"], string>;

export const netpol7 = defineControl({
  id: "NETPOL.7",
  title: "One engine should enforce NetworkPolicies",
  subject: "cluster",
  severity: "medium",
  severityReason:
    "Two engines on one node overwrite each other's rules; what is enforced is then a matter of order.",
  rationale:
    "AWS documents one policy engine per node and asks to remove the other one before enabling the VPC CNI's. Different engines on different nodes, as with hybrid nodes, are fine.",
  frameworks: [
    { framework: "NIST 800-53 r5", id: "CM-7", origin: "mapping" },
    { framework: "PCI DSS 4.0", id: "1.2.1", origin: "mapping" },
  ],
  atAccessLevel1: "DaemonSets and agent pods: which engines run; on which nodes needs level 2.",
  remediation: "Decide for one engine, and remove the other one's DaemonSet and its rules from the nodes.",
  link: "https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html",
  needs: [],
  reads: ["enforcementDetail"],
  remedyReads: ["vpcCniAddon", "daemonSets"],
  evaluate({ reads, clusterName }) {
    const subject = { kind: "cluster", name: clusterName } as const;
    if (!reads.enforcementDetail.seen) return [{ subject, ...unseenEnforcement(reads.enforcementDetail) }];
    const { coexistence } = reads.enforcementDetail.value;
    const { state, because, evidence } = coexistence;
    const judgement = { status: STATUS_OF[state], because, evidence };
    const toRemedy = () => remedyCoexistence(clusterName, coexistence, reads);
    return [{ subject, ...withRemedy(judgement, toRemedy) }];
  },
});
