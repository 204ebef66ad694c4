// The ports of a cluster-wide policy's rule, in the two spellings that exist.

import { isPortName } from "./parse-ports.ts";
import { FIRST_PORT, LAST_PORT, PROTOCOLS, type PortRange, type Ports, type Protocol } from "./policy.ts";
import { isRecord, member, shown, unknownField } from "./raw-record.ts";

const KINDS = new Set(["portNumber", "portRange", "namedPort"]);
const NUMBER_FIELDS = new Set(["protocol", "port"]);
const RANGE_FIELDS = new Set(["protocol", "start", "end"]);
const PROTOCOL_KINDS = new Set(["tcp", "udp", "sctp", "destinationNamedPort"]);
const DESTINATION_FIELDS = new Set(["destinationPort"]);
const PORT_FIELDS = new Set(["number", "range"]);
const BOUNDS = new Set(["start", "end"]);

/** `portNumber`, `portRange` or `namedPort`: networking.k8s.aws, and policy.networking.k8s.io/v1alpha1. */
export function parsePortByKind(raw: unknown, path: string): Ports | string {
  if (!isRecord(raw)) return `${path} is not an object`;
  const foreign = unknownField(raw, KINDS);
  if (foreign !== null) return `${path} has a field that we do not know, ${shown(foreign)}`;
  if (Object.keys(raw).length !== 1) return `${path} has not exactly one field`;
  const name = member(raw, "namedPort");
  if (name !== undefined) return namedPort(name, path);
  const number = member(raw, "portNumber");
  if (number !== undefined) return numbered(number, "port", "port", NUMBER_FIELDS, `${path}.portNumber`);
  return numbered(member(raw, "portRange"), "start", "end", RANGE_FIELDS, `${path}.portRange`);
}

function numbered(
  raw: unknown,
  first: string,
  last: string,
  fields: ReadonlySet<string>,
  path: string,
): Ports | string {
  if (!isRecord(raw)) return `${path} is not an object`;
  const foreign = unknownField(raw, fields);
  if (foreign !== null) return `${path} has a field that we do not know, ${shown(foreign)}`;
  // "If not specified, this field defaults to TCP."
  const written = member(raw, "protocol") ?? "TCP";
  const protocol = PROTOCOLS.find((known) => known === written);
  if (protocol === undefined) return `${path}.protocol is ${shown(written)}, which is not TCP, UDP or SCTP`;
  return toPorts(protocol, member(raw, first), member(raw, last), path);
}

function toPorts(protocol: Protocol, from: unknown, to: unknown, path: string): Ports | string {
  if (!isPort(from) || !isPort(to) || to < from) return `${path} is not a range of ports`;
  return { ranges: [{ protocol, from, to }], names: [] };
}

function isPort(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= FIRST_PORT && value <= LAST_PORT;
}

/** A name without a protocol is a port of whichever protocol the pod gives it. */
function namedPort(name: unknown, path: string): Ports | string {
  if (!isPortName(name)) return `${path} names ${shown(name)}, which is not a port name`;
  return { ranges: [], names: PROTOCOLS.map((protocol) => ({ protocol, name })) };
}

/** `tcp`, `udp`, `sctp` or `destinationNamedPort`: policy.networking.k8s.io/v1alpha2. */
export function parseProtocol(raw: unknown, path: string): Ports | string {
  if (!isRecord(raw)) return `${path} is not an object`;
  const foreign = unknownField(raw, PROTOCOL_KINDS);
  if (foreign !== null) return `${path} has a field that we do not know, ${shown(foreign)}`;
  if (Object.keys(raw).length !== 1) return `${path} has not exactly one field`;
  const name = member(raw, "destinationNamedPort");
  if (name !== undefined) return namedPort(name, path);
  for (const protocol of PROTOCOLS) {
    const match = member(raw, protocol.toLowerCase());
    if (match !== undefined) return destination(protocol, match, `${path}.${protocol.toLowerCase()}`);
  }
  return `${path} has not exactly one field`;
}

function destination(protocol: Protocol, raw: unknown, path: string): Ports | string {
  if (!isRecord(raw)) return `${path} is not an object`;
  const foreign = unknownField(raw, DESTINATION_FIELDS);
  if (foreign !== null) return `${path} has a field that we do not know, ${shown(foreign)}`;
  const port = member(raw, "destinationPort");
  if (port === undefined) return { ranges: [wholeProtocol(protocol)], names: [] };
  if (!isRecord(port) || unknownField(port, PORT_FIELDS) !== null || Object.keys(port).length !== 1)
    return `${path}.destinationPort is not a number or a range`;
  const number = member(port, "number");
  if (number !== undefined) return toPorts(protocol, number, number, `${path}.destinationPort`);
  const range = member(port, "range");
  if (!isRecord(range) || unknownField(range, BOUNDS) !== null)
    return `${path}.destinationPort.range is not a range`;
  return toPorts(protocol, member(range, "start"), member(range, "end"), `${path}.destinationPort.range`);
}

export function wholeProtocol(protocol: Protocol): PortRange {
  return { protocol, from: FIRST_PORT, to: LAST_PORT };
}
