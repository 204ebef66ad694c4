// On which ports a rule of cilium.io/v2 is. Layer 7 is not modelled: it is a clause.
// Source: Cilium documentation, "Layer 4 Policies".

import { wholeProtocol } from "./cluster-policy-ports.ts";
import { isPortName } from "./parse-ports.ts";
import { LAST_PORT, PROTOCOLS, type NamedPort, type PortRange, type Ports, type Protocol } from "./policy.ts";
import { isRecord, member, shown, unknownField, type RawRecord } from "./raw-record.ts";

const PORT_RULE_FIELDS = new Set(["ports"]);
const PORT_FIELDS = new Set(["port", "protocol", "endPort"]);
const NO_PORTS: Ports = { ranges: [], names: [] };

/** Null: all ports and protocols. */
export function parseCiliumPorts(rule: RawRecord, path: string): Ports | string | null {
  const raw = member(rule, "toPorts");
  // ICMP alone is none of TCP, UDP and SCTP.
  if (raw === undefined) return member(rule, "icmps") === undefined ? null : NO_PORTS;
  if (!Array.isArray(raw)) return `${path}.toPorts is not a list`;
  const ranges: PortRange[] = [];
  const names: NamedPort[] = [];
  for (const [index, item] of raw.entries()) {
    const ports = parsePortRule(item, `${path}.toPorts[${index}]`);
    if (typeof ports === "string") return ports;
    for (const range of ports.ranges) ranges.push(range);
    for (const name of ports.names) names.push(name);
  }
  return { ranges, names };
}

function parsePortRule(raw: unknown, path: string): Ports | string {
  if (!isRecord(raw)) return `${path} is not an object`;
  const foreign = unknownField(raw, PORT_RULE_FIELDS);
  if (foreign !== null) return `${path} has ${shown(foreign)}, which is layer 7 and not modelled`;
  const ports = member(raw, "ports") ?? [];
  if (!Array.isArray(ports)) return `${path}.ports is not a list`;
  if (ports.length === 0) return { ranges: PROTOCOLS.map(wholeProtocol), names: [] };
  const parsed = ports.map((port, index) => parsePort(port, `${path}.ports[${index}]`));
  const unreadable = parsed.find((port) => typeof port === "string");
  if (typeof unreadable === "string") return unreadable;
  const read = parsed.filter((port) => typeof port !== "string");
  return { ranges: read.flatMap(({ ranges }) => ranges), names: read.flatMap(({ names }) => names) };
}

function parsePort(raw: unknown, path: string): Ports | string {
  if (!isRecord(raw)) return `${path} is not an object`;
  const foreign = unknownField(raw, PORT_FIELDS);
  if (foreign !== null) return `${path} has a field that we do not know, ${shown(foreign)}`;
  const protocols = protocolsOf(member(raw, "protocol"));
  const port = member(raw, "port");
  if (isPortName(port)) return { ranges: [], names: protocols.map((protocol) => ({ protocol, name: port })) };
  const from = toNumber(port);
  if (from === null) return `${path}.port is ${shown(port)}, which is not a port`;
  // "0" is every port.
  if (from === 0) return { ranges: protocols.map(wholeProtocol), names: [] };
  const endPort = member(raw, "endPort");
  const to = typeof endPort === "number" && endPort > 0 ? endPort : from;
  if (!Number.isInteger(to) || to < from || to > LAST_PORT)
    return `${path}.endPort is ${shown(endPort)}, which ends no range`;
  return { ranges: protocols.map((protocol) => ({ protocol, from, to })), names: [] };
}

/** Upper or lower case. Omitted, empty or ANY: every protocol. One without ports, as ICMP: none of ours. */
function protocolsOf(raw: unknown): readonly Protocol[] {
  const written = typeof raw === "string" ? raw.toUpperCase() : "";
  return written === "" || written === "ANY"
    ? PROTOCOLS
    : PROTOCOLS.filter((protocol) => protocol === written);
}

function toNumber(port: unknown): number | null {
  if (typeof port !== "string" || !/^\d{1,5}$/u.test(port)) return null;
  const number = Number(port);
  return number <= LAST_PORT ? number : null;
}
