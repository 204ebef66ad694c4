import { aboutPolicies, aboutWorkloads } from "./about.ts";
import { defineControl } from "../model/control.ts";
import type { NamespaceDetail } from "../model/isolation-detail.ts";
import type { NamespaceReport } from "../model/posture.ts";
import type { RawObject } from "../model/kubernetes.ts";
import type { Observed } from "../model/observed.ts";
import { remedyMetadataEgress } from "../remediation/remedy-metadata-egress.ts";
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

export const netpol28 = defineControl({
  id: "NETPOL.28",
  title: "Restricted egress should not reach instance metadata",
  subject: "namespace",
  severity: "medium",
  severityReason:
    "The instance metadata service hands out the node's credentials to whoever can reach it with a hop limit above 1.",
  rationale:
    "Who restricts a workload's egress means it to be contained. A rule that still covers 169.254.169.254, usually 0.0.0.0/0 without an except, leaves the way to the node's role open.",
  frameworks: [
    { framework: "NIST 800-53 r5", id: "SC-7(5)", origin: "mapping" },
    { framework: "PCI DSS 4.0", id: "1.4.4", origin: "mapping" },
    { framework: "AWS EKS Best Practices", id: "Restrict access to the instance profile", origin: "mapping" },
  ],
  atAccessLevel1:
    "What native NetworkPolicies isolate; where none does it is unknown, because the cluster-wide policies of other APIs are not readable.",
  remediation:
    "Add 169.254.169.254/32 (IPv6: fd00:ec2::254/128) to the `except` of the rule, or set the nodes' metadata hop limit to 1 and use EKS Pod Identity.",
  link: "https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html",
  needs: ["isolation"],
  remedyReads: ["networkPolicies"],
  evaluate({ facts: { isolation }, reads, settings }) {
    return judgeNamespaces(isolation, settings, (namespace, detail) =>
      judge(namespace, detail, reads.networkPolicies),
    );
  },
});

function judge(
  namespace: NamespaceReport,
  detail: NamespaceDetail,
  networkPolicies: Observed<readonly RawObject[]>,
): Judgement {
  const restricted = countedWorkloads(namespace).filter(
    ({ egress }) => egress.isolated !== false && egress.openToExternal !== true,
  );
  if (restricted.length === 0)
    return notApplicable(`No workload of namespace ${namespace.name} has restricted egress.`);
  const names = new Set(restricted.map(workloadName));
  const reaching = detail.metadataEgress.filter(({ workload }) => names.has(workload));
  if (reaching.length > 0) {
    const workloads = [...new Set(reaching.map(({ workload }) => workload))].toSorted();
    const policies = [...new Set(reaching.flatMap((one) => one.policies))].toSorted();
    return fail(
      `The egress of ${listNames(workloads)} in namespace ${namespace.name} is restricted, but policies ${listNames(policies)} still let it reach ${reaching[0]?.address ?? "instance metadata"}.`,
      {
        about: [...aboutPolicies(policies), ...aboutWorkloads(workloads)],
        remediation: remedyMetadataEgress(namespace.name, policies, networkPolicies),
      },
    );
  }
  const blind = restricted.find(({ egress }) => egress.isolated === null || egress.openToExternal === null);
  if (blind !== undefined)
    return unknown(
      `Whether ${workloadName(blind)} can reach instance metadata could not be decided: ${blind.egress.because ?? "a fact was not seen"}.`,
    );
  return pass(
    `No workload of namespace ${namespace.name} with restricted egress can reach instance metadata.`,
  );
}
