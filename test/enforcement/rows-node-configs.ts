// Rows about CiliumNodeConfigs: what goes before cilium-config on some nodes, on none, and where nobody knows.

import type { DaemonSet, Node, RawObject } from "../../lib/model/kubernetes.ts";
import type { FactTypes } from "../../lib/model/snapshot.ts";
import { blind, node, pod, secondsAgo } from "./facts.ts";
import { cilium } from "./engine-cluster.ts";
import { buildConfig, ciliumSet, kubeProxySet } from "./engine-sets.ts";
import { collect } from "./row.ts";
import type { Row } from "./row.ts";

const NODES: readonly Node[] = [node("a", { pool: "general" }), node("b", { pool: "gpu" })];
const ON_GPU = { matchLabels: { pool: "gpu" } };
const NEVER = { "enable-policy": "never" };

interface NodeConfig {
  readonly name?: string;
  readonly namespace?: string;
  readonly nodeSelector?: unknown;
  readonly createdAt?: string;
}

export function nodeConfig(defaults: unknown, more: NodeConfig = {}): RawObject {
  const { name = "gpu", namespace = "kube-system", createdAt = "2026-10-01T00:00:00Z" } = more;
  return {
    apiVersion: "cilium.io/v2",
    kind: "CiliumNodeConfig",
    metadata: { namespace, name, creationTimestamp: createdAt },
    spec: { defaults, ...("nodeSelector" in more ? { nodeSelector: more.nodeSelector } : {}) },
  };
}

interface Truth {
  readonly set?: DaemonSet;
  readonly config?: Readonly<Record<string, string>>;
  readonly more?: Partial<FactTypes>;
}

function facts(configs: readonly RawObject[], { set = ciliumSet(), config = {}, more = {} }: Truth = {}) {
  return collect({
    nodes: NODES,
    agents: [{ set: kubeProxySet() }, { set }],
    more: { ...cilium(config), ciliumNodeConfigs: configs, ...more },
  });
}

const ENFORCED = { verdict: "enforced", engine: "cilium", mode: "standard" } as const;
const PARTIAL = { verdict: "partial", engine: "cilium", mode: "standard" } as const;
const OFF = { verdict: "not-enforced", engine: null, mode: null } as const;
/** One node enforces, and of the other it is not known whether, or how. */
const HALF = { verdict: "unknown", engine: "cilium", mode: null } as const;
const UNKNOWN = { verdict: "unknown", engine: null, mode: null } as const;

const IN_FORCE: readonly Row[] = [
  {
    name: "CiliumNodeConfig: never on one pool",
    facts: facts([nodeConfig(NEVER, { nodeSelector: ON_GPU })]),
    ...PARTIAL,
    decisive: "enable-policy is never by CiliumNodeConfig kube-system/gpu, so Cilium applies no policy",
  },
  {
    name: "CiliumNodeConfig: never on one pool, and its evidence",
    facts: facts([nodeConfig(NEVER, { nodeSelector: ON_GPU })]),
    ...PARTIAL,
    decisive: `CiliumNodeConfig kube-system/gpu: enable-policy: "never" on nodes that {"matchLabels":{"pool":"gpu"}} selects`,
  },
  {
    name: "CiliumNodeConfig: never on one pool, where no pod runs",
    facts: collect({
      nodes: NODES,
      agents: [{ set: ciliumSet() }],
      placed: { a: [pod("shop", "web")], b: [] },
      more: { ...cilium(), ciliumNodeConfigs: [nodeConfig(NEVER, { nodeSelector: ON_GPU })] },
    }),
    ...ENFORCED,
    decisive: "enable-policy is never by CiliumNodeConfig kube-system/gpu",
  },
  {
    name: "CiliumNodeConfig: never on every node",
    facts: facts([nodeConfig(NEVER, { nodeSelector: {} })]),
    ...OFF,
    decisive: "enable-policy is never by CiliumNodeConfig kube-system/gpu",
  },
  {
    name: "CiliumNodeConfig: NetworkPolicies are ignored on one pool",
    facts: facts([nodeConfig({ "enable-k8s-networkpolicy": "false" }, { nodeSelector: ON_GPU })]),
    ...PARTIAL,
    decisive: 'enable-k8s-networkpolicy is "false" by CiliumNodeConfig kube-system/gpu',
  },
  {
    name: "CiliumNodeConfig: audit on one pool, by an expression",
    facts: facts([
      nodeConfig(
        { "policy-audit-mode": "true" },
        { nodeSelector: { matchExpressions: [{ key: "pool", operator: "NotIn", values: ["general"] }] } },
      ),
    ]),
    ...PARTIAL,
    decisive: "policy-audit-mode is on by CiliumNodeConfig kube-system/gpu",
  },
  {
    name: "CiliumNodeConfig: off in cilium-config, and on for one pool",
    facts: facts([nodeConfig({ "enable-policy": "default" }, { nodeSelector: ON_GPU })], { config: NEVER }),
    ...PARTIAL,
    decisive: "enable-policy is default by CiliumNodeConfig kube-system/gpu",
  },
  {
    name: "CiliumNodeConfig: always on one pool, so not every unselected pod meets the same",
    facts: facts([nodeConfig({ "enable-policy": "always" }, { nodeSelector: ON_GPU })]),
    ...ENFORCED,
    mode: null,
    decisive: "enable-policy is always by CiliumNodeConfig kube-system/gpu",
  },
  {
    name: "CiliumNodeConfigs: of two the later name counts",
    facts: facts([
      nodeConfig({ "enable-policy": "default" }, { name: "b", nodeSelector: {} }),
      nodeConfig(NEVER, { name: "a", nodeSelector: ON_GPU }),
    ]),
    ...ENFORCED,
    decisive: "enable-policy is default by CiliumNodeConfig kube-system/b",
  },
  {
    name: "CiliumNodeConfig: a flag of the agent goes before it",
    facts: facts([nodeConfig({ "enable-policy": "default" }, { nodeSelector: {} })], {
      set: ciliumSet(["--enable-policy=never"]),
    }),
    ...OFF,
    decisive: "enable-policy is never, so",
  },
];

const OF_NO_EFFECT: readonly Row[] = [
  {
    name: "CiliumNodeConfig: sets nothing that touches policy",
    facts: facts([nodeConfig({ "bpf-lb-acceleration": "native" }, { nodeSelector: {} })]),
    ...ENFORCED,
    decisive: "enable-policy is default",
  },
  {
    name: "CiliumNodeConfig: sets what cilium-config says, on nodes that nobody can tell",
    facts: facts([nodeConfig({ "enable-policy": "default" }, { nodeSelector: { matchFields: [] } })]),
    ...ENFORCED,
    decisive: "enable-policy is default",
  },
  {
    name: "CiliumNodeConfig: of another namespace than Cilium's",
    facts: facts([nodeConfig(NEVER, { namespace: "team", nodeSelector: {} })]),
    ...ENFORCED,
    decisive: "enable-policy is default",
  },
  {
    name: "CiliumNodeConfig: selects no node",
    facts: facts([nodeConfig(NEVER, { nodeSelector: { matchLabels: { pool: "arm" } } })]),
    ...ENFORCED,
    decisive: "enable-policy is default",
  },
  {
    name: "CiliumNodeConfig: without a selector it applies to none",
    facts: facts([nodeConfig(NEVER)]),
    ...ENFORCED,
    decisive: "enable-policy is default",
  },
  {
    name: "CiliumNodeConfig: agents whose init container does not make their configuration",
    facts: blind(
      facts([nodeConfig(NEVER, { nodeSelector: {} })], { set: ciliumSet([], { initContainers: [] }) }),
      ["ciliumNodeConfigs"],
    ),
    ...ENFORCED,
    decisive: "enable-policy is default",
  },
  {
    name: "CiliumNodeConfig: agents that take cilium-config alone",
    facts: blind(facts([], sourcedFrom("--source=config-map:cilium-config")), ["ciliumNodeConfigs"]),
    ...ENFORCED,
    decisive: "enable-policy is default",
  },
  {
    name: "CiliumNodeConfig: keys that may not be set so",
    facts: blind(facts([], sourcedFrom("--allow-config-keys=bpf-lb-acceleration,mtu")), [
      "ciliumNodeConfigs",
    ]),
    ...ENFORCED,
    decisive: "enable-policy is default",
  },
  {
    name: "CiliumNodeConfig: a key that is forbidden",
    facts: facts(
      [nodeConfig(NEVER, { nodeSelector: {} })],
      sourcedFrom("--deny-config-keys=enable-policy,policy-audit-mode"),
    ),
    ...ENFORCED,
    decisive: "enable-policy is default",
  },
];

const NOT_KNOWN: readonly Row[] = [
  {
    name: "CiliumNodeConfigs: may not be listed",
    facts: blind(facts([]), ["ciliumNodeConfigs"]),
    ...UNKNOWN,
    decisive: "whether a CiliumNodeConfig sets it otherwise there could not be seen",
  },
  {
    name: "CiliumNodeConfig: never on one pool, and the nodes were not seen",
    facts: blind(facts([nodeConfig(NEVER, { nodeSelector: ON_GPU })]), ["nodes"]),
    ...UNKNOWN,
    decisive: "whether CiliumNodeConfig kube-system/gpu sets enable-policy there is not known",
  },
  {
    name: "CiliumNodeConfig: a selector that we cannot read",
    facts: facts([nodeConfig(NEVER, { nodeSelector: { matchFields: [] } })]),
    ...UNKNOWN,
    decisive: "whether CiliumNodeConfig kube-system/gpu sets enable-policy there is not known",
  },
  {
    name: "CiliumNodeConfig: defaults that are no texts",
    facts: facts([nodeConfig({ "enable-policy": { never: true } }, { nodeSelector: ON_GPU })]),
    ...HALF,
    decisive: "whether CiliumNodeConfig kube-system/gpu sets enable-policy there is not known",
  },
  {
    name: "CiliumNodeConfig: younger than the agents, which read it when they start",
    facts: facts([nodeConfig(NEVER, { nodeSelector: ON_GPU, createdAt: secondsAgo(3600) })]),
    ...HALF,
    decisive: "whether CiliumNodeConfig kube-system/gpu sets enable-policy there is not known",
  },
  {
    name: "CiliumNodeConfig: of an unknown age, so whether the agents have read it is not known",
    facts: facts([nodeConfig(NEVER, { nodeSelector: ON_GPU, createdAt: "some time ago" })]),
    ...HALF,
    decisive: "whether CiliumNodeConfig kube-system/gpu sets enable-policy there is not known",
  },
  {
    name: "CiliumNodeConfig: never, beside audit in cilium-config, and the agents were not seen",
    facts: blind(
      facts([nodeConfig(NEVER, { nodeSelector: {} })], { config: { "policy-audit-mode": "true" } }),
      ["agentPods"],
    ),
    ...UNKNOWN,
    decisive: "policy-audit-mode is on",
  },
  {
    name: "CiliumNodeConfig: chaining on some nodes, where pods may be older than Cilium",
    facts: facts([nodeConfig({ "cni-chaining-mode": "aws-cni" }, { nodeSelector: ON_GPU })]),
    ...ENFORCED,
    verdict: "unknown",
    decisive: "may not be policed",
  },
  {
    name: "CiliumNodeConfigs: more than are looked up for each agent",
    facts: facts(
      Array.from({ length: 1001 }, (_, at) => nodeConfig(NEVER, { name: `${at}`, nodeSelector: {} })),
    ),
    ...UNKNOWN,
    decisive: "more than 1000 CiliumNodeConfigs set it",
  },
  {
    name: "Cilium that takes node annotations, too",
    facts: facts([], sourcedFrom("--source=config-map:cilium-config,cilium-node-config,node")),
    ...UNKNOWN,
    decisive: "further sources (build-config --source)",
  },
  {
    name: "Cilium that takes another ConfigMap",
    facts: facts([], sourcedFrom("--source=config-map:team/cilium-config,cilium-node-config")),
    ...UNKNOWN,
    decisive: "further sources (build-config --source)",
  },
  {
    name: "Cilium whose sources a variable decides",
    facts: facts([], sourcedFrom("--source=$(SOURCES)")),
    ...UNKNOWN,
    decisive: "further sources (build-config --source)",
  },
];

function sourcedFrom(...args: readonly string[]): Truth {
  return { set: ciliumSet([], { initContainers: [buildConfig(...args)] }) };
}

export const NODE_CONFIG_ROWS: readonly Row[] = [...IN_FORCE, ...OF_NO_EFFECT, ...NOT_KNOWN];
