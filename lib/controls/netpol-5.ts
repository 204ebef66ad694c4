import { defineControl } from "../model/control.ts";
import type { EnforcementDetail } from "../model/enforcement-detail.ts";
import { remedyProcessing } from "../remediation/remedy-processing.ts";
import type { Judgement } from "./judge-namespaces.ts";
import { judgeWhereEnforced } from "./judge-where-enforced.ts";
import { withRemedy } from "./with-remedy.ts";

const STATUS_OF = {
  processed: "pass",
  unprocessed: "fail",
  unknown: "unknown",
  "not-applicable": "not-applicable",
} as const satisfies Record<EnforcementDetail["processing"]["state"], string>;

export const netpol5 = defineControl({
  id: "NETPOL.5",
  title: "The engine should have processed every NetworkPolicy",
  subject: "cluster",
  severity: "medium",
  severityReason:
    "A policy that the controller has not turned into rules is accepted, listed, and applied to nobody.",
  rationale:
    "The VPC CNI's controller turns each policy into PolicyEndpoints, and the agents apply those. Policies that it has not processed, that are stale, or that hang in deletion do not say what is enforced.",
  frameworks: [
    { framework: "NIST 800-53 r5", id: "CM-7", origin: "mapping" },
    // 1.2.8: configurations are "kept consistent with active network configurations".
    { framework: "PCI DSS 4.0", id: "1.2.8", origin: "mapping" },
  ],
  atAccessLevel1: "The finalizer on each policy; PolicyEndpoints need level 2.",
  remediation:
    "Look at the controller (EKS control plane logs, the ConfigMap amazon-vpc-cni), then recreate the named policies; remove the finalizer of one that hangs only when nothing enforces it any more.",
  link: "https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html",
  needs: [],
  reads: ["enforcement", "enforcementDetail"],
  remedyReads: ["networkPolicies"],
  evaluate: (input) =>
    judgeWhereEnforced(input, (_, { processing }) =>
      withRemedy(judge(processing), () => remedyProcessing(processing, input.reads.networkPolicies)),
    ),
});

function judge({ state, because, evidence }: EnforcementDetail["processing"]): Judgement {
  return { status: STATUS_OF[state], because, evidence };
}
