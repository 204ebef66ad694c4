import { defineControl } from "../model/control.ts";
import type { Enforcement } from "../model/posture.ts";
import { remedyEnforcement } from "../remediation/remedy-enforcement.ts";
import { withRemedy } from "./with-remedy.ts";

const STATUS_OF = {
  enforced: "pass",
  // One root cause, one failure: where an engine enforces in part, NETPOL.3 fails and names where it does not.
  partial: "pass",
  "configured-not-enforced": "fail",
  "not-enforced": "fail",
  unknown: "unknown",
} as const satisfies Record<Enforcement["verdict"], string>;

export const netpol2 = defineControl({
  id: "NETPOL.2",
  title: "Clusters should enforce NetworkPolicies",
  subject: "cluster",
  severity: "high",
  severityReason:
    "Without an enforcing engine every NetworkPolicy of the cluster is text: nothing is isolated, and people believe that it is.",
  rationale:
    "The Kubernetes API accepts NetworkPolicies whether or not anything applies them. Only an engine that is switched on and runs on the pod's node makes them true.",
  frameworks: [
    { framework: "CIS EKS", id: "4.3.1", origin: "benchmark" },
    { framework: "CIS EKS", id: "5.4.4", origin: "benchmark" },
    { framework: "CIS Kubernetes", id: "5.3.1", origin: "benchmark" },
    { framework: "NIST 800-53 r5", id: "SC-7", origin: "mapping" },
    { framework: "PCI DSS 4.0", id: "1.2.1", origin: "mapping" },
    { framework: "NSA/CISA", id: "Network separation and hardening", origin: "mapping" },
  ],
  atAccessLevel1:
    "DaemonSets, agent pods and ConfigMaps decide; nodes without an agent stay unseen. Unknown for Cilium, whose CiliumNodeConfigs need level 2.",
  remediation:
    'Switch network policy on in the VPC CNI add-on (enableNetworkPolicy: "true"), or in the engine that this cluster uses, and see that its agent is ready on every node.',
  link: "https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html",
  needs: [],
  reads: ["enforcement"],
  remedyReads: ["cluster", "vpcCniAddon", "vpcCniConfigMap", "daemonSets", "isolation"],
  evaluate({ reads, clusterName }) {
    const subject = { kind: "cluster", name: clusterName } as const;
    if (!reads.enforcement.seen)
      return [
        {
          status: "unknown",
          subject,
          because: `Enforcement could not be judged: ${reads.enforcement.detail}.`,
          evidence: [],
        },
      ];
    const { verdict, because, evidence, engines } = reads.enforcement.value;
    const sentence = verdict === "partial" ? because.replace(/\.$/, "; NETPOL.3 judges that.") : because;
    const judgement = withRemedy({ status: STATUS_OF[verdict], because: sentence, evidence }, () =>
      remedyEnforcement(clusterName, engines, reads),
    );
    return [{ subject, ...judgement }];
  },
});
