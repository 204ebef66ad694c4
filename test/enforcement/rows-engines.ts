// Rows about other engines: each on, off and half rolled out, next to the VPC CNI, left over, or unknown.

import type { Container, DaemonSet, Pod } from "../../lib/model/kubernetes.ts";
import {
  AZURE,
  GOOGLE,
  awsNode,
  configMap,
  container,
  daemonSet,
  node,
  pod,
  secondsAgo,
  vpcCniConfigMap,
} from "./facts.ts";
import {
  anetdSet,
  antreaSet,
  azureNpmSet,
  calicoSet,
  ciliumSet,
  kubeNetworkPoliciesSet,
  kubeProxySet,
  kubeRouterSet,
  weaveSet,
} from "./engine-sets.ts";
import { collect } from "./row.ts";
import type { ClusterInTruth, Row } from "./row.ts";

const NODES = [node("a"), node("b")];
const OFF = ["--enable-network-policy=false"];

function engine(set: DaemonSet, more: ClusterInTruth["more"] = {}, on = ["a", "b"]) {
  return collect({ nodes: NODES, agents: [{ set: kubeProxySet() }, { set, on }], more });
}

function crashed(set: DaemonSet, name: string, more: ClusterInTruth["more"] = {}) {
  return collect({ nodes: NODES, agents: [{ set, pods: { notReady: [name] } }], more });
}

const cilium = (data: Readonly<Record<string, string>> = {}) => ({
  ciliumConfigMap: configMap("cilium-config", { "enable-policy": "default", ...data }),
});

export const ENGINE_ROWS: readonly Row[] = [
  {
    name: "Calico on every node",
    facts: engine(calicoSet()),
    verdict: "enforced",
    engine: "calico",
    mode: "standard",
    decisive: "agent container ready in 2 of 2 pods",
  },
  {
    name: "Calico half rolled out",
    facts: engine(calicoSet(), {}, ["a"]),
    verdict: "partial",
    engine: "calico",
    mode: "standard",
    decisive: "no agent runs there",
  },
  {
    name: "Calico crashes everywhere",
    facts: crashed(calicoSet(), "calico-node"),
    verdict: "configured-not-enforced",
    engine: "calico",
    mode: null,
    decisive: "agent container ready in 0 of 2 pods",
  },
  {
    name: "Calico by the operator, with its status",
    facts: engine(calicoSet(undefined, {}, { namespace: "calico-system" }), {
      tigeraStatuses: [TIGERA_OK()],
    }),
    verdict: "enforced",
    engine: "calico",
    mode: "standard",
    decisive: "Available True",
  },
  {
    name: "Calico from a mirror under another name",
    facts: engine(daemonSet("policy", [container("node", "mirror.corp:5000/calico/node:v3.30.0")])),
    verdict: "enforced",
    engine: "calico",
    mode: "standard",
    decisive: "calico-node is set to apply policies",
  },
  {
    name: "Calico policy-only over the VPC CNI, prefix eni",
    facts: collect({
      nodes: NODES,
      agents: [
        { set: awsNode({ args: OFF }) },
        { set: calicoSet(undefined, { FELIX_INTERFACEPREFIX: "eni" }) },
      ],
    }),
    verdict: "enforced",
    engine: "calico",
    mode: "standard",
    decisive: "calico-node is set to apply policies",
  },
  {
    name: "Calico over the VPC CNI without its interface prefix",
    facts: collect({ nodes: NODES, agents: [{ set: awsNode({ args: OFF }) }, { set: calicoSet() }] }),
    verdict: "unknown",
    engine: null,
    mode: null,
    decisive: "FELIX_INTERFACEPREFIX",
  },
  {
    name: "Calico over the VPC CNI with the prefix of its own interfaces",
    facts: collect({
      nodes: NODES,
      agents: [
        { set: awsNode({ args: OFF }) },
        { set: calicoSet(undefined, { FELIX_INTERFACEPREFIX: "cali" }) },
      ],
    }),
    verdict: "unknown",
    engine: null,
    mode: null,
    decisive: "FELIX_INTERFACEPREFIX",
  },
  {
    name: "Calico, and a pod with its own security group",
    facts: collect({
      nodes: NODES,
      agents: [{ set: calicoSet() }],
      placed: { a: [pod("shop", "db", { annotations: { "vpc.amazonaws.com/pod-eni": "[]" } })] },
    }),
    verdict: "partial",
    engine: "calico",
    mode: "standard",
    decisive: "is not policed",
  },
  {
    name: "canal: Calico beside flannel in one DaemonSet",
    facts: engine(
      daemonSet("canal", [
        container("calico-node", "docker.io/calico/node:v3.28.0"),
        container("kube-flannel", "docker.io/flannel/flannel:v0.24.4", { privileged: true }),
      ]),
    ),
    verdict: "enforced",
    engine: "calico",
    mode: "standard",
    decisive: "calico-node is set to apply policies",
  },
  {
    name: "Cilium, default",
    facts: engine(ciliumSet(), cilium()),
    verdict: "enforced",
    engine: "cilium",
    mode: "standard",
    decisive: "enable-policy is default",
  },
  {
    name: "Cilium, always: unselected pods are denied",
    facts: engine(ciliumSet(), cilium({ "enable-policy": "always" })),
    verdict: "enforced",
    engine: "cilium",
    mode: "strict",
    decisive: "enable-policy is always",
  },
  {
    name: "Cilium, never",
    facts: engine(ciliumSet(), cilium({ "enable-policy": "never" })),
    verdict: "not-enforced",
    engine: null,
    mode: null,
    decisive: "enable-policy is never",
  },
  {
    name: "Cilium in audit mode",
    facts: engine(ciliumSet(), cilium({ "policy-audit-mode": "true" })),
    verdict: "configured-not-enforced",
    engine: "cilium",
    mode: null,
    decisive: "logged and not applied",
  },
  {
    name: "Cilium that ignores NetworkPolicies",
    facts: engine(ciliumSet(), cilium({ "enable-k8s-networkpolicy": "false" })),
    verdict: "not-enforced",
    engine: null,
    mode: null,
    decisive: "ignores NetworkPolicies",
  },
  {
    name: "Cilium whose flag overrides its ConfigMap",
    facts: engine(ciliumSet(["--enable-policy=never"]), cilium()),
    verdict: "not-enforced",
    engine: null,
    mode: null,
    decisive: "enable-policy is never",
  },
  {
    name: "Cilium half rolled out",
    facts: engine(ciliumSet(), cilium(), ["a"]),
    verdict: "partial",
    engine: "cilium",
    mode: "standard",
    decisive: "no agent runs there",
  },
  {
    name: "Cilium without a ConfigMap in kube-system",
    facts: engine(ciliumSet()),
    verdict: "unknown",
    engine: null,
    mode: null,
    decisive: "its configuration could not be seen",
  },
  {
    name: "Cilium in a namespace whose ConfigMap was not read",
    facts: engine(ciliumSet([], { namespace: "cilium" }), cilium()),
    verdict: "unknown",
    engine: null,
    mode: null,
    decisive: "its configuration could not be seen",
  },
  {
    name: "Cilium chained to the VPC CNI, every pod managed",
    facts: chained(["web-a", "web-b"]),
    verdict: "enforced",
    engine: "cilium",
    mode: "standard",
    decisive: "enable-policy is default",
  },
  {
    name: "Cilium chained, one pod from before it",
    facts: chained(["web-a"]),
    verdict: "partial",
    engine: "cilium",
    mode: "standard",
    decisive: "is not policed",
  },
  {
    name: "Cilium chained, one pod is 10 seconds old",
    facts: chained(["web-a"], pod("shop", "web-b", { createdAt: secondsAgo(10) })),
    verdict: "enforced",
    engine: "cilium",
    mode: "standard",
    decisive: "enable-policy is default",
  },
  {
    name: "Antrea on every node",
    facts: engine(antreaSet()),
    verdict: "enforced",
    engine: "antrea",
    mode: "standard",
    decisive: "antrea-agent is set to apply policies",
  },
  {
    name: "Antrea half rolled out",
    facts: engine(antreaSet(), {}, ["a"]),
    verdict: "partial",
    engine: "antrea",
    mode: "standard",
    decisive: "no agent runs there",
  },
  {
    name: "Antrea crashes everywhere",
    facts: crashed(antreaSet(), "antrea-agent"),
    verdict: "configured-not-enforced",
    engine: "antrea",
    mode: null,
    decisive: "0 of 2 pods",
  },
  {
    name: "kube-router with its firewall",
    facts: engine(kubeRouterSet()),
    verdict: "enforced",
    engine: "kube-router",
    mode: "standard",
    decisive: "its firewall is on",
  },
  {
    name: "kube-router without the flag: on by default",
    facts: engine(kubeRouterSet([])),
    verdict: "enforced",
    engine: "kube-router",
    mode: "standard",
    decisive: "its firewall is on",
  },
  {
    name: "kube-router --run-firewall=false",
    facts: engine(kubeRouterSet(["--run-firewall=false"])),
    verdict: "not-enforced",
    engine: null,
    mode: null,
    decisive: "--run-firewall=false",
  },
  {
    name: "kube-router half rolled out",
    facts: engine(kubeRouterSet(), {}, ["b"]),
    verdict: "partial",
    engine: "kube-router",
    mode: "standard",
    decisive: "no agent runs there",
  },
  {
    name: "Weave with weave-npc",
    facts: engine(weaveSet()),
    verdict: "enforced",
    engine: "weave",
    mode: "standard",
    decisive: "weave-npc is set to apply policies",
  },
  {
    name: "Weave without weave-npc",
    facts: engine(weaveSet(false)),
    verdict: "not-enforced",
    engine: null,
    mode: null,
    decisive: "without its policy controller",
  },
  {
    name: "Weave that expects no weave-npc and has one",
    facts: engine(weaveSet(true, { EXPECT_NPC: "0" })),
    verdict: "unknown",
    engine: null,
    mode: null,
    decisive: "EXPECT_NPC",
  },
  {
    name: "Weave half rolled out",
    facts: engine(weaveSet(), {}, ["a"]),
    verdict: "partial",
    engine: "weave",
    mode: "standard",
    decisive: "no agent runs there",
  },
  {
    name: "kube-network-policies",
    facts: engine(kubeNetworkPoliciesSet()),
    verdict: "enforced",
    engine: "kube-network-policies",
    mode: "standard",
    decisive: "its agent is set to apply policies",
  },
  {
    name: "kube-network-policies half rolled out",
    facts: engine(kubeNetworkPoliciesSet(), {}, ["a"]),
    verdict: "partial",
    engine: "kube-network-policies",
    mode: "standard",
    decisive: "no agent runs there",
  },
  {
    name: "kube-network-policies crashes everywhere",
    facts: crashed(kubeNetworkPoliciesSet(), "kube-network-policies"),
    verdict: "configured-not-enforced",
    engine: "kube-network-policies",
    mode: null,
    decisive: "0 of 2 pods",
  },
];

function TIGERA_OK() {
  return {
    apiVersion: "operator.tigera.io/v1",
    kind: "TigeraStatus",
    metadata: { name: "calico" },
    status: { conditions: [{ type: "Available", status: "True" }] },
  };
}

function chained(managed: readonly string[], second: Pod = pod("shop", "web-b")) {
  return collect({
    nodes: NODES,
    agents: [{ set: awsNode({ args: OFF }) }, { set: ciliumSet() }],
    placed: { a: [pod("shop", "web-a")], b: [second] },
    more: {
      ...cilium({ "cni-chaining-mode": "aws-cni" }),
      ciliumEndpoints: managed.map((name) => ({ namespace: "shop", name })),
    },
  });
}

const on = { vpcCniConfigMap: vpcCniConfigMap("true") };
const stranger = (more: Partial<Container> = { privileged: true }) =>
  daemonSet("ovn-node", [container("ovnkube", "corp/ovnkube:5", more)]);
const bothOff = (others: readonly DaemonSet[], more: ClusterInTruth["more"] = {}) =>
  collect({
    nodes: NODES,
    agents: [{ set: awsNode({ args: OFF }) }, ...others.map((set) => ({ set }))],
    more,
  });

export const TOGETHER_ROWS: readonly Row[] = [
  {
    name: "Calico and the VPC CNI both enforce: a conflict",
    facts: collect({
      nodes: NODES,
      agents: [{ set: awsNode() }, { set: calicoSet(undefined, { FELIX_INTERFACEPREFIX: "eni" }) }],
      more: on,
    }),
    verdict: "enforced",
    engine: null,
    mode: "standard",
    decisive: "calico",
  },
  {
    name: "Cilium and the VPC CNI both enforce: a conflict",
    facts: collect({
      nodes: NODES,
      agents: [{ set: awsNode() }, { set: ciliumSet() }],
      more: { ...on, ...cilium() },
    }),
    verdict: "enforced",
    engine: null,
    mode: "standard",
    decisive: "cilium",
  },
  {
    name: "migration: Calico on one node, the VPC CNI on the other",
    facts: collect({
      nodes: NODES,
      agents: [
        { set: awsNode(), on: ["a"] },
        { set: calicoSet(), on: ["b"] },
      ],
      more: on,
    }),
    verdict: "enforced",
    engine: null,
    mode: "standard",
    decisive: "calico",
  },
  {
    name: "Cilium replaced aws-node, whose DaemonSet is scheduled nowhere",
    facts: collect({
      nodes: NODES,
      agents: [{ set: awsNode(), on: [] }, { set: ciliumSet() }],
      more: { ...on, ...cilium() },
    }),
    verdict: "enforced",
    engine: "cilium",
    mode: "standard",
    decisive: "enable-policy is default",
  },
  {
    name: "Calico was uninstalled, its API groups remain",
    facts: bothOff([], { apiGroups: [{ name: "crd.projectcalico.org", versions: ["v1"] }] }),
    verdict: "not-enforced",
    engine: null,
    mode: null,
    decisive: "left over: no DaemonSet of calico runs here",
  },
  {
    name: "Cilium was uninstalled, its ConfigMap and API groups remain",
    facts: bothOff([], { ...cilium(), apiGroups: [{ name: "cilium.io", versions: ["v2"] }] }),
    verdict: "not-enforced",
    engine: null,
    mode: null,
    decisive: "left over: no DaemonSet of cilium runs here",
  },
  {
    name: "no engine at all",
    facts: collect({ nodes: NODES, agents: [{ set: kubeProxySet() }] }),
    verdict: "not-enforced",
    engine: null,
    mode: null,
    decisive: "No policy engine is installed",
  },
  {
    name: "off, with the usual DaemonSets of AWS around",
    facts: bothOff([kubeProxySet(), ...USUAL()]),
    verdict: "not-enforced",
    engine: null,
    mode: null,
    decisive: "--enable-network-policy=false",
  },
  {
    name: "off, with an unknown privileged DaemonSet on the host's network",
    facts: bothOff([stranger()]),
    verdict: "unknown",
    engine: null,
    mode: null,
    decisive: "kube-system/ovn-node",
  },
  {
    name: "off, with an unknown DaemonSet that has NET_ADMIN",
    facts: bothOff([stranger({ addedCapabilities: ["NET_ADMIN"] })]),
    verdict: "unknown",
    engine: null,
    mode: null,
    decisive: "kube-system/ovn-node",
  },
  {
    name: "off, with an unknown DaemonSet without power over the network",
    facts: bothOff([stranger({})]),
    verdict: "not-enforced",
    engine: null,
    mode: null,
    decisive: "--enable-network-policy=false",
  },
  {
    name: "the trap, with an unknown privileged DaemonSet",
    facts: bothOff([stranger()], on),
    verdict: "unknown",
    engine: null,
    mode: null,
    decisive: "kube-system/ovn-node",
  },
  {
    name: "enforced, with an unknown privileged DaemonSet",
    facts: collect({ nodes: NODES, agents: [{ set: awsNode() }, { set: stranger() }], more: on }),
    verdict: "enforced",
    engine: "vpc-cni",
    mode: "standard",
    decisive: "configured to enforce",
  },
  {
    name: "Istio ambient alone is no NetworkPolicy engine",
    facts: bothOff([ZTUNNEL(), ISTIO_CNI()]),
    verdict: "not-enforced",
    engine: null,
    mode: null,
    decisive: "which is another control",
  },
  {
    name: "a DaemonSet labelled as Calico with nothing of Calico in it",
    facts: engine(daemonSet("calico-node", [container("main", "corp/node-agent:3", { privileged: true })])),
    verdict: "unknown",
    engine: null,
    mode: null,
    decisive: "an agent that we recognise",
  },
];

function USUAL(): readonly DaemonSet[] {
  const images = [
    "eks/aws-ebs-csi-driver:v1.50",
    "eks/aws-efs-csi-driver:v2.1",
    "eks/eks-pod-identity-agent:0.1.33",
    "eks/observability/cloudwatch-agent:1.3",
    "aws-observability/aws-for-fluent-bit:2.34",
    "nvidia/k8s-device-plugin:v0.17",
    "dns/k8s-dns-node-cache:1.26",
  ];
  return images.map((image, index) =>
    daemonSet(`usual-${index}`, [
      container("main", `public.ecr.aws/${image}`, { privileged: true, addedCapabilities: ["NET_ADMIN"] }),
    ]),
  );
}

function ZTUNNEL(): DaemonSet {
  return daemonSet(
    "ztunnel",
    [container("istio-proxy", "docker.io/istio/ztunnel:1.28.0", { addedCapabilities: ["NET_ADMIN"] })],
    { labels: { app: "ztunnel" }, hostNetwork: false },
  );
}

function ISTIO_CNI(): DaemonSet {
  return daemonSet("istio-cni-node", [
    container("install-cni", "docker.io/istio/install-cni:1.28.0", { privileged: true }),
  ]);
}

const aks = [node("aks-1", AZURE)];
const gke = [node("gke-1", GOOGLE)];
const plumbing = daemonSet("azure-cns", [
  container("cns-container", "mcr.microsoft.com/containernetworking/azure-cns:v1.7", { privileged: true }),
]);

export const CLOUD_ROWS: readonly Row[] = [
  {
    name: "AKS without a policy engine (its default)",
    facts: collect({ nodes: aks, agents: [{ set: plumbing }] }),
    verdict: "not-enforced",
    engine: null,
    mode: null,
    decisive: "No policy engine is installed",
  },
  {
    name: "AKS with Azure Network Policy Manager",
    facts: collect({ nodes: aks, agents: [{ set: plumbing }, { set: azureNpmSet() }] }),
    verdict: "enforced",
    engine: "azure-npm",
    mode: "standard",
    decisive: "azure-npm is set to apply policies",
  },
  {
    name: "AKS with Calico",
    facts: collect({
      nodes: aks,
      agents: [
        { set: calicoSet("mcr.microsoft.com/oss/calico/node:v3.28.0", {}, { namespace: "calico-system" }) },
      ],
    }),
    verdict: "enforced",
    engine: "calico",
    mode: "standard",
    decisive: "calico-node is set to apply policies",
  },
  {
    name: "AKS powered by Cilium",
    facts: collect({ nodes: aks, agents: [{ set: ciliumSet() }], more: cilium() }),
    verdict: "enforced",
    engine: "cilium",
    mode: "standard",
    decisive: "enable-policy is default",
  },
  {
    name: "GKE Dataplane V2",
    facts: collect({ nodes: gke, agents: [{ set: anetdSet() }] }),
    verdict: "enforced",
    engine: "gke-dataplane-v2",
    mode: "standard",
    decisive: "always on in Dataplane V2",
  },
  {
    name: "GKE with the network policy add-on (Calico)",
    facts: collect({ nodes: gke, agents: [{ set: calicoSet("gke.gcr.io/calico/node:v3.26.3-gke.15") }] }),
    verdict: "enforced",
    engine: "calico",
    mode: "standard",
    decisive: "calico-node is set to apply policies",
  },
  {
    name: "GKE without either",
    facts: collect({
      nodes: gke,
      agents: [
        { set: daemonSet("netd", [container("netd", "gke.gcr.io/netd-amd64:v0.1", { privileged: true })]) },
      ],
    }),
    verdict: "not-enforced",
    engine: null,
    mode: null,
    decisive: "No policy engine is installed",
  },
];
