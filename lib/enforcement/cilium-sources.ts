// From where Cilium's agents take their configuration: what their init container, `cilium-dbg build-config`, puts
// together before they start. Reads that container's arguments alone, and guesses at none of them.

import type { Container, DaemonSet } from "../model/kubernetes.ts";
import { readEnv, readTextFlag } from "./agent-flag.ts";

export interface ConfigSources {
  /** Whose CiliumNodeConfigs count. */
  readonly namespaces: ReadonlySet<string>;
  /** Whether a later source than cilium-config may set the key (`--allow-config-keys`, `--deny-config-keys`). */
  readonly maySet: (key: string) => boolean;
  /** Another source may hold the key, which is not read: node annotations, other ConfigMaps. */
  readonly isElsewhere: (key: string) => boolean;
}

/** Without build-config an agent has its ConfigMap alone, whatever CiliumNodeConfigs there are (kops issue 17269). */
const CONFIG_MAP_ALONE: ConfigSources = {
  namespaces: new Set(),
  maySet: () => false,
  isElsewhere: () => false,
};

const UNDECIDED: ConfigSources = { ...CONFIG_MAP_ALONE, isElsewhere: () => true };

export function readConfigSources(daemonSets: readonly DaemonSet[]): ConfigSources {
  const [sources = CONFIG_MAP_ALONE, ...others] = new Map(
    daemonSets.map((set) => {
      const container = set.initContainers.find(runsBuildConfig);
      const words = container === undefined ? [] : wordsOf(container);
      return [JSON.stringify([set.namespace, words]), readSources(container, set.namespace)];
    }),
  ).values();
  return others.length === 0 ? sources : UNDECIDED;
}

function wordsOf({ command, args }: Container): readonly string[] {
  return [...command, ...args];
}

/** Also in a line for a shell. */
function runsBuildConfig(container: Container): boolean {
  return wordsOf(container).some((word) => word.includes("build-config"));
}

function readSources(container: Container | undefined, namespace: string): ConfigSources {
  if (container === undefined) return CONFIG_MAP_ALONE;
  const [sources, allowed, denied] = ["source", "allow-config-keys", "deny-config-keys"].map((flag) =>
    readListFlag(container, flag),
  );
  if (sources === null || allowed === null || denied === null) return UNDECIDED;
  const own = readEnv(container, "CILIUM_K8S_NAMESPACE") ?? namespace;
  const [first, ...later] = (sources ?? DEFAULT_SOURCES).map((source) => readSource(source, own));
  // "the first source is privileged": nothing forbids its keys. Each later one goes before those that precede it.
  if (first?.kind !== "cilium-config") return UNDECIDED;
  const maySet = toOverridable(allowed ?? [], denied ?? []);
  const isRead = later.every(({ kind }) => kind === "node-configs");
  const namespaces = new Set(later.map((source) => source.namespace));
  return { namespaces, maySet, isElsewhere: isRead && namespaces.size <= 1 ? () => false : maySet };
}

/** cilium-dbg/cmd/build-config.go: `Source: []string{"config-map:cilium-config", "cilium-node-config:" + namespace}`. */
const DEFAULT_SOURCES = ["config-map:cilium-config", "cilium-node-config"];

interface Source {
  readonly kind: "cilium-config" | "node-configs" | "other";
  readonly namespace: string;
}

/** `config-map:[namespace/]name` or `cilium-node-config:[namespace]`, by default those of the agent's own namespace. */
function readSource(text: string, own: string): Source {
  const [, kind = "", place = ""] = /^([^:]*):?(.*)$/s.exec(text) ?? [];
  if (kind === "cilium-node-config" && !place.includes("/"))
    return { kind: "node-configs", namespace: place === "" ? own : place };
  const isOwn = ["", "cilium-config", `${own}/cilium-config`].includes(place);
  return { kind: kind === "config-map" && isOwn ? "cilium-config" : "other", namespace: own };
}

/** "allow-config-keys … takes precedence over deny-config-keys"; an empty list is none. */
function toOverridable(allowed: readonly string[], denied: readonly string[]): ConfigSources["maySet"] {
  const [isAllowed, isDenied] = [new Set(allowed), new Set(denied)];
  return isAllowed.size > 0 ? (key) => isAllowed.has(key) : (key) => !isDenied.has(key);
}

/** Undefined: not given. Null: not in the manifest, or given in parts. */
function readListFlag(container: Container, name: string): readonly string[] | null | undefined {
  if (wordsOf(container).filter((word) => word.includes(`--${name}`)).length > 1) return null;
  const text = readTextFlag(container, name);
  return typeof text === "string" ? text.split(",").filter((item) => item !== "") : text;
}
