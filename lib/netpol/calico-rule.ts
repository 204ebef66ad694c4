// One rule of a Calico policy: who it is about and on which ports. Match criteria that are not modelled are
// clauses. "All the match criteria within a rule must be satisfied for a packet to match."

import { parseCidr, subtract, unionOf, wholeSpace, type AddressRange, type Family } from "./address-range.ts";
import { parseCalicoSelector } from "./calico-selector.ts";
import { wholeProtocol } from "./cluster-policy-ports.ts";
import { EVERY } from "./label-selector.ts";
import { isPortName } from "./parse-ports.ts";
import {
  FIRST_PORT,
  LAST_PORT,
  PROTOCOLS,
  type Direction,
  type NamedPort,
  type Peer,
  type PortRange,
  type Ports,
  type Protocol,
  type Rule,
} from "./policy.ts";
import { isRecord, member, shown, unknownField, type RawRecord } from "./raw-record.ts";

const RULE_FIELDS = new Set(["action", "protocol", "notProtocol", "source", "destination", "metadata"]);
const PEER_FIELDS = new Set(["nets", "notNets", "selector", "namespaceSelector"]);
const PORT_FIELDS = new Set(["ports", "notPorts"]);
const ACTIONS: ReadonlyMap<unknown, Rule["action"]> = new Map([
  ["Allow", "allow"],
  ["Deny", "deny"],
  ["Pass", "pass"],
]);
const NUMBERS: ReadonlyMap<unknown, string> = new Map([
  [6, "TCP"],
  [17, "UDP"],
  [132, "SCTP"],
]);

export interface RuleScope {
  readonly direction: Direction;
  readonly isNamespaced: boolean;
}

/** No rule at all for one that only logs. */
export function parseCalicoRule(raw: unknown, path: string, scope: RuleScope): readonly Rule[] {
  if (!isRecord(raw)) return [unreadable("pass", path, `${path} is not an object`)];
  const written = member(raw, "action");
  if (written === "Log") return [];
  const action = ACTIONS.get(written);
  if (action === undefined)
    return [unreadable("pass", path, `${path}.action is ${shown(written)}, which we do not know`)];
  const foreign = unknownField(raw, RULE_FIELDS);
  if (foreign !== null)
    return [unreadable(action, path, `${path} has ${shown(foreign)}, which is not modelled`)];
  const peers = parsePeers(raw, path, scope);
  if (typeof peers === "string") return [unreadable(action, path, peers)];
  const ports = parsePorts(raw, path);
  if (typeof ports === "string") return [unreadable(action, path, ports)];
  return [{ action, path, peers, ports, unknown: null }];
}

function unreadable(action: Rule["action"], path: string, because: string): Rule {
  return { action, path, peers: [], ports: null, unknown: because };
}

/** The entity at the other end; of the pod's own end only the ports of a destination are modelled. */
function parsePeers(raw: RawRecord, path: string, scope: RuleScope): readonly Peer[] | string {
  const peerField = scope.direction === "ingress" ? "source" : "destination";
  const ownField = scope.direction === "ingress" ? "destination" : "source";
  const own = entityOf(raw, ownField, path);
  const peer = entityOf(raw, peerField, path);
  if (typeof own === "string") return own;
  if (typeof peer === "string") return peer;
  const ownFields = new Set(scope.direction === "ingress" ? PORT_FIELDS : []);
  const peerFields = scope.direction === "ingress" ? PEER_FIELDS : PEER_FIELDS.union(PORT_FIELDS);
  const foreignOwn = unknownField(own, ownFields);
  if (foreignOwn !== null) return `${path}.${ownField} has ${shown(foreignOwn)}, which is not modelled`;
  const foreign = unknownField(peer, peerFields);
  if (foreign !== null) return `${path}.${peerField} has ${shown(foreign)}, which is not modelled`;
  return parseEntity(peer, `${path}.${peerField}`, scope);
}

function entityOf(raw: RawRecord, field: string, path: string): RawRecord | string {
  const entity = member(raw, field) ?? {};
  return isRecord(entity) ? entity : `${path}.${field} is not an object`;
}

function parseEntity(entity: RawRecord, path: string, { isNamespaced }: RuleScope): readonly Peer[] | string {
  const selector = member(entity, "selector");
  const namespaceSelector = member(entity, "namespaceSelector");
  const hasSelector = [selector, namespaceSelector].some((text) => text !== undefined && text !== "");
  const hasNets = [member(entity, "nets"), member(entity, "notNets")].some(
    (list) => list !== undefined && !(Array.isArray(list) && list.length === 0),
  );
  if (!hasSelector) return hasNets ? parseNets(entity, path) : [{ kind: "everyone", path }];
  if (hasNets) return `${path} has nets beside a selector, which is not modelled`;
  const pods = parseCalicoSelector(selector, `${path}.selector`, "pods");
  // "For NetworkPolicy, an empty NamespaceSelector implies that the Selector is limited to … the same namespace."
  const own = isNamespaced ? null : EVERY;
  const namespaces =
    namespaceSelector === undefined || namespaceSelector === ""
      ? own
      : parseCalicoSelector(namespaceSelector, `${path}.namespaceSelector`, "namespaces");
  return namespaces?.unknown ?? pods.unknown ?? [{ kind: "pods", path, namespaces, pods }];
}

/** Nets match any packet with such an address, a pod's as well. */
function parseNets(entity: RawRecord, path: string): readonly Peer[] | string {
  const nets = parseNetList(member(entity, "nets"), `${path}.nets`);
  const holes = parseNetList(member(entity, "notNets"), `${path}.notNets`);
  if (typeof nets === "string") return nets;
  if (typeof holes === "string") return holes;
  return (["ipv4", "ipv6"] as const).flatMap((family): readonly Peer[] => {
    const positive = nets.length === 0 ? wholeSpace(family) : rangesOf(nets, family);
    const ranges = subtract(positive, rangesOf(holes, family));
    const prefixLength = Math.max(
      0,
      ...nets.filter((net) => net.family === family).map((net) => net.prefixLength),
    );
    const text = [...nets.map((net) => net.text), ...holes.map((net) => `not ${net.text}`)].join(", ");
    return ranges.length === 0
      ? []
      : [{ kind: "addresses", path, family, ranges, prefixLength, matchesPods: true, text }];
  });
}

interface Net {
  readonly text: string;
  readonly family: Family;
  readonly prefixLength: number;
  readonly range: AddressRange;
}

function parseNetList(raw: unknown, path: string): readonly Net[] | string {
  if (raw === undefined) return [];
  if (!Array.isArray(raw)) return `${path} is not a list`;
  const nets: Net[] = [];
  for (const [index, text] of raw.entries()) {
    const bare = typeof text === "string" && !text.includes("/");
    const cidr =
      typeof text === "string" ? parseCidr(bare ? `${text}/${text.includes(":") ? 128 : 32}` : text) : null;
    if (cidr === null || typeof text !== "string")
      return `${path}[${index}] is ${shown(text)}, which is not a CIDR`;
    nets.push({ text, ...cidr });
  }
  return nets;
}

function rangesOf(nets: readonly Net[], family: Family): readonly AddressRange[] {
  return unionOf(...nets.filter((net) => net.family === family).map(({ range }) => [range]));
}

/** Null: all ports and protocols. */
function parsePorts(raw: RawRecord, path: string): Ports | string | null {
  const protocols = protocolsOf(raw, path);
  if (typeof protocols === "string") return protocols;
  const destination = member(raw, "destination");
  const at = `${path}.destination`;
  const ports = parsePortList(
    isRecord(destination) ? member(destination, "ports") : undefined,
    protocols,
    `${at}.ports`,
  );
  const holes = parsePortList(
    isRecord(destination) ? member(destination, "notPorts") : undefined,
    protocols,
    `${at}.notPorts`,
  );
  if (typeof ports === "string") return ports;
  if (typeof holes === "string") return holes;
  if (holes !== null && (holes.names.length > 0 || ports !== null))
    return `${at}.notPorts is not modelled here`;
  if (holes !== null)
    return { ranges: protocols.flatMap((protocol) => complement(protocol, holes.ranges)), names: [] };
  if (ports !== null) return ports;
  return protocols.length === PROTOCOLS.length ? null : { ranges: protocols.map(wholeProtocol), names: [] };
}

/** Those of TCP, UDP and SCTP that the rule is about; none of them for ICMP. */
function protocolsOf(raw: RawRecord, path: string): readonly Protocol[] | string {
  const is = protocolName(member(raw, "protocol"));
  const isNot = protocolName(member(raw, "notProtocol"));
  if (is === null || isNot === null) return `${path} has a protocol that we cannot read`;
  return PROTOCOLS.filter((protocol) => (is === "" || is === protocol) && isNot !== protocol);
}

/** In upper case; empty where absent, null where unreadable. */
function protocolName(raw: unknown): string | null {
  if (raw === undefined) return "";
  if (typeof raw === "number") return NUMBERS.get(raw) ?? String(raw);
  return typeof raw === "string" && raw !== "" ? (NUMBERS.get(Number(raw)) ?? raw.toUpperCase()) : null;
}

function parsePortList(raw: unknown, protocols: readonly Protocol[], path: string): Ports | string | null {
  if (raw === undefined || (Array.isArray(raw) && raw.length === 0)) return null;
  if (!Array.isArray(raw)) return `${path} is not a list`;
  const ranges: PortRange[] = [];
  const names: NamedPort[] = [];
  for (const [index, item] of raw.entries()) {
    const range = toRange(item);
    if (range !== null)
      ranges.push(...protocols.map((protocol) => ({ protocol, from: range[0], to: range[1] })));
    else if (isPortName(item)) names.push(...protocols.map((protocol) => ({ protocol, name: item })));
    else return `${path}[${index}] is ${shown(item)}, which is not a port`;
  }
  return { ranges, names };
}

/** A number, or a text `first:last`. */
function toRange(raw: unknown): readonly [number, number] | null {
  const parts =
    typeof raw === "number"
      ? [raw, raw]
      : /^\d+(?::\d+)?$/u.test(String(raw))
        ? String(raw).split(":").map(Number)
        : [];
  const [from, to = from] = parts;
  if (from === undefined || to === undefined || from > to || from < FIRST_PORT || to > LAST_PORT) return null;
  return [from, to];
}

function complement(protocol: Protocol, holes: readonly PortRange[]): readonly PortRange[] {
  const own = holes
    .filter((hole) => hole.protocol === protocol)
    .map(({ from, to }) => ({ from: BigInt(from), to: BigInt(to) }));
  const rest = subtract([{ from: BigInt(FIRST_PORT), to: BigInt(LAST_PORT) }], own);
  return rest.map(({ from, to }) => ({ protocol, from: Number(from), to: Number(to) }));
}
