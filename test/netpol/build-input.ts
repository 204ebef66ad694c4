// Small literals for evaluator tests: a cluster is written as what differs from the defaults.

import assert from "node:assert/strict";
import type { Isolation } from "../../lib/model/control.ts";
import type { NamespaceDetail, NamespaceRules } from "../../lib/model/isolation-detail.ts";
import type {
  Job,
  Labels,
  Namespace,
  OwnerReference,
  Pod,
  PodDetail,
  RawObject,
} from "../../lib/model/kubernetes.ts";
import { seen } from "../../lib/model/observed.ts";
import type {
  DirectionReport,
  Enforcement,
  NamespaceReport,
  NodeEnforcement,
  WorkloadReport,
} from "../../lib/model/posture.ts";
import { assessIsolation } from "../../lib/netpol/assess-isolation.ts";
import type { EngineBehaviour, IsolationInput, OtherPolicies } from "../../lib/netpol/isolation-input.ts";
import { createReachability } from "../../lib/netpol/reachability.ts";
import { reviewRules } from "../../lib/netpol/review-rules.ts";

export const NO_OTHER: OtherPolicies = {
  awsClusterNetworkPolicies: seen([]),
  awsApplicationNetworkPolicies: seen([]),
  adminNetworkPolicies: seen([]),
  baselineAdminNetworkPolicies: seen([]),
  clusterNetworkPolicies: seen([]),
  ciliumNetworkPolicies: seen([]),
  ciliumClusterwideNetworkPolicies: seen([]),
  calicoNetworkPolicies: seen([]),
  calicoGlobalNetworkPolicies: seen([]),
  calicoTiers: seen([]),
  calicoNetworkSets: seen([]),
  calicoGlobalNetworkSets: seen([]),
  antreaNetworkPolicies: seen([]),
  antreaClusterNetworkPolicies: seen([]),
};

export const IMPLEMENTS_NONE: EngineBehaviour["implements"] = {
  awsClusterNetworkPolicies: false,
  awsApplicationNetworkPolicies: false,
  adminNetworkPolicies: false,
  baselineAdminNetworkPolicies: false,
  clusterNetworkPolicies: false,
  ciliumNetworkPolicies: false,
  ciliumClusterwideNetworkPolicies: false,
  calicoNetworkPolicies: false,
  calicoGlobalNetworkPolicies: false,
  antreaNetworkPolicies: false,
  antreaClusterNetworkPolicies: false,
};

/** The API reference's own behaviour, without any engine's additions. */
export const REFERENCE_ENGINE: EngineBehaviour = {
  unselectedPods: "allowed",
  selectionOpensOtherDirection: false,
  ipBlocksMatchPods: false,
  appliesToBarePods: true,
  appliesDomainNames: true,
  implements: IMPLEMENTS_NONE,
};

export interface Given extends Partial<Omit<IsolationInput, "engine">> {
  readonly engine?: Partial<EngineBehaviour>;
}

export function input({ engine, ...given }: Given): IsolationInput {
  return {
    namespaces: [],
    pods: [],
    policies: [],
    jobs: null,
    other: NO_OTHER,
    enforcement: null,
    podExceptions: [],
    unprocessedPolicies: [],
    podsOnUncoveredNodes: null,
    ipFamily: null,
    ...given,
    engine: { ...REFERENCE_ENGINE, ...engine },
  };
}

/** With what is known of the rules. */
export interface Assessed extends Isolation {
  readonly details: readonly (NamespaceDetail & NamespaceRules)[];
}

export function assess(given: Given): Assessed {
  const isolation = assessIsolation(input(given));
  const rules = reviewRules(input(given));
  const details = isolation.details.map((detail) => {
    const own = rules.get(detail.name);
    assert.ok(own !== undefined, `the rules of namespace ${detail.name} were reviewed`);
    return { ...detail, ...own };
  });
  return { ...isolation, details };
}

export function namespace(name: string, labels: Labels = {}): Namespace {
  return { name, labels, annotations: {}, terminating: false, createdAt: null };
}

/** `labels` as an object, pods in namespace `web` unless said otherwise. */
export function pod(name: string, labels: Labels = {}, more: Partial<Pod> = {}): Pod {
  return {
    namespace: "web",
    name,
    labels,
    annotations: {},
    owner: null,
    createdAt: null,
    terminating: false,
    hostNetwork: false,
    finished: false,
    detail: null,
    ...more,
  };
}

export function owner(kind: string, name: string): OwnerReference {
  return { apiVersion: "apps/v1", kind, name, uid: `${kind}-${name}`, controller: true };
}

export function job(name: string, cronJob: string | null, namespaceName = "web"): Job {
  return { namespace: namespaceName, name, owner: cronJob === null ? null : owner("CronJob", cronJob) };
}

export function detail(more: {
  readonly podIPs?: readonly string[];
  readonly nodeName?: string;
  readonly ports?: readonly (readonly [name: string | null, containerPort: number, protocol?: string])[];
}): PodDetail {
  const ports = (more.ports ?? []).map(([name, containerPort, protocol]) => ({
    name,
    containerPort,
    protocol: protocol ?? "TCP",
  }));
  return {
    nodeName: more.nodeName ?? null,
    phase: "Running",
    podIPs: more.podIPs ?? [],
    containers: [
      {
        name: "main",
        image: "example.test/main:1",
        command: [],
        args: [],
        env: {},
        ports,
        privileged: false,
        addedCapabilities: [],
      },
    ],
    containerStatuses: [],
  };
}

export function enforcement(
  verdict: Enforcement["verdict"],
  nodes: readonly (Pick<NodeEnforcement, "name" | "verdict"> & Partial<NodeEnforcement>)[] = [],
): Enforcement {
  return {
    verdict,
    engine: null,
    engines: [],
    mode: null,
    because: "",
    evidence: [],
    nodes: nodes.map((node) => ({ computeType: "ec2", engine: null, pods: null, because: "", ...node })),
    missing: [],
    notAttempted: false,
    unselectedPods: "allowed",
    ipBlocksMatchPods: false,
  };
}

/** A NetworkPolicy in namespace `web` unless said otherwise. `spec` is as foreign as the wire's. */
export function policy(name: string, spec: unknown, namespaceName = "web"): RawObject {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace: namespaceName },
    spec,
  };
}

export function namespaceOf(isolation: Isolation, name = "web"): NamespaceReport {
  const found = isolation.namespaces.find((report) => report.name === name);
  if (found === undefined) throw new Error(`no namespace ${name} in the report`);
  return found;
}

export function detailOf(isolation: Assessed, name = "web"): Assessed["details"][number] {
  const found = isolation.details.find((report) => report.name === name);
  if (found === undefined) throw new Error(`no namespace ${name} in the details`);
  return found;
}

export function workloadOf(isolation: Isolation, workload: string, name = "web"): WorkloadReport {
  const found = namespaceOf(isolation, name).workloads.find(
    (report) => `${report.kind}/${report.name}` === workload,
  );
  if (found === undefined) throw new Error(`no workload ${workload} in the report`);
  return found;
}

/** `isolated cluster external share`, with `-` for no and `?` for unknown, to read tables of verdicts. */
export function verdictText(report: DirectionReport): string {
  const mark = (answer: boolean | null, word: string): string =>
    answer === null ? "?" : answer ? word : "-";
  const share = report.externalShare === null ? "?" : String(report.externalShare);
  return [
    mark(report.isolated, "isolated"),
    mark(report.openToCluster, "cluster"),
    mark(report.openToExternal, "external"),
    share,
  ].join(" ");
}

/** What is allowed for a pod and direction, line by line: `allow everyone on TCP 80`. */
export function rulesInWords(
  given: Given,
  direction: "ingress" | "egress",
  name = "one",
): readonly string[] | undefined {
  const { allowed } = createReachability(input(given));
  const [first] =
    allowed({ kind: "workload", namespace: "web", workload: { kind: "Pod", name } }, direction) ?? [];
  return first?.rules.map(({ action, detail: peer, ports }) => `${action} ${peer} ${ports}`);
}
