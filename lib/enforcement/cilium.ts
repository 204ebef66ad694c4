// Cilium: enforces where its agent runs unless its configuration says otherwise. In chaining mode it polices
// only pods that it has an endpoint for; that is a rule of pod-exception-rules.ts.

import type { Evidence } from "../model/finding.ts";
import type { ConfigMap, Container, DaemonSet } from "../model/kubernetes.ts";
import type { Facts } from "../model/snapshot.ts";
import { parseGoBool, readEnv, readTextFlag } from "./agent-flag.ts";
import type { AgentReading } from "./agent-pods.ts";
import { hasImagePath } from "./container-image.ts";
import { UNRECOGNISABLE } from "./agent-pods.ts";
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
    const config = readConfig(facts, daemonSets);
    return ({ agent }) => withOwnPolicies(readCilium(agent, config), facts, agent, config);
  },
  toPolicyApis,
  describeSwitches,
  configuredBy: (facts, daemonSets) => {
    const config = readConfig(facts, daemonSets);
    const agents = daemonSets.flatMap(({ containers }) => findCiliumAgent(containers) ?? []);
    const ignoring = agents.filter((agent) => ignoresKubernetes(agent, config));
    return ["ciliumConfigMap", ...new Set(ignoring.flatMap((agent) => otherApis(agent, config)))];
  },
};

/** Cilium's switches for its own policies, and for the upstream cluster-wide ones (pkg/option/config.go). */
function toPolicyApis(facts: Facts, daemonSets: readonly DaemonSet[]): PolicyApis {
  const config = readConfig(facts, daemonSets);
  const agents = daemonSets.flatMap(({ containers }) => findCiliumAgent(containers) ?? []);
  const isOn = (key: string) => agreed(agents.map((agent) => readSwitch(agent, config, key, true)));
  return {
    ciliumNetworkPolicies: isOn("enable-cilium-network-policy"),
    ciliumClusterwideNetworkPolicies: isOn("enable-cilium-clusterwide-network-policy"),
    clusterNetworkPolicies: isOn("enable-k8s-cluster-network-policy"),
  };
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

/** "absent": the cluster has none. Null: not seen, or of another installation than the agents'. */
export type CiliumConfig = ConfigMap | "absent" | null;

export function readConfig(facts: Facts, daemonSets: readonly DaemonSet[]): CiliumConfig {
  if (!facts.ciliumConfigMap.seen) return null;
  const config = facts.ciliumConfigMap.value;
  // The collector reads kube-system; a release elsewhere has its own cilium-config there.
  const namespace = config?.namespace ?? "kube-system";
  if (daemonSets.some((set) => set.namespace !== namespace)) return null;
  return config ?? "absent";
}

export function readCilium(agent: Container | undefined, config: CiliumConfig): AgentReading {
  if (agent === undefined) return UNRECOGNISABLE;
  const mode = readMode(agent, config);
  const kubernetesPolicies = readSwitch(agent, config, "enable-k8s-networkpolicy", true);
  const audit = readSwitch(agent, config, "policy-audit-mode", false);
  const unselected = toUnselected(mode);
  if (mode === "never") return off("enable-policy is never, so Cilium applies no policy");
  if (kubernetesPolicies === false) {
    return off('enable-k8s-networkpolicy is "false", so Cilium ignores NetworkPolicies');
  }
  if (audit === true) {
    // "When Policy Audit Mode is enabled, no network policy is enforced" (Cilium, Creating Policies).
    return { ...off("policy-audit-mode is on: policies are logged and not applied"), declared: true };
  }
  const known = (mode === "default" || mode === "always") && kubernetesPolicies === true && audit === false;
  if (!known)
    return { applies: null, declared: null, because: "its configuration could not be seen", unselected };
  return { applies: true, declared: true, because: `enable-policy is ${mode}`, unselected };
}

function ignoresKubernetes(agent: Container, config: CiliumConfig): boolean {
  return readSwitch(agent, config, "enable-k8s-networkpolicy", true) === false;
}

/** The policies that it still applies, or may, where it ignores NetworkPolicies. */
function otherApis(agent: Container, config: CiliumConfig): readonly PolicyApi[] {
  const hasClusterWide = readSwitch(agent, config, "enable-k8s-cluster-network-policy", true) !== false;
  return [
    "ciliumNetworkPolicies",
    "ciliumClusterwideNetworkPolicies",
    ...(hasClusterWide ? (["clusterNetworkPolicies"] as const) : []),
  ];
}

/** Switched off for NetworkPolicies alone it still denies what `always` denies, and applies its own policies. */
function withOwnPolicies(
  reading: AgentReading,
  facts: Facts,
  agent: Container | undefined,
  config: CiliumConfig,
): AgentReading {
  if (agent === undefined || !ignoresKubernetes(agent, config)) return reading;
  const mode = readMode(agent, config);
  if (mode === "never" || readSwitch(agent, config, "policy-audit-mode", false) === true) return reading;
  const hasNone = otherApis(agent, config).every(
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

function readMode(agent: Container, config: CiliumConfig): string | null {
  return readSetting(agent, config, "enable-policy")?.toLowerCase() ?? null;
}

function toUnselected(mode: string | null): AgentReading["unselected"] {
  return mode === "always" ? "denied" : mode === "default" ? "allowed" : null;
}

/** A flag goes before a CILIUM_ variable, which goes before cilium-config. Undefined: not set. */
function readSetting(agent: Container, config: CiliumConfig, key: string): string | null {
  const flag = readTextFlag(agent, key);
  if (flag !== undefined) return flag;
  const variable = readEnv(agent, `CILIUM_${key.toUpperCase().replaceAll("-", "_")}`);
  if (variable !== undefined) return variable;
  if (config === null || config === "absent") return null;
  return Object.hasOwn(config.data, key) ? (config.data[key] ?? null) : (DEFAULTS[key] ?? null);
}

/** Cilium's own defaults for a key that a seen cilium-config leaves out. */
const DEFAULTS: Readonly<Record<string, string>> = {
  "enable-policy": "default",
  "enable-k8s-networkpolicy": "true",
  "policy-audit-mode": "false",
  "enable-cilium-network-policy": "true",
  "enable-cilium-clusterwide-network-policy": "true",
  "enable-k8s-cluster-network-policy": "false",
};

function readSwitch(agent: Container, config: CiliumConfig, key: string, bare: boolean): Ternary {
  const text = readSetting(agent, config, key);
  return text === null ? null : parseGoBool(text === "" ? `${bare}` : text);
}

function describeSwitches(facts: Facts): readonly Evidence[] {
  if (!facts.ciliumConfigMap.seen) return [];
  const config = facts.ciliumConfigMap.value;
  return ["enable-policy", "policy-audit-mode", "enable-k8s-networkpolicy", "cni-chaining-mode"].map((key) =>
    configMapEvidence(
      { namespace: "kube-system", name: "cilium-config", key },
      config,
      CILIUM_KEYS[key] ?? "",
    ),
  );
}

const CILIUM_KEYS: Readonly<Record<string, string>> = {
  "enable-policy": "default: selected pods are isolated; always: every pod; never: none",
  "policy-audit-mode": '"true": policies are logged and not applied',
  "enable-k8s-networkpolicy": '"false": NetworkPolicies are ignored',
  "cni-chaining-mode": "with another CNI below, only pods that have a CiliumEndpoint are policed",
};

/** Another CNI sets up the pods; those that started before Cilium are not its own. Null: not known. */
export function isChained(facts: Facts): Ternary {
  if (!facts.ciliumConfigMap.seen) return null;
  const data = facts.ciliumConfigMap.value?.data;
  if (data === undefined) return null;
  const mode = Object.hasOwn(data, "cni-chaining-mode") ? data["cni-chaining-mode"] : "none";
  return mode !== "none" && mode !== "";
}

/** `disable-endpoint-crd`: no pod has a CiliumEndpoint, managed or not (pkg/option/config.go, DisableCiliumEndpointCRD). */
export function keepsNoEndpoints({ ciliumConfigMap }: Facts): boolean {
  const data = ciliumConfigMap.seen ? ciliumConfigMap.value?.data : undefined;
  if (data === undefined || !Object.hasOwn(data, "disable-endpoint-crd")) return false;
  return parseGoBool(data["disable-endpoint-crd"] ?? "") !== false;
}
