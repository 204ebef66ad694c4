// Cilium: enforces where its agent runs unless its configuration says otherwise. In chaining mode it polices
// only pods that it has an endpoint for; that is a rule of pod-exception-rules.ts.

import type { Evidence } from "../model/finding.ts";
import type { Container, DaemonSet, Pod } from "../model/kubernetes.ts";
import type { Facts } from "../model/snapshot.ts";
import { parseGoBool } from "./agent-flag.ts";
import type { AgentReading } from "./agent-pods.ts";
import { nodeConfigEvidence, readNodeConfigs, type Setting } from "./cilium-node-configs.ts";
import {
  CILIUM_KEYS,
  type CiliumKey,
  type CiliumSettings,
  readConfig,
  readKey,
  readSetting,
  readSwitch,
} from "./cilium-settings.ts";
import { readConfigSources } from "./cilium-sources.ts";
import { hasImagePath } from "./container-image.ts";
import { reachesNodeNetwork } from "./daemon-set-roles.ts";
import { seenAgents, UNRECOGNISABLE } from "./agent-pods.ts";
import type { DaemonSetEngine } from "./daemon-set-engine.ts";
import { configMapEvidence } from "./evidence.ts";
import type { PolicyApi, PolicyApis } from "./policy-apis.ts";
import { agreed, type Ternary } from "./ternary.ts";

export const cilium: DaemonSetEngine = {
  engine: "cilium",
  title: "Cilium",
  // ipBlocks match addresses outside the cluster only; pods are matched by identity.
  ipBlocksMatchPods: false,
  recognises: (set) =>
    !isDataplaneV2(set) && (isLabelled(set) || findCiliumAgent(set.containers) !== undefined),
  findAgent: findCiliumAgent,
  toReader: (facts, daemonSets) => {
    const settingsOf = toSettings(facts, daemonSets);
    return ({ agent, pod }) => {
      const settings = settingsOf(pod);
      return withOwnPolicies(readCilium(agent, settings), facts, agent, settings);
    };
  },
  toPolicyApis,
  describeSwitches,
  configuredBy: (facts, daemonSets) => {
    const settingsOf = toSettings(facts, daemonSets);
    const others = seenAgents(facts, daemonSets).flatMap(({ containers, pod }) => {
      const agent = findCiliumAgent(containers);
      const settings = settingsOf(pod);
      return agent && ignoresKubernetes(agent, settings) ? otherApis(agent, settings) : [];
    });
    return [
      "ciliumConfigMap",
      ...(heedsNodeConfigs(daemonSets) ? (["ciliumNodeConfigs"] as const) : []),
      ...new Set(others),
    ];
  },
};

/** Cilium's switches for its own policies, and for the upstream cluster-wide ones (pkg/option/config.go). */
function toPolicyApis(facts: Facts, daemonSets: readonly DaemonSet[]): PolicyApis {
  const settings = toSettings(facts, daemonSets)(null);
  const agents = daemonSets.flatMap(({ containers }) => findCiliumAgent(containers) ?? []);
  const isOn = (key: CiliumKey) => agreed(agents.map((agent) => readSwitch(agent, settings, key, true).on));
  return {
    ciliumNetworkPolicies: isOn("enable-cilium-network-policy"),
    ciliumClusterwideNetworkPolicies: isOn("enable-cilium-clusterwide-network-policy"),
    clusterNetworkPolicies: isOn("enable-k8s-cluster-network-policy"),
  };
}

/** Of an agent's pod; of null, a template, what holds on every node alike. */
function toSettings(facts: Facts, daemonSets: readonly DaemonSet[]): (pod: Pod | null) => CiliumSettings {
  const config = readConfig(facts, daemonSets);
  const overridesOf = readNodeConfigs(facts, daemonSets);
  return (pod) => ({ config, overrides: overridesOf(pod) });
}

/** Whether a CiliumNodeConfig could change anything here. */
export function heedsNodeConfigs(daemonSets: readonly DaemonSet[]): boolean {
  const { namespaces, maySet } = readConfigSources(daemonSets);
  return namespaces.size > 0 && CILIUM_KEYS.some(maySet);
}

export function findCiliumAgent(containers: readonly Container[]): Container | undefined {
  return (
    containers.find(({ name }) => name === "cilium-agent") ??
    containers.find(({ image }) => hasImagePath(image, "cilium/cilium"))
  );
}

/** GKE's own build of Cilium runs as anetd. */
export function isDataplaneV2({ name, containers }: DaemonSet): boolean {
  return (
    name === "anetd" || containers.some(({ image }) => /(?:^|\/)gke[^/]*(?:\/[^/]+)*\/cilium\//.test(image))
  );
}

function isLabelled({ labels, matchLabels }: DaemonSet): boolean {
  return [labels, matchLabels].some(
    (map) => map["k8s-app"] === "cilium" || map["app.kubernetes.io/name"] === "cilium-agent",
  );
}

export function readCilium(agent: Container | undefined, settings: CiliumSettings): AgentReading {
  if (agent === undefined) return UNRECOGNISABLE;
  const policy = readSetting(agent, settings, "enable-policy");
  const kubernetes = readSwitch(agent, settings, "enable-k8s-networkpolicy", true);
  const audit = readSwitch(agent, settings, "policy-audit-mode", false);
  const mode = toMode(policy);
  const unselected = toUnselected(mode);
  if (mode === "never") return off(`enable-policy is never${from(policy)}, so Cilium applies no policy`);
  if (kubernetes.on === false) {
    return off(`enable-k8s-networkpolicy is "false"${from(kubernetes)}, so Cilium ignores NetworkPolicies`);
  }
  const asked = (mode === "default" || mode === "always") && kubernetes.on === true;
  if (audit.on === true) {
    // "When Policy Audit Mode is enabled, no network policy is enforced" (Cilium, Creating Policies).
    const because = `policy-audit-mode is on${from(audit)}: policies are logged and not applied`;
    return { ...off(because), declared: asked ? true : null };
  }
  if (asked && audit.on === false)
    return { applies: true, declared: true, because: `enable-policy is ${mode}${from(policy)}`, unselected };
  const doubt = policy.doubt ?? kubernetes.doubt ?? audit.doubt ?? "its configuration could not be seen";
  return { applies: null, declared: null, because: doubt, unselected };
}

function from({ by }: Setting): string {
  return by === null ? "" : ` by ${by}`;
}

function ignoresKubernetes(agent: Container, settings: CiliumSettings): boolean {
  return readSwitch(agent, settings, "enable-k8s-networkpolicy", true).on === false;
}

/** The policies that it still applies, or may, where it ignores NetworkPolicies. */
function otherApis(agent: Container, settings: CiliumSettings): readonly PolicyApi[] {
  const clusterWide = readSwitch(agent, settings, "enable-k8s-cluster-network-policy", true);
  return [
    "ciliumNetworkPolicies",
    "ciliumClusterwideNetworkPolicies",
    ...(clusterWide.on === false ? [] : (["clusterNetworkPolicies"] as const)),
  ];
}

/** Switched off for NetworkPolicies alone it still denies what `always` denies, and applies its own policies. */
function withOwnPolicies(
  reading: AgentReading,
  facts: Facts,
  agent: Container | undefined,
  settings: CiliumSettings,
): AgentReading {
  if (agent === undefined || !ignoresKubernetes(agent, settings)) return reading;
  const mode = toMode(readSetting(agent, settings, "enable-policy"));
  if (mode === "never" || readSwitch(agent, settings, "policy-audit-mode", false).on === true) return reading;
  const hasNone = otherApis(agent, settings).every(
    (name) => facts[name].seen && facts[name].value.length === 0,
  );
  if (hasNone && mode === "default") return reading;
  const beside =
    mode === "always"
      ? "but enable-policy always still denies what no other policy allows"
      : "and what it does with policies of its own API alone is not judged";
  return {
    ...reading,
    applies: null,
    because: `${reading.because}, ${beside}`,
    unselected: toUnselected(mode),
  };
}

function off(because: string): AgentReading {
  return { applies: false, declared: false, because, unselected: "allowed" };
}

function toMode({ text }: Setting): string | null {
  return text?.toLowerCase() ?? null;
}

function toUnselected(mode: string | null): AgentReading["unselected"] {
  return mode === "always" ? "denied" : mode === "default" ? "allowed" : null;
}

function describeSwitches(facts: Facts, daemonSets: readonly DaemonSet[]): readonly Evidence[] {
  const nodeConfigs = nodeConfigEvidence(facts, daemonSets, CILIUM_KEYS);
  if (!facts.ciliumConfigMap.seen) return nodeConfigs;
  const config = facts.ciliumConfigMap.value;
  const switches = Object.entries(SWITCHES).map(([key, means]) =>
    configMapEvidence({ namespace: "kube-system", name: "cilium-config", key }, config, means),
  );
  return [...switches, ...nodeConfigs];
}

const SWITCHES = {
  "enable-policy": "default: selected pods are isolated; always: every pod; never: none",
  "policy-audit-mode": '"true": policies are logged and not applied',
  "enable-k8s-networkpolicy": '"false": NetworkPolicies are ignored',
  "cni-chaining-mode": "with another CNI below, only pods that have a CiliumEndpoint are policed",
} as const satisfies Partial<Record<CiliumKey, string>>;

/** Another CNI sets up the pods; those that started before Cilium are not its own. Null: not known. */
export function isChained(facts: Facts): Ternary {
  const { text } = readAnywhere(facts, "cni-chaining-mode");
  return text === null ? null : text !== "none" && text !== "";
}

/** `disable-endpoint-crd`: no pod has a CiliumEndpoint, managed or not (pkg/option/config.go, DisableCiliumEndpointCRD). */
export function keepsNoEndpoints(facts: Facts): boolean {
  const { text, doubt } = readAnywhere(facts, "disable-endpoint-crd");
  return text === null ? doubt !== null : parseGoBool(text) !== false;
}

/** What holds on every node alike. */
function readAnywhere(facts: Facts, key: CiliumKey): Setting {
  const sets = facts.daemonSets.seen ? facts.daemonSets.value : [];
  const own = sets.filter((set) => reachesNodeNetwork(set) && cilium.recognises(set));
  const config = facts.ciliumConfigMap.seen ? (facts.ciliumConfigMap.value ?? "absent") : null;
  return readNodeConfigs(facts, own)(null)(key, readKey(config, key));
}
