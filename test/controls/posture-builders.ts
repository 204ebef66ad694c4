// Small builders of the two derived pictures, for control tables: every member explicit, nothing clever.

import type { EnforcementDetail } from "../../lib/model/enforcement-detail.ts";
import type { GitOpsController, RestrictedPort } from "../../lib/model/gitops.ts";
import type { Isolation } from "../../lib/model/control.ts";
import type { PolicyOpening } from "../../lib/model/isolation-detail.ts";
import type {
  DirectionReport,
  Enforcement,
  NamespaceReport,
  WorkloadReport,
} from "../../lib/model/posture.ts";

export const isolated: DirectionReport = {
  isolated: true,
  openToCluster: false,
  openToExternal: false,
  externalShare: 0,
  policies: ["default-deny"],
  nullifiedBy: [],
};

export const unselected: DirectionReport = {
  isolated: false,
  openToCluster: true,
  openToExternal: true,
  externalShare: 1,
  policies: [],
  nullifiedBy: [],
};

export const undecided: DirectionReport = {
  isolated: null,
  openToCluster: null,
  openToExternal: null,
  externalShare: null,
  policies: ["future"],
  nullifiedBy: [],
  because: "spec.ingress[0].from[0].futurePeer is not a field that we know",
};

export const nullified: DirectionReport = {
  isolated: true,
  openToCluster: true,
  openToExternal: true,
  externalShare: 1,
  policies: ["allow-all", "default-deny"],
  nullifiedBy: ["allow-all"],
};

export function workload(
  name: string,
  directions: Partial<Pick<WorkloadReport, "ingress" | "egress">> = {},
): WorkloadReport {
  const { ingress = isolated, egress = isolated } = directions;
  const count = (direction: DirectionReport): number | null =>
    direction.isolated === null ? null : direction.isolated ? 2 : 0;
  return {
    kind: "Deployment",
    name,
    pods: { counted: 2, isolatedIngress: count(ingress), isolatedEgress: count(egress) },
    hostNetwork: false,
    ingress,
    egress,
  };
}

export function namespace(name: string, members: Partial<NamespaceReport> = {}): NamespaceReport {
  return {
    name,
    posture: "isolated",
    policies: ["default-deny"],
    deadPolicies: [],
    defaultDeny: { ingress: "effective", egress: "effective" },
    workloads: [workload("web")],
    ...members,
  };
}

export function isolation(...namespaces: readonly NamespaceReport[]): Isolation {
  return {
    namespaces,
    details: namespaces.map(({ name }) => ({
      name,
      countedPods: 2,
      selectedPods: 2,
      selected: { enforced: 2, notEnforced: 0, unknown: 0 },
      openings: [],
      metadataEgress: [],
      problems: [],
      doubtfulPolicies: [],
      ignoredPolicies: [],
    })),
  };
}

/** What single policies open, beside what the reports say of all of them. */
export function opening(openings: readonly PolicyOpening[], { namespaces, details }: Isolation): Isolation {
  return { namespaces, details: details.map((detail) => ({ ...detail, openings })) };
}

/** Of one policy it is not known whether it selects a pod. */
export function doubting(policy: string, { namespaces, details }: Isolation): Isolation {
  const doubtfulPolicies = [{ policy, because: "it has a future operator", clusterWide: false }];
  return { namespaces, details: details.map((detail) => ({ ...detail, doubtfulPolicies })) };
}

export function enforcement(
  verdict: Enforcement["verdict"],
  members: Partial<Enforcement> = {},
): Enforcement {
  return {
    verdict,
    engine: verdict === "unknown" ? null : "vpc-cni",
    engines: verdict === "unknown" ? [] : ["vpc-cni"],
    mode: "standard",
    because: `Cluster payments is ${verdict}.`,
    evidence: [],
    nodes: [],
    missing: [],
    notAttempted: false,
    unselectedPods: "allowed",
    ipBlocksMatchPods: true,
    ...members,
  };
}

export function controller(component: string, members: Partial<GitOpsController> = {}): GitOpsController {
  return {
    namespace: "gitops",
    product: "Argo CD",
    component,
    workload: `Deployment/${component}`,
    mayBeOpen: false,
    restrictedPorts: [],
    ingress: isolated,
    egress: isolated,
    ...members,
  };
}

export function openPort(port: number, ...openPaths: RestrictedPort["openPaths"]): RestrictedPort {
  return { port, behind: "what stands behind it", openPaths };
}

const fine = { because: "It is fine.", evidence: [] };

export function enforcementDetail(members: Partial<EnforcementDetail> = {}): EnforcementDetail {
  return {
    appliesAnywhere: true,
    settings: { ...fine, state: "agree", disagreements: [] },
    processing: { ...fine, state: "processed", policies: [] },
    versions: { ...fine, state: "supported", agents: [], oldKernels: [] },
    coexistence: { ...fine, state: "one", conflicts: [] },
    exceptions: [],
    unrecognised: [],
    otherControls: [],
    rollouts: [],
    ...members,
  };
}
