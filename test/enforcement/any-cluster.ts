// Clusters that nobody would build, for laws that hold of every cluster: any nodes, any engines on any of
// them, any switches.

import * as fc from "fast-check";

import type { DaemonSet, Labels, Node, Pod } from "../../lib/model/kubernetes.ts";
import type { FactTypes } from "../../lib/model/snapshot.ts";
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
  rollingOut,
  secondsAgo,
  vpcCniConfigMap,
} from "./facts.ts";
import {
  anetdSet,
  antreaSet,
  calicoSet,
  ciliumSet,
  kubeNetworkPoliciesSet,
  kubeRouterSet,
  weaveSet,
} from "./engine-sets.ts";
import type { Agents, ClusterInTruth } from "./row.ts";
import { nodeConfig } from "./rows-node-configs.ts";

const TYPES: readonly Labels[] = [EC2, AUTO, FARGATE, HYBRID, WINDOWS];
const OFF = ["--enable-network-policy=false"];
const STRICT = { NETWORK_POLICY_ENFORCING_MODE: "strict" };

const SETS: readonly DaemonSet[] = [
  awsNode(),
  awsNode({ args: OFF }),
  awsNode({ env: STRICT }),
  awsNode({ agent: null }),
  awsNode({ args: ["--enable-network-policy=$(NP)"], env: STRICT }),
  awsNode({ env: { ENABLE_IPv6: "true" } }),
  calicoSet(),
  calicoSet(undefined, { FELIX_INTERFACEPREFIX: "eni" }),
  ciliumSet(),
  ciliumSet(["--enable-policy=never"]),
  ciliumSet([], { initContainers: [] }),
  antreaSet(),
  kubeRouterSet(["--run-firewall=false"]),
  weaveSet(),
  kubeNetworkPoliciesSet(),
  anetdSet(),
  daemonSet("unknown", [container("unknown", "corp/unknown:1", { privileged: true })]),
];

const PODS: readonly Pod[] = [
  pod("shop", "web"),
  pod("shop", "debug", { owner: null }),
  pod("shop", "host", { hostNetwork: true }),
  pod("shop", "done", { finished: true }),
  pod("shop", "multus", { annotations: { "k8s.v1.cni.cncf.io/networks": "sriov" } }),
  pod("shop", "young", { createdAt: secondsAgo(5) }),
];

const controller = fc.constantFrom("true", "false", null);

function nodesOf(types: readonly Labels[]) {
  return types.map((labels, index) => node(labels === FARGATE ? `fargate-${index}` : `n${index}`, labels));
}

/** Two DaemonSets of a namespace have different names. */
function renamed(set: DaemonSet, index: number): DaemonSet {
  return { ...set, name: `${set.name}-${index}` };
}

/** DaemonSets do not run on Fargate, and these agents are Linux programs. */
function canRunAgents({ name, labels }: Node): boolean {
  return !name.startsWith("fargate-") && labels["kubernetes.io/os"] === "linux";
}

function agentsOn(names: readonly string[]): fc.Arbitrary<Agents> {
  return fc.record({
    set: fc.constantFrom(...SETS).chain((set) => fc.constantFrom(set, rollingOut(set))),
    on: fc.subarray([...names]),
    pods: fc.record(
      {
        notReady: fc.constantFrom([], ["aws-eks-nodeagent", "calico-node", "cilium-agent", "weave-npc"]),
        createdAt: fc.constantFrom(secondsAgo(5), secondsAgo(5000)),
        silent: fc.constant(true as const),
      },
      { requiredKeys: ["notReady", "createdAt"] },
    ),
  });
}

function onNode(name: string): fc.Arbitrary<readonly [string, readonly Pod[]]> {
  const labels: Labels = name.startsWith("fargate-") ? { "eks.amazonaws.com/fargate-profile": "p" } : {};
  return fc
    .subarray([...PODS], { maxLength: 3 })
    .map((pods) => [
      name,
      pods.map((pod) => ({ ...pod, name: `${pod.name}-${name}`, labels: { ...pod.labels, ...labels } })),
    ]);
}

const NODE_SELECTORS = [
  undefined,
  {},
  { matchLabels: EC2 },
  { matchExpressions: [{ key: "kubernetes.io/os", operator: "DoesNotExist" }] },
  { matchFields: [] },
];

const nodeConfigs = fc.array(
  fc
    .record({
      name: fc.constantFrom("a", "b", "c"),
      namespace: fc.constantFrom("kube-system", "kube-system", "team"),
      nodeSelector: fc.constantFrom(...NODE_SELECTORS),
      createdAt: fc.constantFrom(secondsAgo(10_000), secondsAgo(1000)),
      defaults: fc.constantFrom(
        { "enable-policy": "never" },
        { "enable-policy": "default", "policy-audit-mode": "false" },
        { "enable-k8s-networkpolicy": "false" },
        { "cni-chaining-mode": "aws-cni" },
        { "bpf-lb-acceleration": "native" },
        { "enable-policy": 1 },
      ),
    })
    .map(({ defaults, ...given }) => nodeConfig(defaults, given)),
  { maxLength: 2 },
);

const more: fc.Arbitrary<Partial<FactTypes>> = fc
  .record({
    controller,
    mode: fc.constantFrom("default", "always", "never", null),
    audit: fc.constantFrom("true", "false"),
    chaining: fc.constantFrom("none", "aws-cni"),
    selector: fc.constantFrom({}, { matchLabels: { app: "web" } }, { matchFields: {} }),
    hasPolicies: fc.boolean(),
    classes: fc.subarray(["DefaultAllow", "DefaultDeny"]),
    nodeConfigs,
  })
  .map((given) => ({
    vpcCniConfigMap: vpcCniConfigMap(given.controller),
    ciliumConfigMap:
      given.mode === null
        ? null
        : configMap("cilium-config", {
            "enable-policy": given.mode,
            "policy-audit-mode": given.audit,
            "cni-chaining-mode": given.chaining,
          }),
    ciliumNodeConfigs: given.nodeConfigs,
    networkPolicies: given.hasPolicies ? [networkPolicy("shop", "any", given.selector)] : [],
    nodeClasses: given.classes.map((networkPolicy) => ({
      apiVersion: "eks.amazonaws.com/v1",
      kind: "NodeClass",
      metadata: { name: networkPolicy },
      spec: { networkPolicy },
    })),
  }));

/** An Auto Mode node exists only in a cluster that has Auto Mode. */
export const anyCluster: fc.Arbitrary<ClusterInTruth> = fc
  .array(fc.constantFrom(...TYPES), { maxLength: 4 })
  .map(nodesOf)
  .chain((nodes) => {
    const names = nodes.filter(canRunAgents).map(({ name }) => name);
    const hasAuto = nodes.some(({ labels }) => labels["eks.amazonaws.com/compute-type"] === "auto");
    return fc
      .record({
        agents: fc.array(agentsOn(names), { maxLength: 3 }),
        placed: fc.tuple(...nodes.map(({ name }) => onNode(name))),
        more,
        autoMode: hasAuto ? fc.constant(true) : fc.boolean(),
      })
      .map((given) => ({
        nodes,
        agents: given.agents.map((own, index) => ({ ...own, set: renamed(own.set, index) })),
        placed: Object.fromEntries(given.placed),
        more: { ...given.more, cluster: cluster({ autoMode: given.autoMode }) },
      }));
  });
