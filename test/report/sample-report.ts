// A report as a day's scan of a small company gives it: the literal that the tests of report/ and sinks/ share.

import type { Evidence, Finding, Severity, Status, Subject } from "../../lib/model/finding.ts";
import type {
  DirectionReport,
  Enforcement,
  NamespaceReport,
  Posture,
  WorkloadReport,
} from "../../lib/model/posture.ts";
import type { ClusterReport, Report } from "../../lib/model/report.ts";
import { toFindingId } from "../../lib/model/finding-id.ts";

const REGION = "eu-central-1";
const PROD = "111122223333";
const TEST = "444455556666";
const LOCKED = "777788889999";

export const agentEvidence: Evidence = {
  source: "Kubernetes API",
  object: "daemonset kube-system/aws-node",
  observed: "container aws-eks-nodeagent runs with --enable-network-policy=false",
  means: "the agent is there and told not to enforce",
  command:
    "kubectl -n kube-system get daemonset aws-node -o jsonpath='{.spec.template.spec.containers[*].args}'",
};

function enforcement(change: Partial<Enforcement>): Enforcement {
  return {
    verdict: "enforced",
    engine: "vpc-cni",
    engines: ["vpc-cni"],
    mode: "standard",
    because:
      "The VPC CNI is configured to enforce NetworkPolicies and its agent is ready on every node that hosts pods.",
    evidence: [],
    nodes: [],
    missing: [],
    notAttempted: false,
    unselectedPods: "allowed",
    ipBlocksMatchPods: true,
    ...change,
  };
}

function direction(isolated: boolean | null, open: boolean | null): DirectionReport {
  return {
    isolated,
    openToCluster: open,
    openToExternal: open,
    externalShare: open === null ? null : open ? 1 : 0,
    policies: isolated === true ? ["default-deny"] : [],
    nullifiedBy: [],
    ...(isolated === null ? { because: "a policy has a field that we do not know" } : {}),
  };
}

export function workload(name: string, isolated: boolean | null): WorkloadReport {
  const count = isolated === null ? null : isolated ? 3 : 0;
  return {
    kind: "Deployment",
    name,
    pods: { counted: 3, isolatedIngress: count, isolatedEgress: count },
    hostNetwork: false,
    ingress: direction(isolated, isolated === null ? null : !isolated),
    egress: direction(isolated, isolated === null ? null : !isolated),
  };
}

export function namespace(
  name: string,
  posture: Posture,
  workloads: readonly WorkloadReport[] = [],
): NamespaceReport {
  const declared = posture === "isolated" ? "effective" : "absent";
  return {
    name,
    posture,
    policies: posture === "unprotected" || posture === "empty" ? [] : ["default-deny"],
    deadPolicies: [],
    defaultDeny: { ingress: declared, egress: declared },
    workloads,
  };
}

interface FindingParts {
  readonly controlId: string;
  readonly title: string;
  readonly severity: Severity;
  readonly status?: Status;
  readonly account?: string | null;
  readonly region?: string | null;
  readonly cluster?: string | null;
  readonly subject: Subject;
  readonly because: string;
  readonly evidence?: readonly Evidence[];
  readonly text: string;
  readonly commands?: readonly string[];
}

export function finding(parts: FindingParts): Finding {
  const { account = PROD, region = REGION, cluster = "shop-prod", controlId, subject } = parts;
  return {
    id: toFindingId({ region, account, cluster, controlId, createdAt: "2025-03-01T08:30:00Z", subject }),
    controlId,
    title: parts.title,
    status: parts.status ?? "fail",
    severity: parts.severity,
    account,
    region,
    cluster,
    subject,
    because: parts.because,
    evidence: parts.evidence ?? [],
    remediation: { text: parts.text, commands: parts.commands ?? [], files: [] },
  };
}

const shopProd: ClusterReport = {
  account: PROD,
  region: REGION,
  name: "shop-prod",
  createdAt: "2025-03-01T08:30:00Z",
  version: "1.33",
  enforcement: enforcement({
    verdict: "configured-not-enforced",
    because: "NetworkPolicies are declared, but the agent of the VPC CNI runs with enforcement switched off.",
    evidence: [agentEvidence],
    nodes: [
      {
        name: "ip-10-0-1-17.eu-central-1.compute.internal",
        computeType: "ec2",
        engine: "vpc-cni",
        verdict: "not-enforced",
        pods: 41,
        because: "the agent is told not to enforce",
      },
    ],
  }),
  namespaces: [
    namespace("argocd", "unprotected", [workload("argocd-server", false)]),
    namespace("cart", "inert", [workload("cart-api", true)]),
    namespace("checkout", "inert", [workload("checkout-api", true), workload("checkout-worker", null)]),
    namespace("kube-system", "unprotected"),
    namespace("payments", "inert", [workload("payments-api", true)]),
    namespace("scratch", "empty"),
    namespace("search", "unknown", [workload("search-index", null)]),
  ],
};

const shopTest: ClusterReport = {
  account: TEST,
  region: REGION,
  name: "shop-test",
  createdAt: "2025-06-01T08:30:00Z",
  version: "1.32",
  enforcement: enforcement({ mode: "strict", unselectedPods: "denied" }),
  namespaces: [
    namespace("cart", "isolated", [workload("cart-api", true)]),
    namespace("payments", "isolated"),
  ],
};

const dataProd: ClusterReport = {
  account: PROD,
  region: "us-east-1",
  name: "data-prod",
  createdAt: "2024-11-20T10:00:00Z",
  version: "1.31",
  enforcement: enforcement({
    verdict: "unknown",
    engine: null,
    engines: [],
    mode: null,
    because: "The cluster's Kubernetes API could not be reached, so nothing is known about its engine.",
    missing: ["daemonSets", "agentPods", "vpcCniConfigMap"],
    unselectedPods: null,
    ipBlocksMatchPods: null,
  }),
  namespaces: [],
};

/** The failure that a namespace without any policy is. */
export function missingPolicy(name = "payments", severity: Severity = "medium"): Finding {
  return finding({
    controlId: "NETPOL.20",
    title: "Namespaces should have a NetworkPolicy",
    severity,
    subject: { kind: "namespace", name },
    because: "No policy.",
    text: "Write one.",
  });
}

export const sampleFindings: readonly Finding[] = [
  finding({
    controlId: "NETPOL.2",
    title: "Clusters should enforce NetworkPolicies",
    severity: "critical",
    subject: { kind: "cluster", name: "shop-prod" },
    because: "31 NetworkPolicies in 3 namespaces select pods, but nothing on the nodes enforces them.",
    evidence: [agentEvidence],
    text: "Switch enforcement on in the vpc-cni add-on; first look at the policies that would take effect.",
    commands: [
      `aws eks update-addon --region eu-central-1 --cluster-name shop-prod --addon-name vpc-cni --configuration-values '{"enableNetworkPolicy":"true"}' --resolve-conflicts PRESERVE`,
    ],
  }),
  finding({
    controlId: "NETPOL.40",
    title: "GitOps controllers should be closed to other namespaces",
    severity: "high",
    subject: { kind: "namespace", name: "argocd" },
    because: "Pods of every namespace reach argocd-redis on TCP 6379 and argocd-repo-server on TCP 8081.",
    text: "Apply the NetworkPolicies that ship with Argo CD and keep the two ports closed.",
  }),
  finding({
    controlId: "NETPOL.20",
    title: "Namespaces should have a NetworkPolicy",
    severity: "medium",
    subject: { kind: "namespace", name: "argocd" },
    because: "The namespace has 7 workloads and no NetworkPolicy.",
    text: "Start with a policy that denies all ingress and egress, then allow what is needed.",
    commands: ["ringfence fix --cluster shop-prod --namespace argocd --output ./fix"],
  }),
  finding({
    controlId: "NETPOL.24",
    title: "Workloads should be isolated for ingress",
    severity: "medium",
    status: "unknown",
    subject: { kind: "namespace", name: "search" },
    because: "The policy search/allow-web has a field that Ringfence does not know.",
    text: "Update Ringfence, or say what the field means.",
  }),
  finding({
    controlId: "NETPOL.9",
    title: "Clusters should be visible to the scanner",
    severity: "high",
    region: "us-east-1",
    cluster: "data-prod",
    subject: { kind: "cluster", name: "data-prod" },
    because: "Ringfence could not look into the cluster: its endpoint did not answer within 15 s.",
    text: "Let the scanner reach the endpoint, or run the spoke in the cluster's VPC.",
  }),
  finding({
    controlId: "NETPOL.2",
    title: "Clusters should enforce NetworkPolicies",
    severity: "critical",
    status: "pass",
    account: TEST,
    cluster: "shop-test",
    subject: { kind: "cluster", name: "shop-test" },
    because: "The VPC CNI is configured to enforce and its agent is ready on 6 of 6 nodes.",
    text: "",
  }),
  finding({
    controlId: "NETPOL.9",
    title: "Clusters should be visible to the scanner",
    severity: "high",
    account: LOCKED,
    region: null,
    cluster: null,
    subject: { kind: "account", name: LOCKED },
    because:
      "Ringfence could not look into account 777788889999: the role is not there or does not trust us (access-denied).",
    text: "Deploy deploy/member-role.yaml in this account.",
  }),
];

export const sampleReport: Report = {
  schemaVersion: 1,
  tool: { name: "ringfence", version: "0.1.0" },
  startedAt: "2026-11-21T06:00:00.000Z",
  finishedAt: "2026-11-21T06:00:12.345Z",
  complete: false,
  coverage: [
    {
      account: PROD,
      region: REGION,
      cluster: "shop-new",
      outcome: "skipped",
      detail: "the cluster is CREATING",
    },
    { account: PROD, region: REGION, cluster: "shop-prod", outcome: "scanned" },
    {
      account: PROD,
      region: "us-east-1",
      cluster: "data-prod",
      outcome: "missed",
      why: "unreachable",
      detail: "connect to the cluster's endpoint timed out after 15 s",
    },
    {
      account: PROD,
      region: "us-west-2",
      cluster: null,
      outcome: "missed",
      why: "access-denied",
      detail: "eks:ListClusters was denied by a service control policy",
    },
    { account: TEST, region: REGION, cluster: "shop-test", outcome: "scanned" },
    {
      account: TEST,
      region: REGION,
      cluster: "shop-qa",
      outcome: "partial",
      why: "access-denied",
      detail: "not read: nodes, policyEndpoints; 403 Forbidden on nodes",
    },
    {
      account: LOCKED,
      region: null,
      cluster: null,
      outcome: "missed",
      why: "access-denied",
      detail: "sts:AssumeRole on RingfenceReader was denied",
    },
  ],
  clusters: [shopProd, dataProd, shopTest],
  findings: sampleFindings,
  stats: {
    durationMs: 12_345,
    awsCalls: { "sts:AssumeRole": 3, "eks:ListClusters": 9 },
    kubernetesRequests: 41,
  },
};

/** The same company on a good day. */
export const cleanReport: Report = {
  ...sampleReport,
  complete: true,
  coverage: sampleReport.coverage
    .filter(({ outcome }) => outcome === "scanned" || outcome === "skipped")
    .filter(({ cluster }) => cluster !== "shop-prod"),
  clusters: [shopTest],
  findings: sampleFindings.filter(({ status }) => status === "pass"),
};
