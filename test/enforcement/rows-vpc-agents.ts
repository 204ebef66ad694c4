// Rows about the VPC CNI's agents: where they run, what breaks them, and how they were installed.

import type { DaemonSet } from "../../lib/model/kubernetes.ts";
import { awsNode, pod, rollingOut, secondsAgo } from "./facts.ts";
import type { AwsNodeOptions } from "./facts.ts";
import type { Row } from "./row.ts";
import { ENFORCED, NOTHING, OFF, TRAP, UNKNOWN, vpc } from "./vpc-cluster.ts";

const onlyA = { set: awsNode(), on: ["a"] };
const silentB = { set: awsNode(), on: ["b"], pods: { silent: true } } as const;

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
    name: "a node does not report: what is said of its agent is old",
    facts: vpc({ agents: [onlyA, silentB] }),
    ...ENFORCED,
    verdict: "unknown",
    decisive:
      "the node does not report, so whether its agent container aws-eks-nodeagent still runs is not known",
  },
  {
    name: "a node does not report, and its agent does not count as ready",
    facts: vpc({ agents: [onlyA, silentB] }),
    ...ENFORCED,
    verdict: "unknown",
    decisive: "agent container ready in 1 of 2 pods",
  },
  {
    name: "a node does not report, and its pods were evicted",
    facts: vpc({
      agents: [onlyA, silentB],
      placed: { a: [pod("shop", "web")], b: [pod("shop", "old", { terminating: true })] },
    }),
    ...ENFORCED,
    decisive: "configured to enforce",
  },
  {
    name: "a node does not report, and its agent was not ready when it last did",
    facts: vpc({
      agents: [onlyA, { ...silentB, pods: { silent: true, notReady: ["aws-eks-nodeagent"] } }],
    }),
    ...ENFORCED,
    verdict: "partial",
    decisive: "aws-eks-nodeagent is not ready there",
  },
  {
    name: "a node does not report, and its agent was told to apply nothing",
    facts: vpc({ agents: [onlyA, { ...silentB, set: { ...awsNode({ args: OFF }), name: "aws-node-arm" } }] }),
    ...ENFORCED,
    verdict: "partial",
    decisive: "--enable-network-policy=false",
  },
  {
    name: "no node reports",
    facts: vpc({ agents: [{ set: awsNode(), pods: { silent: true } }] }),
    ...UNKNOWN,
    decisive: "the node does not report",
  },
  {
    name: "no node reports, and the controller's switch is off",
    facts: vpc({ agents: [{ set: awsNode(), pods: { silent: true } }], controller: "false" }),
    ...TRAP,
    decisive: "the controller's switch is off",
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
