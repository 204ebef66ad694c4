// Rows about the two switches of the VPC CNI: the table that matters, the flag in every form, and level 1.

import type { Container, DaemonSet } from "../../lib/model/kubernetes.ts";
import { awsNode, pod, networkPolicy, policyEndpoint } from "./facts.ts";
import { collectAtLevel1 } from "./row.ts";
import type { Row } from "./row.ts";
import { ENFORCED, NOTHING, OFF, TRAP, UNKNOWN, vpc, vpcCluster } from "./vpc-cluster.ts";

const policy = networkPolicy("shop", "web");

/** aws-node whose plug-in has no variable, and whose agent has these. */
function withAgentEnv(agentEnv: Container["env"]): DaemonSet {
  const set = awsNode();
  const containers = set.containers.map((one) => ({ ...one, env: one.name === "aws-node" ? {} : agentEnv }));
  return { ...set, containers };
}

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
    name: "strict mode in the agent's container, which does not read it",
    facts: vpc({ set: withAgentEnv({ NETWORK_POLICY_ENFORCING_MODE: "strict" }) }),
    ...ENFORCED,
    decisive: "agent container ready",
  },
  {
    name: "strict mode asked of VPC CNI 1.16, which does not know it",
    facts: vpc({
      set: awsNode({
        cni: "amazon-k8s-cni:v1.16.4-eksbuild.2",
        agent: "amazon/aws-network-policy-agent:v1.0.8-eksbuild.1",
        env: { NETWORK_POLICY_ENFORCING_MODE: "strict" },
      }),
    }),
    ...ENFORCED,
    decisive: "agent container ready",
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
    decisive: "a self-hosted controller runs (pod kube-system/amazon-network-policy-controller-k8s-7f)",
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
