// One setting of a Cilium agent: from a flag, a CILIUM_ variable, a CiliumNodeConfig of its node, or cilium-config.
// Reads, and decides nothing.

import type { ConfigMap, Container, DaemonSet } from "../model/kubernetes.ts";
import type { Facts } from "../model/snapshot.ts";
import { parseGoBool, readEnv, readTextFlag } from "./agent-flag.ts";
import { NO_OVERRIDES, type Overrides, type Setting } from "./cilium-node-configs.ts";
import type { Ternary } from "./ternary.ts";

/** "absent": the cluster has none. Null: not seen, or of another installation than the agents'. */
export type CiliumConfig = ConfigMap | "absent" | null;

export interface CiliumSettings {
  readonly config: CiliumConfig;
  readonly overrides: Overrides;
}

export function readConfig(facts: Facts, daemonSets: readonly DaemonSet[]): CiliumConfig {
  if (!facts.ciliumConfigMap.seen) return null;
  const config = facts.ciliumConfigMap.value;
  // The collector reads kube-system; a release elsewhere has its own cilium-config there.
  const namespace = config?.namespace ?? "kube-system";
  if (daemonSets.some((set) => set.namespace !== namespace)) return null;
  return config ?? "absent";
}

/** A flag goes before a CILIUM_ variable, which goes before what build-config made of the rest. */
export function readSetting(
  agent: Container,
  { config, overrides }: CiliumSettings,
  key: CiliumKey,
): Setting {
  const flag = readTextFlag(agent, key);
  const variable = readEnv(agent, `CILIUM_${key.toUpperCase().replaceAll("-", "_")}`);
  const given = flag === undefined ? variable : flag;
  return given === undefined ? overrides(key, readKey(config, key)) : NO_OVERRIDES(key, given);
}

export function readKey(config: CiliumConfig, key: CiliumKey): string | null {
  if (config === null || config === "absent") return null;
  return Object.hasOwn(config.data, key) ? (config.data[key] ?? null) : DEFAULTS[key];
}

/** Cilium's own defaults for a key that a seen cilium-config leaves out. */
const DEFAULTS = {
  "enable-policy": "default",
  "policy-audit-mode": "false",
  "enable-k8s-networkpolicy": "true",
  "enable-cilium-network-policy": "true",
  "enable-cilium-clusterwide-network-policy": "true",
  "enable-k8s-cluster-network-policy": "false",
  "cni-chaining-mode": "none",
  "disable-endpoint-crd": "false",
} as const;

export type CiliumKey = keyof typeof DEFAULTS;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys are exactly those
export const CILIUM_KEYS = Object.keys(DEFAULTS) as readonly CiliumKey[];

export interface Switch extends Setting {
  readonly on: Ternary;
}

/** `bare`: what the flag alone, without a value, means. */
export function readSwitch(
  agent: Container,
  settings: CiliumSettings,
  key: CiliumKey,
  bare: boolean,
): Switch {
  const setting = readSetting(agent, settings, key);
  const { text } = setting;
  return { ...setting, on: text === null ? null : parseGoBool(text === "" ? `${bare}` : text) };
}
