import { defineControl } from "../model/control.ts";
import type { EnforcementDetail } from "../model/enforcement-detail.ts";
import { remedyVersions } from "../remediation/remedy-versions.ts";
import { unseenEnforcement } from "./judge-namespaces.ts";

const STATUS_OF = {
  supported: "pass",
  bypass: "fail",
  unsupported: "fail",
  unknown: "unknown",
  "not-applicable": "not-applicable",
} as const satisfies Record<EnforcementDetail["versions"]["state"], string>;

export const netpol6 = defineControl({
  id: "NETPOL.6",
  title: "The policy engine should be a supported version without known bypasses",
  subject: "cluster",
  severity: "high",
  severityReason:
    "A known bypass lets traffic through that the policies deny, and everything else looks right.",
  rationale:
    "Some versions of the VPC CNI's policy agent let reverse flows through, or mixed up the rules of namespaces. Others are too old to enforce at all.",
  frameworks: [
    { framework: "NIST 800-53 r5", id: "SI-2", origin: "mapping" },
    { framework: "PCI DSS 4.0", id: "6.3.3", origin: "mapping" },
  ],
  atAccessLevel1: "Images of the DaemonSets: everything but the nodes' kernels.",
  remediation:
    "Update the vpc-cni add-on (or the engine's release) to a version in which the named bypasses are fixed.",
  link: "https://github.com/aws/aws-network-policy-agent/releases",
  needs: [],
  reads: ["enforcementDetail"],
  remedyReads: ["cluster", "vpcCniAddon", "daemonSets"],
  evaluate({ reads, clusterName }) {
    const subject = { kind: "cluster", name: clusterName } as const;
    if (!reads.enforcementDetail.seen) return [{ subject, ...unseenEnforcement(reads.enforcementDetail) }];
    const { versions } = reads.enforcementDetail.value;
    const { state, because, evidence } = versions;
    const status = STATUS_OF[state];
    const remedy = status === "fail" ? remedyVersions(clusterName, versions, reads) : null;
    return [{ subject, status, because, evidence, ...(remedy === null ? {} : { remediation: remedy }) }];
  },
});
