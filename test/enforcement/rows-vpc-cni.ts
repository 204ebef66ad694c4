// Rows about the VPC CNI on EC2 Linux nodes: its two switches, its agents, and what breaks them.

import type { DaemonSet } from "../../lib/model/kubernetes.ts";
import {
  addon,
  awsNode,
  node,
  pod,
  rollingOut,
  networkPolicy,
  secondsAgo,
  vpcCniConfigMap,
  policyEndpoint,
} from "./facts.ts";
import type { AwsNodeOptions } from "./facts.ts";
import { collect, collectAtLevel1 } from "./row.ts";
import type { ClusterInTruth, Row } from "./row.ts";

const NODES = [node("a"), node("b")];
const OFF = ["--enable-network-policy=false"];

export interface VpcOptions extends Omit<ClusterInTruth, "nodes"> {
  readonly nodes?: ClusterInTruth["nodes"];
  readonly controller?: string | null;
  readonly set?: DaemonSet;
}

/** An EKS cluster in which everything is right but what the row spells out. */
export function vpcCluster(options: VpcOptions = {}): ClusterInTruth {
  const { nodes = NODES, controller = "true", set = awsNode(), agents = [{ set }], more = {} } = options;
  return {
    nodes,
    agents,
    ...(options.placed === undefined ? {} : { placed: options.placed }),
    more: {
      vpcCniConfigMap: vpcCniConfigMap(controller),
      vpcCniAddon: addon('{"enableNetworkPolicy":"true"}'),
      ...more,
    },
  };
}

function vpc(options: VpcOptions = {}) {
  return collect(vpcCluster(options));
}

const ENFORCED = { verdict: "enforced", engine: "vpc-cni", mode: "standard" } as const;
const TRAP = { verdict: "configured-not-enforced", engine: "vpc-cni", mode: null } as const;
const NOTHING = { verdict: "not-enforced", engine: null, mode: null } as const;
const UNKNOWN = { verdict: "unknown", engine: null, mode: null } as const;

const policy = networkPolicy("shop", "web");

export const TABLE_ROWS: readonly Row[] = [
  {
    name: "both switches on, agents ready",
    facts: vpc(),
    ...ENFORCED,
    decisive: "agent container ready in 2 of 2 pods",
  },
  {
    name: "the trap: controller on, agent flag false, PolicyEndpoints appear",
    facts: vpc({
      set: awsNode({ args: OFF }),
      more: { networkPolicies: [policy], policyEndpoints: [policyEndpoint(policy, [])] },
    }),
    ...TRAP,
    decisive: "1 PolicyEndpoints exist, 1 of 1 policies have the finalizer",
  },
  {
    name: "the trap: controller on, no agent container",
    facts: vpc({ set: awsNode({ agent: null }) }),
    ...TRAP,
    decisive: "no network policy agent container",
  },
  {
    name: "controller off, agent flag true",
    facts: vpc({ controller: "false" }),
    ...TRAP,
    decisive: 'enable-network-policy-controller: "false"',
  },
  {
    name: "controller key missing, agent flag true",
    facts: vpc({ controller: null }),
    ...TRAP,
    decisive: "enable-network-policy-controller is not set",
  },
  {
    name: "ConfigMap missing, agent flag true",
    facts: vpc({ more: { vpcCniConfigMap: null } }),
    ...TRAP,
    decisive: "the ConfigMap does not exist",
  },
  {
    name: "controller off, strict mode, agent flag true: pods start denied",
    facts: vpc({ controller: "false", set: awsNode({ env: { NETWORK_POLICY_ENFORCING_MODE: "strict" } }) }),
    ...TRAP,
    decisive: "the controller's switch is off",
  },
  {
    name: "both switches off, stale PolicyEndpoints remain",
    facts: vpc({
      controller: "false",
      set: awsNode({ args: OFF }),
      more: { networkPolicies: [policy], policyEndpoints: [policyEndpoint(policy, [])] },
    }),
    ...NOTHING,
    decisive: "--enable-network-policy=false",
  },
  {
    name: "both switches off, no agent container",
    facts: vpc({ controller: null, set: awsNode({ agent: null }) }),
    ...NOTHING,
    decisive: "no network policy agent container",
  },
  {
    name: 'controller "True" is not "true"',
    facts: vpc({ controller: "True", set: awsNode({ args: OFF }) }),
    ...NOTHING,
    decisive: 'exactly "true"',
  },
  {
    name: "strict mode",
    facts: vpc({ set: awsNode({ env: { NETWORK_POLICY_ENFORCING_MODE: "STRICT" } }) }),
    ...ENFORCED,
    mode: "strict",
    decisive: "agent container ready",
  },
  {
    name: "controller off but a self-hosted controller runs",
    facts: vpc({
      controller: "false",
      placed: { a: [pod("kube-system", "amazon-network-policy-controller-k8s-7f")], b: [] },
    }),
    ...UNKNOWN,
    decisive: "a self-hosted controller runs",
  },
];

function flag(name: string, args: readonly string[], on: boolean): Row {
  const expected = on ? ENFORCED : TRAP;
  return {
    name: `agent flag ${name}`,
    facts: vpc({ set: awsNode({ args }) }),
    ...expected,
    decisive: on ? "agent container ready" : "nothing applies",
  };
}

export const FLAG_ROWS: readonly Row[] = [
  flag("=1", ["--enable-network-policy=1"], true),
  flag("bare", ["--enable-network-policy", "--log-level=info"], true),
  flag("=TRUE", ["--enable-network-policy=TRUE"], true),
  flag("=F", ["--enable-network-policy=F"], false),
  flag("absent (default false)", [], false),
  flag("given twice: the last one wins, on", [...OFF, "--enable-network-policy=true"], true),
  flag("given twice: the last one wins, off", ["--enable-network-policy=true", ...OFF], false),
  flag(
    "with a separate word: the flag is on, the word is positional",
    ["--enable-network-policy", "false"],
    true,
  ),
  flag("=yes is no boolean", ["--enable-network-policy=yes"], false),
  {
    name: "agent flag from a variable that is not read",
    facts: vpc({ set: awsNode({ args: ["--enable-network-policy=$(NP)"] }) }),
    ...UNKNOWN,
    decisive: "not written in the manifest",
  },
  {
    name: "agent started by a shell line",
    facts: vpc({ set: awsNode({ args: ["exec /controller --enable-network-policy=true"] }) }),
    ...UNKNOWN,
    decisive: "not written in the manifest",
  },
];

const onlyA = { set: awsNode(), on: ["a"] };

export const AGENT_ROWS: readonly Row[] = [
  {
    name: "one node without an agent hosts pods",
    facts: vpc({ agents: [onlyA] }),
    ...ENFORCED,
    verdict: "partial",
    decisive: "no agent runs there",
  },
  {
    name: "the node without an agent hosts no pods",
    facts: vpc({ agents: [onlyA], placed: { a: [pod("shop", "web")], b: [] } }),
    ...ENFORCED,
    decisive: "configured to enforce",
  },
  {
    name: "the node without an agent hosts hostNetwork pods only",
    facts: vpc({
      agents: [onlyA],
      placed: { a: [pod("shop", "web")], b: [pod("kube-system", "kube-proxy", { hostNetwork: true })] },
    }),
    ...ENFORCED,
    decisive: "configured to enforce",
  },
  {
    name: "the node without an agent hosts a terminating pod only",
    facts: vpc({
      agents: [onlyA],
      placed: { a: [pod("shop", "web")], b: [pod("shop", "old", { terminating: true })] },
    }),
    ...ENFORCED,
    decisive: "configured to enforce",
  },
  {
    name: "the agent container crashes on one node, the pod is 1/2",
    facts: vpc({ agents: [onlyA, { set: awsNode(), on: ["b"], pods: { notReady: ["aws-eks-nodeagent"] } }] }),
    ...ENFORCED,
    verdict: "partial",
    decisive: "aws-eks-nodeagent is not ready there",
  },
  {
    name: "aws-node crashes but the agent container is ready",
    facts: vpc({ agents: [{ set: awsNode(), pods: { notReady: ["aws-node"] } }] }),
    ...ENFORCED,
    decisive: "agent container ready in 2 of 2 pods",
  },
  {
    name: "the agent crashes on every node",
    facts: vpc({ agents: [{ set: awsNode(), pods: { notReady: ["aws-eks-nodeagent"] } }] }),
    ...TRAP,
    decisive: "agent container ready in 0 of 2 pods",
  },
  {
    name: "the agent on one node started 30 seconds ago",
    facts: vpc({
      agents: [
        onlyA,
        { set: awsNode(), on: ["b"], pods: { notReady: ["aws-eks-nodeagent"], createdAt: secondsAgo(30) } },
      ],
    }),
    verdict: "unknown",
    engine: "vpc-cni",
    mode: "standard",
    decisive: "just starting",
  },
  {
    name: "rollout from off to on, one node done",
    facts: vpc({
      agents: [
        { set: rollingOut(awsNode()), on: ["a"] },
        { set: rollingOut(awsNode()), on: ["b"], pods: { containers: awsNode({ args: OFF }).containers } },
      ],
    }),
    ...ENFORCED,
    verdict: "partial",
    decisive: "a rollout is under way",
  },
  {
    name: "rollout from on to off, one node done",
    facts: vpc({
      agents: [
        { set: rollingOut(awsNode({ args: OFF })), on: ["a"] },
        { set: rollingOut(awsNode({ args: OFF })), on: ["b"], pods: { containers: awsNode().containers } },
      ],
    }),
    ...ENFORCED,
    verdict: "partial",
    decisive: "a rollout is under way",
  },
  {
    name: "aws-node is scheduled nowhere (its nodeSelector was patched)",
    facts: vpc({ agents: [{ set: awsNode(), on: [] }] }),
    ...TRAP,
    decisive: "agent container ready in 0 of 0 pods",
  },
  {
    name: "ConfigMap on, no aws-node in the cluster at all",
    facts: vpc({ agents: [] }),
    verdict: "configured-not-enforced",
    engine: null,
    mode: null,
    decisive: "enable-network-policy-controller",
  },
  {
    name: "bandwidth plug-in on",
    facts: vpc({ set: awsNode({ env: { ENABLE_BANDWIDTH_PLUGIN: "true" } }) }),
    ...TRAP,
    decisive: "ENABLE_BANDWIDTH_PLUGIN",
  },
  {
    name: "VPC CNI 1.13, older than the feature",
    facts: vpc({ set: version("v1.13.4-eksbuild.1") }),
    ...TRAP,
    decisive: "older than v1.14.0",
  },
  {
    name: "VPC CNI v1.14.0-eksbuild.2, one build too early",
    facts: vpc({ set: version("v1.14.0-eksbuild.2") }),
    ...TRAP,
    decisive: "older than v1.14.0",
  },
  {
    name: "VPC CNI v1.14.0-eksbuild.3, the first that works",
    facts: vpc({ set: version("v1.14.0-eksbuild.3") }),
    ...ENFORCED,
    decisive: "agent container ready",
  },
  {
    name: "no node at all, both switches on",
    facts: vpc({ nodes: [] }),
    ...UNKNOWN,
    engine: "vpc-cni",
    decisive: "no node",
  },
  {
    name: "no node at all, both switches off",
    facts: vpc({ nodes: [], controller: "false", set: awsNode({ args: OFF }) }),
    ...NOTHING,
    decisive: "--enable-network-policy=false",
  },
];

function version(tag: string): DaemonSet {
  return awsNode({ cni: `602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon-k8s-cni:${tag}` });
}

function named(name: string, options: AwsNodeOptions): Row {
  return {
    name,
    facts: vpc({ set: awsNode(options) }),
    ...ENFORCED,
    decisive: "agent container ready in 2 of 2 pods",
  };
}

export const INSTALL_ROWS: readonly Row[] = [
  named("images from a mirror", {
    cni: "mirror.corp:5000/eks/amazon-k8s-cni:v1.21.1",
    agent: "mirror.corp:5000/aws-network-policy-agent:v1.3.1",
  }),
  named("images pinned by digest", {
    cni: "ecr/amazon-k8s-cni@sha256:0a1b",
    agent: "ecr/amazon/aws-network-policy-agent@sha256:2c3d",
  }),
  named("agent container named as in the documentation", { agentName: "aws-network-policy-agent" }),
  named("agent container and image renamed, found by its flag", {
    agentName: "np",
    agent: "mirror.corp/np:1",
  }),
  named("Helm release of another name in another namespace", {
    name: "cni-aws-vpc-cni",
    namespace: "networking",
  }),
  {
    name: "self-managed: no add-on",
    facts: vpc({ more: { vpcCniAddon: null } }),
    ...ENFORCED,
    decisive: "configured to enforce",
  },
  {
    name: "two aws-node DaemonSets, one for each architecture",
    facts: vpc({
      agents: [
        { set: awsNode(), on: ["a"] },
        { set: awsNode({ name: "aws-node-arm" }), on: ["b"] },
      ],
    }),
    ...ENFORCED,
    decisive: "configured to enforce",
  },
  {
    name: "two aws-node DaemonSets, one of them off",
    facts: vpc({
      agents: [
        { set: awsNode(), on: ["a"] },
        { set: awsNode({ name: "aws-node-arm", args: OFF }), on: ["b"] },
      ],
    }),
    ...ENFORCED,
    verdict: "partial",
    decisive: "--enable-network-policy=false",
  },
];

const bare = pod("shop", "debug", { owner: null });
const attached = pod("shop", "router", { annotations: { "k8s.v1.cni.cncf.io/networks": "sriov" } });

export const POD_ROWS: readonly Row[] = [
  {
    name: "a selected pod without an owner",
    facts: vpc({ placed: { a: [bare], b: [] }, more: { networkPolicies: [policy] } }),
    ...ENFORCED,
    verdict: "partial",
    decisive: "is not policed",
  },
  {
    name: "a pod without an owner that no policy selects",
    facts: vpc({
      placed: { a: [bare], b: [] },
      more: { networkPolicies: [networkPolicy("shop", "web", { matchLabels: { app: "web" } })] },
    }),
    ...ENFORCED,
    decisive: "configured to enforce",
  },
  {
    name: "a pod without an owner and a selector that cannot be read",
    facts: vpc({
      placed: { a: [bare], b: [] },
      more: { networkPolicies: [networkPolicy("shop", "web", { matchFields: {} })] },
    }),
    ...ENFORCED,
    verdict: "unknown",
    decisive: "may not be policed",
  },
  {
    name: "a selected pod with a Multus interface",
    facts: vpc({ placed: { a: [attached], b: [] }, more: { networkPolicies: [policy] } }),
    ...ENFORCED,
    verdict: "partial",
    decisive: "is not policed",
  },
  {
    name: "a selected pod with several network cards",
    facts: vpc({
      placed: {
        a: [pod("shop", "hpc", { annotations: { "k8s.amazonaws.com/nicConfig": "multi-nic-attachment" } })],
        b: [],
      },
      more: { networkPolicies: [policy] },
    }),
    ...ENFORCED,
    verdict: "partial",
    decisive: "is not policed",
  },
  {
    name: "IPv6 cluster with IPv4 egress (the default)",
    facts: vpc({ set: awsNode({ env: { ENABLE_IPv6: "true" } }) }),
    ...ENFORCED,
    verdict: "partial",
    decisive: "ENABLE_V4_EGRESS",
  },
  {
    name: "IPv6 cluster without IPv4 egress",
    facts: vpc({ set: awsNode({ env: { ENABLE_IPv6: "true", ENABLE_V4_EGRESS: "false" } }) }),
    ...ENFORCED,
    decisive: "configured to enforce",
  },
];

export const LEVEL_1_ROWS: readonly Row[] = [
  {
    name: "level 1: every pod runs beside an agent",
    facts: collectAtLevel1(vpcCluster()),
    ...ENFORCED,
    decisive: "configured to enforce",
  },
  {
    name: "level 1: a pod runs on a node without an agent",
    facts: collectAtLevel1(vpcCluster({ agents: [onlyA] })),
    ...ENFORCED,
    verdict: "partial",
    decisive: "no agent runs there",
  },
  {
    name: "level 1: the trap",
    facts: collectAtLevel1(vpcCluster({ set: awsNode({ args: OFF }) })),
    ...TRAP,
    decisive: "--enable-network-policy=false",
  },
  {
    name: "level 1: both switches off",
    facts: collectAtLevel1(vpcCluster({ controller: "false", set: awsNode({ args: OFF }) })),
    ...NOTHING,
    decisive: "--enable-network-policy=false",
  },
  {
    name: "level 1: the agent crashes on one node",
    facts: collectAtLevel1(
      vpcCluster({
        agents: [onlyA, { set: awsNode(), on: ["b"], pods: { notReady: ["aws-eks-nodeagent"] } }],
      }),
    ),
    ...ENFORCED,
    verdict: "partial",
    decisive: "is not ready there",
  },
];
