// Cluster-wide policies with ordered rules that accept, deny or pass: the shape that three APIs share. Each
// API's own file says how it spells that shape. What cannot be read leaves the verdict unknown.

import type { RawObject } from "../model/kubernetes.ts";
import { parseCidr } from "./address-range.ts";
import type { PolicyApi } from "./isolation-input.ts";
import { EVERY, parseSelector, unknownSelector, type Selector } from "./label-selector.ts";
import { otherPolicyName } from "./other-policy-name.ts";
import { toPolicyDirection } from "./policy-direction.ts";
import type { Direction, Peer, Policy, PolicyDirection, Ports, Rule } from "./policy.ts";
import { isRecord, member, shown, unknownField, type RawRecord } from "./raw-record.ts";

export interface ClusterPolicyDialect {
  readonly api: PolicyApi;
  readonly specFields: ReadonlySet<string>;
  /** Where the policy stands, or a clause that says why that is not known. */
  readonly place: (spec: RawRecord) => { readonly tier: number; readonly order: number } | string;
  readonly sameOrder: Policy["sameOrder"];
  readonly actions: ReadonlyMap<unknown, Rule["action"]>;
  readonly portsField: "ports" | "protocols";
  /** One item of the ports, or a clause. */
  readonly parsePort: (raw: unknown, path: string) => Ports | string;
}

const POLICY_FIELDS = new Set(["apiVersion", "kind", "metadata", "spec", "status"]);
const SUBJECT_FIELDS = new Set(["namespaces", "pods"]);
const NAMESPACED_POD_FIELDS = new Set(["namespaceSelector", "podSelector"]);
const PEERS_FIELD: Readonly<Record<Direction, "from" | "to">> = { ingress: "from", egress: "to" };
const PEER_FIELDS: Readonly<Record<Direction, ReadonlySet<string>>> = {
  ingress: new Set(["namespaces", "pods"]),
  egress: new Set(["namespaces", "pods", "nodes", "networks", "domainNames"]),
};

export function parseClusterPolicy(raw: RawObject, dialect: ClusterPolicyDialect): Policy {
  const name = otherPolicyName(raw);
  const spec = member(raw, "spec");
  const foreign = unknownField(raw, POLICY_FIELDS);
  if (foreign !== null)
    return unreadable(name, dialect, `the policy has a field that we do not know, ${shown(foreign)}`);
  if (!isRecord(spec)) return unreadable(name, dialect, "spec is not an object");
  const foreignInSpec = unknownField(spec, dialect.specFields);
  if (foreignInSpec !== null)
    return unreadable(name, dialect, `spec has a field that we do not know, ${shown(foreignInSpec)}`);
  const place = dialect.place(spec);
  if (typeof place === "string") return unreadable(name, dialect, place);
  const subject = parseSubject(member(spec, "subject"));
  const ingress = parseDirection(name, spec, "ingress", dialect);
  const egress = parseDirection(name, spec, "egress", dialect);
  const rules = [...(ingress?.rules ?? []), ...(egress?.rules ?? [])].map(({ unknown }) => unknown);
  return {
    ...identity(name, dialect),
    ...place,
    subject,
    ingress,
    egress,
    problems: [subject.namespaces.unknown, subject.pods.unknown, ...rules].filter(isClause),
  };
}

function isClause(problem: string | null): problem is string {
  return problem !== null;
}

function identity(
  name: string,
  { api, sameOrder }: ClusterPolicyDialect,
): Pick<Policy, "api" | "name" | "isClusterWide" | "sameOrder" | "doubt"> {
  return { api, name, isClusterWide: true, sameOrder, doubt: null };
}

/** It may select any pod and do anything with any traffic. */
function unreadable(name: string, dialect: ClusterPolicyDialect, because: string): Policy {
  const anything = toPolicyDirection(name, [unreadableRule("spec", because)], {
    unknown: because,
    isolates: false,
  });
  return {
    ...identity(name, dialect),
    tier: 0,
    order: 0,
    subject: { namespaces: EVERY, pods: EVERY },
    ingress: anything,
    egress: anything,
    doubt: because,
    problems: [because],
  };
}

/** A rule of which not even the action is known: neither allowing nor denying bounds what it does. */
function unreadableRule(path: string, because: string): Rule {
  return { action: "pass", path, peers: [], ports: null, unknown: because };
}

/** "Exactly one field must be set." */
function parseSubject(raw: unknown): { readonly namespaces: Selector; readonly pods: Selector } {
  const peer = parsePodsPeer(raw, "spec.subject", SUBJECT_FIELDS);
  if (typeof peer === "string") return { namespaces: unknownSelector(peer), pods: EVERY };
  return { namespaces: peer.namespaces, pods: peer.pods };
}

interface PodsOfNamespaces {
  readonly kind: "pods";
  readonly path: string;
  readonly namespaces: Selector;
  readonly pods: Selector;
}

/** `namespaces`: all pods of the selected namespaces. `pods`: the selected pods of the selected namespaces. */
function parsePodsPeer(raw: unknown, path: string, fields: ReadonlySet<string>): PodsOfNamespaces | string {
  if (!isRecord(raw)) return `${path} is not an object`;
  const foreign = unknownField(raw, fields);
  if (foreign !== null) return `${path} has a field that we do not know, ${shown(foreign)}`;
  if (Object.keys(raw).length !== 1) return `${path} has not exactly one field`;
  const namespaces = member(raw, "namespaces");
  if (namespaces !== undefined)
    return readable({
      kind: "pods",
      path,
      namespaces: parseSelector(namespaces, `${path}.namespaces`),
      pods: EVERY,
    });
  const pods = member(raw, "pods");
  if (!isRecord(pods)) return `${path} selects neither namespaces nor pods`;
  const foreignInPods = unknownField(pods, NAMESPACED_POD_FIELDS);
  if (foreignInPods !== null) return `${path}.pods has a field that we do not know, ${shown(foreignInPods)}`;
  // "NamespaceSelector follows standard label selector semantics; if empty, it selects all Namespaces."
  return readable({
    kind: "pods",
    path,
    namespaces: parseSelector(member(pods, "namespaceSelector") ?? {}, `${path}.pods.namespaceSelector`),
    pods: parseSelector(member(pods, "podSelector") ?? {}, `${path}.pods.podSelector`),
  });
}

function readable(peer: PodsOfNamespaces): PodsOfNamespaces | string {
  return peer.namespaces.unknown ?? peer.pods.unknown ?? peer;
}

/** "CNPs with no ingress rules do not affect ingress traffic." */
function parseDirection(
  name: string,
  spec: RawRecord,
  direction: Direction,
  dialect: ClusterPolicyDialect,
): PolicyDirection | null {
  const raw = member(spec, direction);
  const path = `spec.${direction}`;
  if (raw === undefined || (Array.isArray(raw) && raw.length === 0)) return null;
  const rules = Array.isArray(raw)
    ? raw.map((rule, index) => parseRule(rule, direction, `${path}[${index}]`, dialect))
    : [unreadableRule(path, `${path} is not a list`)];
  return toPolicyDirection(name, rules, { unknown: null, isolates: false });
}

function parseRule(raw: unknown, direction: Direction, path: string, dialect: ClusterPolicyDialect): Rule {
  if (!isRecord(raw)) return unreadableRule(path, `${path} is not an object`);
  const field = PEERS_FIELD[direction];
  const foreign = unknownField(raw, new Set(["name", "action", field, dialect.portsField]));
  if (foreign !== null)
    return unreadableRule(path, `${path} has a field that we do not know, ${shown(foreign)}`);
  const written = member(raw, "action");
  const action = dialect.actions.get(written);
  if (action === undefined)
    return unreadableRule(path, `${path}.action is ${shown(written)}, which we do not know`);
  const peers = parsePeers(member(raw, field), direction, action, `${path}.${field}`);
  const ports = parsePorts(member(raw, dialect.portsField), `${path}.${dialect.portsField}`, dialect);
  const unknown = [peers, ports].find((part) => typeof part === "string");
  if (typeof unknown === "string" || typeof peers === "string" || typeof ports === "string")
    return { action, path, peers: [], ports: null, unknown: String(unknown) };
  return { action, path, peers, ports, unknown: null };
}

/** "This field must be defined and contain at least one item." */
function parsePeers(
  raw: unknown,
  direction: Direction,
  action: Rule["action"],
  path: string,
): readonly Peer[] | string {
  if (!Array.isArray(raw) || raw.length === 0) return `${path} is not a list of at least one peer`;
  const peers: Peer[] = [];
  for (const [index, item] of raw.entries()) {
    const parsed = parsePeer(item, direction, action, `${path}[${index}]`);
    if (typeof parsed === "string") return parsed;
    for (const peer of parsed) peers.push(peer);
  }
  return peers;
}

function parsePeer(
  raw: unknown,
  direction: Direction,
  action: Rule["action"],
  path: string,
): readonly Peer[] | string {
  const networks = isRecord(raw) ? member(raw, "networks") : undefined;
  const isElsewhere =
    isRecord(raw) && (member(raw, "nodes") !== undefined || member(raw, "domainNames") !== undefined);
  if (direction === "ingress" || (networks === undefined && !isElsewhere)) {
    const peer = parsePodsPeer(raw, path, PEER_FIELDS[direction]);
    return typeof peer === "string" ? peer : [peer];
  }
  if (!isRecord(raw) || Object.keys(raw).length !== 1) return `${path} has not exactly one field`;
  if (networks !== undefined) return parseNetworks(networks, `${path}.networks`);
  // What an allowing rule adds there is no whole space; how much another action takes away is not known.
  if (action !== "allow") return `${path} is about nodes or domain names, of which no address is known`;
  return [{ kind: "elsewhere", path, text: member(raw, "nodes") === undefined ? "domain names" : "nodes" }];
}

/**
 * "Cluster-internal traffic will be checked against the rule as well. So if you Accept or Deny traffic to
 * "0.0.0.0/0", that will allow or deny all IPv4 pod-to-pod traffic as well."
 */
function parseNetworks(raw: unknown, path: string): readonly Peer[] | string {
  if (!Array.isArray(raw) || raw.length === 0) return `${path} is not a list of at least one CIDR`;
  const peers: Peer[] = [];
  for (const [index, text] of raw.entries()) {
    const cidr = typeof text === "string" ? parseCidr(text) : null;
    if (cidr === null || typeof text !== "string")
      return `${path}[${index}] is ${shown(text)}, which is not a CIDR`;
    const { family, range, prefixLength } = cidr;
    peers.push({ kind: "addresses", path, family, ranges: [range], prefixLength, matchesPods: true, text });
  }
  return peers;
}

/** "If Ports is not set then the rule does not filter traffic via port." */
function parsePorts(raw: unknown, path: string, dialect: ClusterPolicyDialect): Ports | string | null {
  if (raw === undefined) return null;
  if (!Array.isArray(raw) || raw.length === 0) return `${path} is not a list of at least one item`;
  const parsed: Ports[] = [];
  for (const [index, item] of raw.entries()) {
    const ports = dialect.parsePort(item, `${path}[${index}]`);
    if (typeof ports === "string") return ports;
    parsed.push(ports);
  }
  return { ranges: parsed.flatMap(({ ranges }) => ranges), names: parsed.flatMap(({ names }) => names) };
}
