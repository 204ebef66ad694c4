// Rows about compute types, alone and mixed: what can enforce on each kind of node.

import {
  AUTO,
  EC2,
  FARGATE,
  HYBRID,
  WINDOWS,
  awsNode,
  cluster,
  configMap,
  container,
  daemonSet,
  networkPolicy,
  node,
  pod,
  vpcCniConfigMap,
} from "./facts.ts";
import { calicoSet, ciliumSet } from "./engine-sets.ts";
import { collect, collectAtLevel1 } from "./row.ts";
import type { ClusterInTruth, Row } from "./row.ts";

const OFF = ["--enable-network-policy=false"];
const on = { vpcCniConfigMap: vpcCniConfigMap("true") };
const off = { vpcCniConfigMap: vpcCniConfigMap("false") };
const auto = cluster({ autoMode: true });
const hybrid = cluster({ hybridNodes: true });

const fargatePod = pod("shop", "job", { labels: { "eks.amazonaws.com/fargate-profile": "default" } });
const nodeClass = (networkPolicyDefault: string) => ({
  apiVersion: "eks.amazonaws.com/v1",
  kind: "NodeClass",
  metadata: { name: `class-${networkPolicyDefault}` },
  spec: { networkPolicy: networkPolicyDefault },
});

const AUTO_NODES = [node("i-1", AUTO), node("i-2", AUTO)];
const AUTO_CLUSTER: ClusterInTruth = {
  nodes: AUTO_NODES,
  more: { ...on, cluster: auto, nodeClasses: [nodeClass("DefaultAllow")] },
};
const withMore = (truth: ClusterInTruth, more: ClusterInTruth["more"]): ClusterInTruth => ({
  ...truth,
  more: { ...truth.more, ...more },
});

export const AUTO_ROWS: readonly Row[] = [
  {
    name: "Auto Mode, ConfigMap on",
    facts: collect(AUTO_CLUSTER),
    verdict: "enforced",
    engine: "eks-auto-mode",
    mode: "standard",
    decisive: "carry the agent in their image",
  },
  {
    name: "Auto Mode, ConfigMap never applied: every policy accepted, enforced by nothing",
    facts: collect(withMore(AUTO_CLUSTER, { vpcCniConfigMap: null })),
    verdict: "not-enforced",
    engine: null,
    mode: null,
    decisive: "the ConfigMap does not exist",
  },
  {
    name: "Auto Mode, ConfigMap off, NodeClass DefaultDeny does not mean on",
    facts: collect(withMore(AUTO_CLUSTER, { ...off, nodeClasses: [nodeClass("DefaultDeny")] })),
    verdict: "not-enforced",
    engine: null,
    mode: null,
    decisive: "the network policy controller is off",
  },
  {
    name: "Auto Mode, ConfigMap on, NodeClass DefaultDeny",
    facts: collect(withMore(AUTO_CLUSTER, { nodeClasses: [nodeClass("DefaultDeny")] })),
    verdict: "enforced",
    engine: "eks-auto-mode",
    mode: "strict",
    decisive: "networkPolicy is denied by default",
  },
  {
    name: "Auto Mode, NodeClasses that disagree",
    facts: collect(
      withMore(AUTO_CLUSTER, { nodeClasses: [nodeClass("DefaultDeny"), nodeClass("DefaultAllow")] }),
    ),
    verdict: "enforced",
    engine: "eks-auto-mode",
    mode: null,
    decisive: "carry the agent in their image",
  },
  {
    name: "Auto Mode scaled to no node",
    facts: collect({ ...AUTO_CLUSTER, nodes: [] }),
    verdict: "unknown",
    engine: "eks-auto-mode",
    mode: null,
    decisive: "no node was seen",
  },
  {
    name: "Auto Mode with a selected pod without an owner",
    facts: collect({
      ...withMore(AUTO_CLUSTER, { networkPolicies: [networkPolicy("shop", "all")] }),
      placed: { "i-1": [pod("shop", "debug", { owner: null })] },
    }),
    verdict: "partial",
    engine: "eks-auto-mode",
    mode: "standard",
    decisive: "is not policed",
  },
  {
    name: "Auto Mode at level 1: nodes unseen",
    facts: collectAtLevel1(AUTO_CLUSTER),
    verdict: "unknown",
    engine: null,
    mode: null,
    decisive: "nodes",
  },
  {
    name: "Auto Mode at level 1, ConfigMap off",
    facts: collectAtLevel1(withMore(AUTO_CLUSTER, off)),
    verdict: "not-enforced",
    engine: null,
    mode: null,
    decisive: "the network policy controller is off",
  },
];

const MIXED = [node("a"), node("i-1", AUTO)];
const WITH_FARGATE = [node("a"), node("fargate-ip-10-0-3-7", FARGATE)];
const onFargate = { a: [pod("shop", "web")], "fargate-ip-10-0-3-7": [fargatePod] };
const WITH_WINDOWS = [node("a"), node("w", WINDOWS)];
const WITH_HYBRID = [node("a"), node("mi-1", HYBRID)];
const ciliumConfig = { ciliumConfigMap: configMap("cilium-config", { "enable-policy": "default" }) };

export const COMPUTE_ROWS: readonly Row[] = [
  {
    name: "EC2 and Auto Mode, both on",
    facts: collect({
      nodes: MIXED,
      agents: [{ set: awsNode() }],
      more: { ...on, cluster: auto, nodeClasses: [nodeClass("DefaultAllow")] },
    }),
    verdict: "enforced",
    engine: null,
    mode: "standard",
    decisive: "vpc-cni is configured to enforce",
  },
  {
    name: "EC2 with the agent off, Auto Mode on",
    facts: collect({
      nodes: MIXED,
      agents: [{ set: awsNode({ args: OFF }) }],
      more: { ...on, cluster: auto, nodeClasses: [nodeClass("DefaultAllow")] },
    }),
    verdict: "partial",
    engine: "eks-auto-mode",
    mode: "standard",
    decisive: "--enable-network-policy=false",
  },
  {
    name: "EC2 and Auto Mode, controller off",
    facts: collect({ nodes: MIXED, agents: [{ set: awsNode() }], more: { ...off, cluster: auto } }),
    verdict: "configured-not-enforced",
    engine: "vpc-cni",
    mode: null,
    decisive: 'enable-network-policy-controller: "false"',
  },
  {
    name: "Fargate alone, both switches on",
    facts: collect({
      nodes: [node("fargate-ip-10-0-3-7", FARGATE)],
      agents: [{ set: awsNode() }],
      placed: { "fargate-ip-10-0-3-7": [fargatePod] },
      more: on,
    }),
    verdict: "configured-not-enforced",
    engine: "vpc-cni",
    mode: null,
    decisive: "no policy engine can run on Fargate",
  },
  {
    name: "Fargate alone, both switches off",
    facts: collect({
      nodes: [node("fargate-ip-10-0-3-7", FARGATE)],
      agents: [{ set: awsNode({ args: OFF }) }],
      placed: { "fargate-ip-10-0-3-7": [fargatePod] },
      more: off,
    }),
    verdict: "not-enforced",
    engine: null,
    mode: null,
    decisive: "no policy engine can run on Fargate",
  },
  {
    name: "EC2 and Fargate",
    facts: collect({ nodes: WITH_FARGATE, agents: [{ set: awsNode() }], placed: onFargate, more: on }),
    verdict: "partial",
    engine: "vpc-cni",
    mode: "standard",
    decisive: "no policy engine can run on Fargate",
  },
  {
    name: "EC2 with Calico, and Fargate",
    facts: collect({ nodes: WITH_FARGATE, agents: [{ set: calicoSet() }], placed: onFargate }),
    verdict: "partial",
    engine: "calico",
    mode: "standard",
    decisive: "no policy engine can run on Fargate",
  },
  {
    name: "EC2 and Windows",
    facts: collect({ nodes: WITH_WINDOWS, agents: [{ set: awsNode() }], more: on }),
    verdict: "partial",
    engine: "vpc-cni",
    mode: "standard",
    decisive: "on Linux only",
  },
  {
    name: "EC2 and a Windows node without pods",
    facts: collect({
      nodes: WITH_WINDOWS,
      agents: [{ set: awsNode() }],
      placed: { a: [pod("shop", "web")], w: [] },
      more: on,
    }),
    verdict: "enforced",
    engine: "vpc-cni",
    mode: "standard",
    decisive: "configured to enforce",
  },
  {
    name: "Calico on Linux, Windows nodes are not judged",
    facts: collect({ nodes: WITH_WINDOWS, agents: [{ set: calicoSet() }] }),
    verdict: "unknown",
    engine: "calico",
    mode: "standard",
    decisive: "on Windows nodes is not judged",
  },
  {
    name: "EC2 and hybrid nodes without an engine of their own",
    facts: collect({ nodes: WITH_HYBRID, agents: [{ set: awsNode() }], more: { ...on, cluster: hybrid } }),
    verdict: "partial",
    engine: "vpc-cni",
    mode: "standard",
    decisive: "does not run on hybrid nodes",
  },
  {
    name: "VPC CNI on EC2, Cilium on hybrid nodes",
    facts: collect({
      nodes: WITH_HYBRID,
      agents: [{ set: awsNode() }, { set: ciliumSet(), on: ["mi-1"] }],
      more: { ...on, ...ciliumConfig, cluster: hybrid },
    }),
    verdict: "enforced",
    engine: null,
    mode: "standard",
    decisive: "cilium",
  },
  {
    name: "hybrid nodes alone, Cilium",
    facts: collect({
      nodes: [node("mi-1", HYBRID)],
      agents: [
        { set: awsNode({ args: OFF }), on: [] },
        { set: ciliumSet(), on: ["mi-1"] },
      ],
      more: { ...off, ...ciliumConfig, cluster: hybrid },
    }),
    verdict: "enforced",
    engine: "cilium",
    mode: "standard",
    decisive: "enable-policy is default",
  },
  {
    name: "Outposts local cluster: no add-on, judged from inside",
    facts: collect({
      nodes: [node("a"), node("b")],
      agents: [{ set: awsNode() }],
      more: { ...on, cluster: cluster({ outpost: true }) },
    }),
    verdict: "enforced",
    engine: "vpc-cni",
    mode: "standard",
    decisive: "configured to enforce",
  },
  {
    name: "EC2, Auto Mode, Fargate and Windows in one cluster",
    facts: collect({
      nodes: [node("a", EC2), node("i-1", AUTO), node("fargate-ip-10-0-3-7", FARGATE), node("w", WINDOWS)],
      agents: [{ set: awsNode() }],
      placed: { ...onFargate, w: [pod("shop", "iis")], "i-1": [] },
      more: { ...on, cluster: auto, nodeClasses: [nodeClass("DefaultAllow")] },
    }),
    verdict: "partial",
    engine: null,
    mode: "standard",
    decisive: "on Linux only",
  },
  {
    name: "Calico's agent on an Auto Mode node while the ConfigMap is off",
    facts: collect({
      nodes: [node("i-1", AUTO)],
      agents: [{ set: calicoSet(), on: ["i-1"] }],
      more: { ...off, cluster: auto },
    }),
    verdict: "unknown",
    engine: null,
    mode: null,
    decisive: "which EKS Auto Mode does not support",
  },
  {
    name: "Calico's agent on an Auto Mode node, and a selected pod without an owner",
    facts: collect({
      nodes: [node("i-1", AUTO)],
      agents: [{ set: calicoSet(), on: ["i-1"] }],
      placed: { "i-1": [pod("shop", "debug", { owner: null })] },
      more: { ...on, cluster: auto, networkPolicies: [networkPolicy("shop", "all")] },
    }),
    verdict: "unknown",
    engine: null,
    mode: null,
    decisive: "may not be policed",
  },
  {
    name: "a DaemonSet that we do not know beside Auto Mode: it cannot matter there",
    facts: collect({
      ...withMore(AUTO_CLUSTER, {}),
      agents: [{ set: daemonSet("ovs", [container("ovs", "corp/ovs:1", { privileged: true })]), on: [] }],
    }),
    verdict: "enforced",
    engine: "eks-auto-mode",
    mode: "standard",
    decisive: "carry the agent in their image",
  },
];
