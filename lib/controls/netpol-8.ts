import { defineControl } from "../model/control.ts";
import type { Enforcement } from "../model/posture.ts";
import { remedyStrictMode } from "../remediation/remedy-strict-mode.ts";
import { fail, pass, unknown, type Judgement } from "./judge-namespaces.ts";
import { judgeWhereEnforced } from "./judge-where-enforced.ts";

export const netpol8 = defineControl({
  id: "NETPOL.8",
  title: "Pods should start denied (strict mode)",
  subject: "cluster",
  severity: "informational",
  severityReason:
    "A matter of design: in standard mode a new pod is open for the seconds until its policies are applied.",
  rationale:
    "In standard mode the engine allows a pod's traffic until its policies are known. In strict mode (Cilium: policy enforcement always) it denies until then, and pods that nothing selects stay denied.",
  frameworks: [
    { framework: "NIST 800-53 r5", id: "SC-7(5)", origin: "mapping" },
    { framework: "PCI DSS 4.0", id: "1.3.1", origin: "mapping" },
    { framework: "NSA/CISA", id: "Network separation and hardening", origin: "mapping" },
  ],
  atAccessLevel1: "The engine's configuration: everything, but for Cilium's CiliumNodeConfigs.",
  remediation:
    "Set NETWORK_POLICY_ENFORCING_MODE to strict (Auto Mode: networkPolicy DefaultDeny in the NodeClass) once every namespace has the policies that it needs.",
  link: "https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html",
  needs: [],
  reads: ["enforcement", "enforcementDetail"],
  remedyReads: ["vpcCniAddon", "daemonSets", "nodeClasses", "isolation"],
  evaluate: (input) =>
    judgeWhereEnforced(input, (enforcement) => {
      const judgement = judge(enforcement);
      if (judgement.status !== "fail") return judgement;
      const { engine, engines } = enforcement;
      const remedy = remedyStrictMode(input.clusterName, engine === null ? engines : [engine], input.reads);
      return remedy === null ? judgement : { ...judgement, remediation: remedy };
    }),
});

function judge({ unselectedPods }: Enforcement): Judgement {
  if (unselectedPods === null)
    return unknown("What the engine does with a pod that no policy selects could not be decided.");
  if (unselectedPods === "denied")
    return pass("The engine denies a pod's traffic until its policies allow it.");
  return fail("The engine allows a pod's traffic until its policies are applied.");
}
