// CiliumNodeConfigs: what goes before cilium-config on the nodes that they select. Says for one agent and one key what
// is in force there, and null where that was not seen. Which keys matter, cilium-settings.ts knows.

import type { Evidence } from "../model/finding.ts";
import type { DaemonSet, Labels, Pod, RawObject } from "../model/kubernetes.ts";
import { quoteForShell } from "../model/quote-for-shell.ts";
import type { Facts } from "../model/snapshot.ts";
import { isPodOf } from "./agent-pods.ts";
import { readConfigSources, type ConfigSources } from "./cilium-sources.ts";
import { clip, kubernetesEvidence, nameOf } from "./evidence.ts";
import { createLabelMatcher, readMember } from "./select-pods.ts";
import type { Ternary } from "./ternary.ts";

export interface Setting {
  /** Null: not known. */
  readonly text: string | null;
  /** What set it, where that was not cilium-config. */
  readonly by: string | null;
  /** One clause: why it is not known, where more is to say than that it was not seen. */
  readonly doubt: string | null;
}

/** `base`: what holds without them. */
export type Overrides = (key: string, base: string | null) => Setting;

export const NO_OVERRIDES: Overrides = (_, base) => ({ text: base, by: null, doubt: null });

/** For an agent's pod; for null, what holds of every agent alike, on whichever node. */
export function readNodeConfigs(
  facts: Facts,
  daemonSets: readonly DaemonSet[],
): (agent: Pod | null) => Overrides {
  const sources = readConfigSources(daemonSets);
  const settersOf = toSetters(nodeConfigsOf(facts, sources));
  const labels = new Map(facts.nodes.seen ? facts.nodes.value.map((node) => [node.name, node.labels]) : []);
  const oldest = toOldest(facts, daemonSets);
  return (agent) => {
    const place = {
      labels: labels.get(agent?.detail?.nodeName ?? "") ?? null,
      startedAtMs: agent === null ? oldest : toMs(agent.createdAt),
    };
    return (key, base) => {
      if (sources.isElsewhere(key)) return unknown(ELSEWHERE);
      if (sources.namespaces.size === 0 || !sources.maySet(key)) return NO_OVERRIDES(key, base);
      const setters = settersOf(key);
      if (typeof setters === "string") return unknown(setters);
      return setters.reduce(
        (former, setter) => override(former, setter, key, place),
        NO_OVERRIDES(key, base),
      );
    };
  };
}

/** Where an agent runs, and since when: null and NaN where that was not seen. */
interface Place {
  readonly labels: Labels | null;
  readonly startedAtMs: number;
}

/** Agents that nobody saw may be of any age. */
function toOldest({ agentPods }: Facts, daemonSets: readonly DaemonSet[]): number {
  if (!agentPods.seen) return -Infinity;
  let oldest = Infinity;
  for (const pod of agentPods.value) {
    const startedAtMs = toMs(pod.createdAt);
    if (startedAtMs >= oldest || !daemonSets.some((set) => isPodOf(pod, set))) continue;
    oldest = Number.isNaN(startedAtMs) ? -Infinity : startedAtMs;
  }
  return oldest;
}

function toMs(time: string | null | undefined): number {
  return time == null ? NaN : Date.parse(time);
}

const UNSEEN = "whether a CiliumNodeConfig sets it otherwise there could not be seen";
const ELSEWHERE = "its configuration has further sources (build-config --source), which are not read";

/** Every object of a cluster has a time; a manifest that somebody wrote has none, and counts as policies do. */
function toCreatedAtMs(time: string | null | undefined): number {
  return time == null ? -Infinity : Date.parse(time);
}

function unknown(doubt: string): Setting {
  return { text: null, by: null, doubt };
}

/** Of the agents' own namespace, in the order in which they go: "ordered by name with later Overrides overwriting". */
function nodeConfigsOf(facts: Facts, { namespaces }: ConfigSources): readonly RawObject[] | null {
  if (!facts.ciliumNodeConfigs.seen) return null;
  return facts.ciliumNodeConfigs.value
    .filter(({ metadata }) => namespaces.has(metadata.namespace ?? ""))
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** One that sets a key. */
interface Setter {
  /** Null: nobody knows to what. */
  readonly text: string | null;
  readonly by: string;
  readonly createdAtMs: number;
  readonly selects: (labels: Labels | null) => Ternary;
}

/** Each agent is asked about each of them. */
const MAX_SETTERS = 1000;
const TOO_MANY = `more than ${MAX_SETTERS} CiliumNodeConfigs set it, and they were not looked up`;

/** By key; a text: why they are not known. */
function toSetters(configs: readonly RawObject[] | null): (key: string) => readonly Setter[] | string {
  const known = new Map<string, readonly Setter[] | string>();
  return (key) => {
    if (configs === null) return UNSEEN;
    const before = known.get(key);
    if (before !== undefined) return before;
    const setting = configs.filter((config) => readDefault(config, key) !== undefined);
    const setters = setting.length > MAX_SETTERS ? TOO_MANY : setting.map((config) => toSetter(config, key));
    known.set(key, setters);
    return setters;
  };
}

function toSetter(config: RawObject, key: string): Setter {
  const selector = readMember(config["spec"], "nodeSelector");
  return {
    text: readDefault(config, key) ?? null,
    by: describeNodeConfig(config),
    createdAtMs: toCreatedAtMs(config.metadata.creationTimestamp),
    // "If not supplied, then this config applies to no nodes. If empty, then it applies to all nodes."
    selects: selector == null ? () => false : createLabelMatcher(selector),
  };
}

function override(former: Setting, setter: Setter, key: string, place: Place): Setting {
  const { text, by } = setter;
  const applies = appliesTo(setter, place);
  if (applies === false || (applies === null && text !== null && text === former.text)) return former;
  return applies === true && text !== null
    ? { text, by, doubt: null }
    : unknown(`whether ${by} sets ${key} there is not known`);
}

/** "spec.defaults", a map of texts. Undefined: does not set it; null: no map of texts, so nobody knows what it sets. */
function readDefault(config: RawObject, key: string): string | null | undefined {
  const defaults = readMember(config["spec"], "defaults");
  if (defaults === undefined) return undefined;
  if (typeof defaults !== "object" || defaults === null || Array.isArray(defaults)) return null;
  const value = readMember(defaults, key);
  return value === undefined || typeof value === "string" ? value : null;
}

function appliesTo({ selects, createdAtMs }: Setter, { labels, startedAtMs }: Place): Ternary {
  const selected = selects(labels);
  // "will not cause changes to take effect until pods are deleted and re-created" (Per-node configuration).
  const readIt = createdAtMs === -Infinity || startedAtMs >= createdAtMs;
  return selected === true && !readIt ? null : selected;
}

/** Hundreds of them would drown the rest. */
const MAX_EVIDENCE = 10;

/** Of those that set one of the keys, or may. */
export function nodeConfigEvidence(
  facts: Facts,
  daemonSets: readonly DaemonSet[],
  keys: readonly string[],
): readonly Evidence[] {
  const configs = nodeConfigsOf(facts, readConfigSources(daemonSets)) ?? [];
  return configs
    .flatMap((config) => {
      const set = keys.filter((key) => readDefault(config, key) !== undefined);
      return set.length === 0 ? [] : [toEvidence(config, set)];
    })
    .slice(0, MAX_EVIDENCE);
}

function toEvidence(config: RawObject, keys: readonly string[]): Evidence {
  const { namespace = "", name } = config.metadata;
  const values = keys.map((key) => `${key}: ${JSON.stringify(readDefault(config, key))}`).join(", ");
  const selector = JSON.stringify(readMember(config["spec"], "nodeSelector") ?? null);
  return kubernetesEvidence(
    describeNodeConfig(config),
    `${clip(values)} on nodes that ${clip(selector)} selects`,
    "there it goes before cilium-config, once the agents have been started anew",
    `kubectl get ciliumnodeconfigs.cilium.io ${quoteForShell(name)} -n ${quoteForShell(namespace)} -o yaml`,
  );
}

function describeNodeConfig({ metadata: { namespace = "", name } }: RawObject): string {
  return `CiliumNodeConfig ${nameOf({ namespace, name })}`;
}
