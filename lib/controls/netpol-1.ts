import { parseAddonValues, type AddonValues } from "../enforcement/addon-values.ts";
import { parseEksArn, toClusterArguments } from "../model/cluster-address.ts";
import { defineControl } from "../model/control.ts";
import type { Evidence, Remediation } from "../model/finding.ts";
import type { Observed } from "../model/observed.ts";
import { AWS_ENGINES } from "../model/aws-engines.ts";
import type { Enforcement } from "../model/posture.ts";
import type { Addon } from "../model/snapshot.ts";
import { remedyAddon } from "../remediation/remedy-enforcement.ts";
import { fail, notApplicable, pass, unknown, type Judgement } from "./judge-namespaces.ts";
import { withRemedy } from "./with-remedy.ts";

export const netpol1 = defineControl({
  id: "NETPOL.1",
  title: "The vpc-cni add-on should declare network policy enforcement",
  subject: "cluster",
  severity: "medium",
  severityReason:
    "A declaration proves nothing by itself: NETPOL.2 judges what runs. Without it, the next update switches enforcement off.",
  rationale:
    "The benchmark's audit reads the add-on's configuration from the Amazon EKS API and asks for enableNetworkPolicy \"true\". An absent key is the documented default, which is off.",
  frameworks: [
    { framework: "CIS EKS", id: "5.4.4", origin: "benchmark" },
    { framework: "NIST 800-53 r5", id: "CM-7", origin: "mapping" },
    { framework: "PCI DSS 4.0", id: "1.2.1", origin: "mapping" },
  ],
  atAccessLevel1: "Everything: it reads the Amazon EKS API alone.",
  remediation:
    'Set enableNetworkPolicy to "true" in the add-on\'s configuration values, and keep the values that are there.',
  link: "https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html",
  needs: ["vpcCniAddon"],
  remedyReads: ["enforcement"],
  evaluate({ facts: { vpcCniAddon }, reads: { enforcement }, clusterName }) {
    const subject = { kind: "cluster", name: clusterName } as const;
    if (vpcCniAddon === null)
      return [
        {
          subject,
          ...notApplicable("The cluster does not have the vpc-cni add-on; NETPOL.2 judges what runs in it."),
        },
      ];
    const other = otherEngine(enforcement);
    const judgement = withRemedy(judge(parseAddonValues(vpcCniAddon.configurationValues)), () =>
      other === null ? remedyAddon(clusterName, vpcCniAddon) : leaveItOff(other),
    );
    return [{ subject, ...judgement, evidence: [toEvidence(vpcCniAddon, judgement, clusterName)] }];
  },
});

/** An engine beside the VPC CNI's, which a switched-on add-on would come into conflict with (NETPOL.7). */
function otherEngine(enforcement: Observed<Enforcement>): string | null {
  const engines = enforcement.seen ? enforcement.value.engines : [];
  return engines.find((engine) => !AWS_ENGINES.has(engine)) ?? null;
}

function leaveItOff(engine: string): Remediation {
  return {
    text: `Leave the add-on's setting as it is while ${engine} is installed: a second engine on the same nodes is a conflict (NETPOL.7). Record an exemption for NETPOL.1 with that reason, or remove ${engine} first.`,
    commands: [],
    files: [],
  };
}

function judge(values: AddonValues): Judgement {
  if (values.state === "malformed")
    return unknown(`The add-on's configuration values could not be read: ${values.because}.`);
  if (values.networkPolicy === true) return pass("The add-on declares enableNetworkPolicy: true.");
  if (values.networkPolicy === false) return fail("The add-on declares enableNetworkPolicy: false.");
  if (values.networkPolicy === "invalid")
    return unknown(
      'The add-on\'s enableNetworkPolicy is neither "true" nor "false", so its effect is not documented.',
    );
  if (values.state === "read" && values.nestedAt !== null)
    return fail(
      `The key enableNetworkPolicy stands at ${values.nestedAt}, where the add-on does not look; at the top level it is absent, and the documented default is off.`,
    );
  return fail("The add-on does not set enableNetworkPolicy, and the documented default is off.");
}

function toEvidence(
  { arn, configurationValues }: Addon,
  { status }: Judgement,
  clusterName: string,
): Evidence {
  return {
    source: "Amazon EKS API, DescribeAddon",
    object: "add-on vpc-cni",
    observed: configurationValues === null ? "no configuration values" : configurationValues.slice(0, 500),
    means: status === "pass" ? "enforcement is declared" : "enforcement is not declared",
    command: `aws eks describe-addon ${toClusterArguments(clusterName, parseEksArn(arn))} --addon-name vpc-cni --query addon.configurationValues`,
  };
}
