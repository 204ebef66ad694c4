import { defineControl } from "../model/control.ts";
import { DIRECTIONS, type Direction } from "../model/isolation-detail.ts";
import type { DirectionReport, NamespaceReport, WorkloadReport } from "../model/posture.ts";
import {
  countedWorkloads,
  fail,
  hasNoEffectivePolicy,
  judgeNamespaces,
  listNames,
  notApplicable,
  pass,
  unknown,
  workloadName,
  type Judgement,
} from "./judge-namespaces.ts";

/** CONTRACTS: from half of the address space on, for any port, isolation counts as nullified. */
const NULLIFIED_SHARE = 0.5;

export const netpol26 = defineControl({
  id: "NETPOL.26",
  title: "No policy should nullify isolation",
  subject: "namespace",
  severity: "high",
  severityReason:
    "The namespace looks isolated, has policies to show for it, and is open: nobody will look again.",
  rationale:
    "NetworkPolicies only add: one allow-all, or address ranges that together cover the internet, undoes every default deny of the pods that it selects.",
  frameworks: [
    { framework: "CIS EKS", id: "4.3.2", origin: "mapping" },
    { framework: "NIST 800-53 r5", id: "AC-4", origin: "mapping" },
    { framework: "PCI DSS 4.0", id: "1.2.5", origin: "mapping" },
    { framework: "NSA/CISA", id: "Network separation and hardening", origin: "mapping" },
  ],
  atAccessLevel1: "Everything for native NetworkPolicies; custom policy resources are unknown.",
  remediation: "Narrow the named policies to the peers and ports that the workload needs, or delete them.",
  link: "https://kubernetes.io/docs/concepts/services-networking/network-policies/",
  needs: ["isolation"],
  evaluate: ({ facts, settings }) => judgeNamespaces(facts.isolation, settings, judge),
});

function judge(namespace: NamespaceReport): Judgement {
  const selected = DIRECTIONS.flatMap((direction) =>
    countedWorkloads(namespace)
      .filter((workload) => workload[direction].isolated !== false)
      .map((workload) => ({ direction, workload, report: workload[direction] })),
  );
  if (selected.length === 0)
    return notApplicable(
      hasNoEffectivePolicy(namespace) && countedWorkloads(namespace).length > 0
        ? `No policy selects a pod of namespace ${namespace.name}, so there is no isolation to nullify; NETPOL.20 says so.`
        : `No workload of namespace ${namespace.name} is isolated, so there is nothing to nullify.`,
    );
  const nullified = selected.filter(({ report }) => isNullified(report));
  if (nullified.length > 0) return fail(toSentence(namespace, nullified));
  const blind = selected.find(
    ({ report }) =>
      report.openToCluster === null || report.openToExternal === null || report.externalShare === null,
  );
  if (blind !== undefined)
    return unknown(
      `Whether policies open ${workloadName(blind.workload)} for ${blind.direction} could not be decided: ${blind.report.because ?? "a fact was not seen"}.`,
    );
  return pass(`No policy of namespace ${namespace.name} opens a workload that another one isolates.`);
}

function isNullified({ openToCluster, openToExternal, externalShare }: DirectionReport): boolean {
  return (
    openToCluster === true ||
    openToExternal === true ||
    (externalShare !== null && externalShare >= NULLIFIED_SHARE)
  );
}

interface Nullified {
  readonly direction: Direction;
  readonly workload: WorkloadReport;
  readonly report: DirectionReport;
}

function toSentence(namespace: NamespaceReport, nullified: readonly Nullified[]): string {
  const workloads = [...new Set(nullified.map(({ workload }) => workloadName(workload)))].toSorted();
  const policies = [...new Set(nullified.flatMap(({ report }) => report.nullifiedBy))].toSorted();
  const directions = DIRECTIONS.filter((direction) => nullified.some((one) => one.direction === direction));
  // A share below the whole is opened by several rules together: then no smallest set is named.
  const by =
    policies.length > 0
      ? `policies ${listNames(policies)} open`
      : "policies together open half of all addresses or more for";
  return `In namespace ${namespace.name} ${by} ${listNames(workloads)} for ${directions.join(" and ")}.`;
}
