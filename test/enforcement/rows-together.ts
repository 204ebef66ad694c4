// Rows about engines together, engines left over, and DaemonSets that nobody knows.

import type { Container, DaemonSet } from "../../lib/model/kubernetes.ts";
import { awsNode, container, daemonSet, vpcCniConfigMap } from "./facts.ts";
import { NODES, OFF, cilium, engine } from "./engine-cluster.ts";
import { calicoSet, ciliumSet, kubeProxySet } from "./engine-sets.ts";
import { collect } from "./row.ts";
import type { ClusterInTruth, Row } from "./row.ts";

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
