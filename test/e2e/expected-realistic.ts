// Upstream manifests, and what a person who read them says of each. Only the names of files and of objects are
// here; the files themselves belong to their projects and stay outside of the repository.

import { vpcCni, vpcCniAddon } from "../../emulator/worlds/addons.ts";
import { flux } from "../../emulator/worlds/gitops.ts";
import type { ManifestOptions } from "../../emulator/worlds/from-manifests.ts";

export interface Installation {
  readonly files: readonly string[];
  /** Kinds of the files' objects that were not applied. */
  readonly without?: readonly string[];
  readonly options: ManifestOptions;
  readonly verdict: string;
  readonly engine: string | null;
  /** What the evidence or the reason must speak of. */
  readonly because: RegExp;
  readonly namespace?: ExpectedNamespace;
  /** `status control subject` of findings that must be there. */
  readonly findings?: readonly string[];
}

export interface ExpectedNamespace {
  readonly name: string;
  readonly posture: string;
  /** Workloads that policies select, of those that count. */
  readonly ingress: readonly [selected: number, of: number];
  readonly egress: readonly [selected: number, of: number];
  /** Selected, but open to every pod or address all the same. */
  readonly openForIngress: readonly string[];
  readonly openForEgress: readonly string[];
}

const ENFORCED = {
  addons: [vpcCniAddon('{"enableNetworkPolicy":"true"}')],
  parts: [vpcCni({ controller: true, agent: true })],
};
const VPC_CNI_OFF = { parts: [vpcCni({ controller: false, agent: false })] };
const VPC_CNI = { verdict: "enforced", engine: "vpc-cni", because: /agent/ };

const AWS_DEFINITIONS = [
  "crd-networking.k8s.aws_applicationnetworkpolicies.yaml",
  "crd-networking.k8s.aws_clusternetworkpolicies.yaml",
  "crd-networking.k8s.aws_clusterpolicyendpoints.yaml",
  "crd-networking.k8s.aws_policyendpoints.yaml",
];
const FLUX_POLICIES = ["flux-allow-egress.yaml", "flux-allow-scraping.yaml", "flux-allow-webhooks.yaml"];
const FLUX_CONTROLLERS = [
  "helm-controller",
  "kustomize-controller",
  "notification-controller",
  "source-controller",
];
const PROMETHEUS_WORKLOADS = [
  "blackbox-exporter",
  "grafana",
  "kube-state-metrics",
  "prometheus-adapter",
  "prometheus-operator",
];

const gitOps: Readonly<Record<string, Installation>> = {
  "argo-cd": {
    ...VPC_CNI,
    files: ["argo-cd-install.yaml"],
    options: { ...ENFORCED, namespace: "argocd" },
    namespace: {
      name: "argocd",
      posture: "partial",
      ingress: [7, 7],
      egress: [0, 7],
      openForIngress: ["argocd-server"],
      openForEgress: [],
    },
    // Redis, the repo server and Dex are closed; the server's door is meant to be open, and is said to be.
    findings: [
      "pass NETPOL.20 argocd",
      "pass NETPOL.40 argocd",
      "fail NETPOL.25 argocd",
      "fail NETPOL.26 argocd",
      "fail NETPOL.41 argocd",
    ],
  },
  "argo-cd-ha": {
    ...VPC_CNI,
    files: ["argo-cd-ha-install.yaml"],
    options: { ...ENFORCED, namespace: "argocd" },
    namespace: {
      name: "argocd",
      posture: "partial",
      ingress: [8, 8],
      // redis-ha-server alone.
      egress: [1, 8],
      openForIngress: ["argocd-server"],
      openForEgress: [],
    },
    findings: ["pass NETPOL.40 argocd", "fail NETPOL.41 argocd"],
  },
  "argo-cd-core": {
    ...VPC_CNI,
    files: ["argo-cd-core-install.yaml"],
    options: { ...ENFORCED, namespace: "argocd" },
    namespace: {
      name: "argocd",
      posture: "isolated",
      ingress: [4, 4],
      egress: [0, 4],
      openForIngress: [],
      openForEgress: [],
    },
    findings: ["pass NETPOL.40 argocd", "fail NETPOL.41 argocd", "pass NETPOL.26 argocd"],
  },
  "argo-cd-without-its-policies": {
    ...VPC_CNI,
    files: ["argo-cd-install.yaml"],
    without: ["NetworkPolicy"],
    options: { ...ENFORCED, namespace: "argocd" },
    namespace: {
      name: "argocd",
      posture: "unprotected",
      ingress: [0, 7],
      egress: [0, 7],
      openForIngress: [],
      openForEgress: [],
    },
    findings: ["fail NETPOL.20 argocd", "fail NETPOL.40 argocd", "fail NETPOL.41 argocd"],
  },
  flux: {
    ...VPC_CNI,
    files: FLUX_POLICIES,
    options: {
      addons: ENFORCED.addons,
      parts: [...ENFORCED.parts, flux({ networkPolicies: false })],
      namespace: "flux-system",
    },
    namespace: {
      name: "flux-system",
      posture: "isolated",
      ingress: [4, 4],
      egress: [4, 4],
      openForIngress: [],
      openForEgress: FLUX_CONTROLLERS,
    },
    findings: [
      "pass NETPOL.24 flux-system",
      "fail NETPOL.26 flux-system",
      "pass NETPOL.40 flux-system",
      "fail NETPOL.41 flux-system",
    ],
  },
  "kube-prometheus": {
    ...VPC_CNI,
    files: ["kube-prometheus.yaml"],
    options: ENFORCED,
    // The operator's own custom resources have no pods here, and node-exporter is on the host network.
    namespace: {
      name: "monitoring",
      posture: "partial",
      ingress: [5, 5],
      egress: [5, 5],
      openForIngress: ["prometheus-adapter"],
      openForEgress: PROMETHEUS_WORKLOADS,
    },
    findings: ["fail NETPOL.26 monitoring", "fail NETPOL.27 monitoring"],
  },
};

const engines: Readonly<Record<string, Installation>> = {
  "vpc-cni": {
    files: ["aws-vpc-cni.yaml", ...AWS_DEFINITIONS],
    options: { namespace: "kube-system" },
    verdict: "not-enforced",
    engine: null,
    because: /--enable-network-policy=false/,
    findings: ["fail NETPOL.2 vpc-cni"],
  },
  calico: {
    files: ["calico.yaml"],
    options: {},
    verdict: "enforced",
    engine: "calico",
    because: /calico/,
    findings: ["pass NETPOL.2 calico"],
  },
  // Felix looks for interfaces named cali…, and the VPC CNI calls them eni…: as it stands it may do nothing.
  "calico-policy-only": {
    files: ["calico-policy-only.yaml"],
    options: VPC_CNI_OFF,
    verdict: "unknown",
    engine: null,
    because: /FELIX_INTERFACEPREFIX/,
    findings: ["unknown NETPOL.2 calico-policy-only"],
  },
  antrea: {
    files: ["antrea-eks.yaml"],
    options: VPC_CNI_OFF,
    verdict: "enforced",
    engine: "antrea",
    because: /antrea/,
    findings: ["pass NETPOL.2 antrea"],
  },
  "kube-router": {
    files: ["kube-router-firewall.yaml"],
    options: VPC_CNI_OFF,
    verdict: "enforced",
    engine: "kube-router",
    because: /kube-router/,
    findings: ["pass NETPOL.2 kube-router"],
  },
  "kube-router-proxy-only": {
    files: ["kube-router-proxy-only.yaml"],
    options: VPC_CNI_OFF,
    verdict: "not-enforced",
    engine: null,
    because: /--run-firewall=false/,
    findings: ["fail NETPOL.2 kube-router-proxy-only"],
  },
  weave: {
    files: ["weave.yaml"],
    options: {},
    verdict: "enforced",
    engine: "weave",
    because: /weave/,
    findings: ["pass NETPOL.2 weave"],
  },
  "kube-network-policies": {
    files: ["kube-network-policies.yaml"],
    options: VPC_CNI_OFF,
    verdict: "enforced",
    engine: "kube-network-policies",
    because: /kube-network-policies/,
    findings: ["pass NETPOL.2 kube-network-policies"],
  },
};

/** By the name of its cluster. */
export const installations: Readonly<Record<string, Installation>> = { ...gitOps, ...engines };
