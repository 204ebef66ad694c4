import { defineControl } from "../model/control.ts";
import type { EnforcementDetail } from "../model/enforcement-detail.ts";
import { remedyEnforcement } from "../remediation/remedy-enforcement.ts";
import { unseenEnforcement } from "./judge-namespaces.ts";
import { withRemedy } from "./with-remedy.ts";

const STATUS_OF = {
  agree: "pass",
  disagree: "fail",
  unknown: "unknown",
  "not-applicable": "not-applicable",
} as const satisfies Record<EnforcementDetail["settings"]["state"], string>;

export const netpol4 = defineControl({
  id: "NETPOL.4",
  title: "Declared and running network policy settings should agree",
  subject: "cluster",
  severity: "medium",
  severityReason:
    "Who reads the declaration believes in something that does not run, and the next update may make it true.",
  rationale:
    "The add-on's configuration, the controller's ConfigMap and the agent's flag are three places for one switch. Where they disagree, one of them is wrong, and an update of the add-on decides which.",
  frameworks: [
    { framework: "NIST 800-53 r5", id: "CM-7", origin: "mapping" },
    // 1.2.8: configurations are "kept consistent with active network configurations".
    { framework: "PCI DSS 4.0", id: "1.2.8", origin: "mapping" },
  ],
  atAccessLevel1: "Add-on, ConfigMap and DaemonSet: everything.",
  remediation:
    "Set the switch in one place (the add-on's configuration values, or your Helm values) and let it write the other two.",
  link: "https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html",
  needs: [],
  reads: ["enforcementDetail"],
  remedyReads: ["enforcement", "cluster", "vpcCniAddon", "vpcCniConfigMap", "daemonSets", "isolation"],
  evaluate({ reads, clusterName }) {
    const subject = { kind: "cluster", name: clusterName } as const;
    if (!reads.enforcementDetail.seen) return [{ subject, ...unseenEnforcement(reads.enforcementDetail) }];
    const { state, because, evidence } = reads.enforcementDetail.value.settings;
    const engines = reads.enforcement.seen ? reads.enforcement.value.engines : [];
    const judgement = withRemedy({ status: STATUS_OF[state], because, evidence }, () =>
      remedyEnforcement(clusterName, engines, reads),
    );
    return [{ subject, ...judgement }];
  },
});
