// A NetworkPolicy of networking.k8s.io/v1, compiled. Whatever cannot be read widens what the policy *may*
// allow (`unknown`, `certain`), so that a verdict on it becomes unknown; nothing is guessed.
// Source of the quotes: API reference, NetworkPolicySpec and its rules v1 networking.k8s.io.

import type { RawObject } from "../model/kubernetes.ts";
import { EVERY, parseSelector, unknownSelector, type Selector } from "./label-selector.ts";
import { parsePeer } from "./parse-peer.ts";
import { parsePort } from "./parse-ports.ts";
import {
  NETWORK_POLICY_ORDER,
  NETWORK_POLICY_TIER,
  type Direction,
  type NamedPort,
  type Peer,
  type Policy,
  type PolicyDirection,
  type PortRange,
  type Ports,
  type Rule,
} from "./policy.ts";
import { toPolicyDirection } from "./policy-direction.ts";
import { isRecord, member, shown, unknownField, type RawRecord } from "./raw-record.ts";

const POLICY_FIELDS = new Set(["apiVersion", "kind", "metadata", "spec", "status"]);
const SPEC_FIELDS = new Set(["podSelector", "policyTypes", "ingress", "egress"]);
const RULE_FIELDS: Readonly<Record<Direction, ReadonlySet<string>>> = {
  ingress: new Set(["from", "ports"]),
  egress: new Set(["to", "ports"]),
};
const PEERS_FIELD: Readonly<Record<Direction, "from" | "to">> = { ingress: "from", egress: "to" };
const TYPE_OF: Readonly<Record<Direction, string>> = { ingress: "Ingress", egress: "Egress" };

/** What differs between the APIs that speak this shape. */
export interface PolicyDialect {
  readonly api: Policy["api"];
  readonly name: string;
  /** The peer, or a clause that says why it cannot be read. */
  readonly parsePeer: (raw: unknown, path: string, direction: Direction) => Peer | string;
}

/** Of policies with one name whose spec is one value (lib/kubernetes shares it) there is one. */
export function createPolicyParser(): (raw: RawObject) => Policy {
  const bySpec = new Map<unknown, Map<string, Policy>>();
  return (raw) => {
    if (unknownField(raw, POLICY_FIELDS) !== null) return parsePolicy(raw);
    const byName = bySpec.get(raw["spec"]) ?? new Map<string, Policy>();
    const policy = byName.get(raw.metadata.name) ?? parsePolicy(raw);
    byName.set(policy.name, policy);
    bySpec.set(raw["spec"], byName);
    return policy;
  };
}

/** The server stores every NetworkPolicy in a namespace; a manifest without one goes to "default". */
export function namespaceOf(raw: RawObject): string {
  return raw.metadata.namespace ?? "default";
}

function parsePolicy(raw: RawObject): Policy {
  return parseNamespacedPolicy(raw, { api: "networkPolicies", name: raw.metadata.name, parsePeer });
}

export function parseNamespacedPolicy(raw: RawObject, dialect: PolicyDialect): Policy {
  const spec = member(raw, "spec") ?? {};
  const unreadable = unreadablePolicy(raw, spec);
  if (unreadable !== null || !isRecord(spec))
    return unreadablePolicyOf(dialect, unreadable ?? "spec is not an object");
  // "An empty selector matches all pods in the policy's namespace. … This field is optional. If it is not
  // specified, it defaults to an empty selector."
  const podSelector = member(spec, "podSelector");
  const pods = podSelector === undefined ? EVERY : parseSelector(podSelector, "spec.podSelector");
  const ingress = parseDirection(dialect, spec, "ingress");
  const egress = parseDirection(dialect, spec, "egress");
  const problems = problemsOf(pods.unknown, ingress, egress, spec);
  return toPolicy(dialect, { pods, ingress, egress, problems });
}

function toPolicy(
  { api, name }: PolicyDialect,
  { pods, ingress, egress, problems }: Pick<Policy, Direction | "problems"> & { readonly pods: Selector },
): Policy {
  return {
    api,
    name,
    isClusterWide: false,
    tier: NETWORK_POLICY_TIER,
    order: NETWORK_POLICY_ORDER,
    sameOrder: "by-name",
    subject: { namespaces: null, pods },
    ingress,
    egress,
    doubt: null,
    problems,
  };
}

function unreadablePolicy(raw: RawObject, spec: unknown): string | null {
  const foreign = unknownField(raw, POLICY_FIELDS);
  if (foreign !== null) return `the policy has a field that we do not know, ${shown(foreign)}`;
  if (!isRecord(spec)) return "spec is not an object";
  const foreignInSpec = unknownField(spec, SPEC_FIELDS);
  return foreignInSpec === null ? null : `spec has a field that we do not know, ${shown(foreignInSpec)}`;
}

/** It may select any pod of its namespace and allow anything. */
function unreadablePolicyOf(dialect: PolicyDialect, because: string): Policy {
  const rules = [unreadableRule("spec", because)];
  const anything = toPolicyDirection(dialect.name, rules, { unknown: because, isolates: true });
  const pods = unknownSelector(because);
  return toPolicy(dialect, { pods, ingress: anything, egress: anything, problems: [because] });
}

function parseDirection(
  dialect: PolicyDialect,
  spec: RawRecord,
  direction: Direction,
): PolicyDirection | null {
  const affects = affectsDirection(spec, direction);
  if (affects === false) return null;
  const unknown = affects === true ? null : unknownPolicyTypes(spec);
  const rules = parseRules(member(spec, direction), direction, dialect);
  return toPolicyDirection(dialect.name, rules, { unknown, isolates: true });
}

function parseRules(raw: unknown, direction: Direction, dialect: PolicyDialect): readonly Rule[] {
  const path = `spec.${direction}`;
  // "If this field is empty then this NetworkPolicy does not allow any traffic (and serves solely to ensure
  // that the pods it selects are isolated by default)."
  if (raw === undefined) return [];
  if (!Array.isArray(raw)) return [unreadableRule(path, `${path} is not a list`)];
  return raw.map((rule, index) => parseRule(rule, direction, `${path}[${index}]`, dialect));
}

/** Whether the policy applies to the direction; null where policyTypes cannot be read. */
function affectsDirection(spec: RawRecord, direction: Direction): boolean | null {
  const types = member(spec, "policyTypes");
  if (types === undefined || (Array.isArray(types) && types.length === 0)) {
    // "If this field is not specified, it will default based on the existence of ingress or egress rules;
    // policies that contain an egress section are assumed to affect egress, and all policies (whether or not
    // they contain an ingress section) are assumed to affect ingress."
    return direction === "ingress" || hasEgressRules(spec);
  }
  if (!Array.isArray(types)) return null;
  // "Valid options are ["Ingress"], ["Egress"], or ["Ingress", "Egress"]."
  if (types.includes(TYPE_OF[direction])) return true;
  return unknownPolicyTypes(spec) === null ? false : null;
}

/** The server defaults by the existence of *rules*: `egress: []` is the same as no egress section. */
function hasEgressRules(spec: RawRecord): boolean {
  const egress = member(spec, "egress");
  return egress !== undefined && !(Array.isArray(egress) && egress.length === 0);
}

function unknownPolicyTypes(spec: RawRecord): string | null {
  const types = member(spec, "policyTypes");
  if (types === undefined) return null;
  if (!Array.isArray(types)) return "spec.policyTypes is not a list";
  const foreign: unknown = types.find((type) => type !== "Ingress" && type !== "Egress");
  return foreign === undefined
    ? null
    : `spec.policyTypes has ${shown(foreign)}, which is not Ingress or Egress`;
}

function parseRule(raw: unknown, direction: Direction, path: string, dialect: PolicyDialect): Rule {
  if (!isRecord(raw)) return unreadableRule(path, `${path} is not an object`);
  const foreign = unknownField(raw, RULE_FIELDS[direction]);
  if (foreign !== null)
    return unreadableRule(path, `${path} has a field that we do not know, ${shown(foreign)}`);
  const field = PEERS_FIELD[direction];
  const peers = parsePeers(member(raw, field), `${path}.${field}`, (peer, at) =>
    dialect.parsePeer(peer, at, direction),
  );
  const ports = parsePorts(member(raw, "ports"), `${path}.ports`);
  return {
    action: "allow",
    path,
    peers: peers.known,
    ports: ports.known,
    unknown: peers.unknown ?? ports.unknown,
  };
}

interface Parsed<T> {
  readonly known: T;
  readonly unknown: string | null;
}

/** "Items in this list are combined using a logical OR operation", so the readable ones count for themselves. */
function parsePeers(
  raw: unknown,
  path: string,
  parse: (raw: unknown, path: string) => Peer | string,
): Parsed<readonly Peer[]> {
  // "If this field is empty or missing, this rule matches all sources (traffic not restricted by source)."
  if (raw === undefined || (Array.isArray(raw) && raw.length === 0))
    return { known: [{ kind: "everyone", path }], unknown: null };
  if (!Array.isArray(raw)) return { known: [], unknown: `${path} is not a list` };
  const known: Peer[] = [];
  let unknown: string | null = null;
  for (const [index, item] of raw.entries()) {
    const peer = parse(item, `${path}[${index}]`);
    if (typeof peer === "string") unknown ??= peer;
    else known.push(peer);
  }
  return { known, unknown };
}

function parsePorts(raw: unknown, path: string): Parsed<Ports | null> {
  // "If this field is empty or missing, this rule matches all ports (traffic not restricted by port)."
  if (raw === undefined || (Array.isArray(raw) && raw.length === 0)) return { known: null, unknown: null };
  if (!Array.isArray(raw)) return { known: { ranges: [], names: [] }, unknown: `${path} is not a list` };
  const ranges: PortRange[] = [];
  const names: NamedPort[] = [];
  let unknown: string | null = null;
  for (const [index, item] of raw.entries()) {
    const port = parsePort(item, `${path}[${index}]`);
    if (typeof port === "string") unknown ??= port;
    else if ("name" in port) names.push(port);
    else ranges.push(port);
  }
  return { known: { ranges, names }, unknown };
}

function unreadableRule(path: string, because: string): Rule {
  return { action: "allow", path, peers: [], ports: null, unknown: because };
}

function problemsOf(
  selector: string | null,
  ingress: PolicyDirection | null,
  egress: PolicyDirection | null,
  spec: RawRecord,
): readonly string[] {
  const rules = [...(ingress?.rules ?? []), ...(egress?.rules ?? [])].map((rule) => rule.unknown);
  return [selector, unknownPolicyTypes(spec), ...rules].filter((problem) => problem !== null);
}
