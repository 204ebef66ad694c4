// One NetworkPolicyPort of networking.k8s.io/v1, and the list of them in a rule.
// Source of the quotes: API reference, NetworkPolicyPort v1 networking.k8s.io.

import { FIRST_PORT, LAST_PORT, PROTOCOLS, type NamedPort, type PortRange, type Protocol } from "./policy.ts";
import { isRecord, member, shown, unknownField } from "./raw-record.ts";

const PORT_FIELDS = new Set(["protocol", "port", "endPort"]);

/** The port, or a clause that says why it cannot be read. */
export function parsePort(raw: unknown, path: string): PortRange | NamedPort | string {
  if (!isRecord(raw)) return `${path} is not an object`;
  const foreign = unknownField(raw, PORT_FIELDS);
  if (foreign !== null) return `${path} has a field that we do not know, ${shown(foreign)}`;
  // "If not specified, this field defaults to TCP."
  const written = member(raw, "protocol");
  const protocol = written === undefined ? "TCP" : PROTOCOLS.find((known) => known === written);
  if (protocol === undefined) return `${path}.protocol is ${shown(written)}, which is not TCP, UDP or SCTP`;
  const port = member(raw, "port");
  const endPort = member(raw, "endPort");
  if (typeof port === "number") return parseNumber(protocol, port, endPort, path);
  // "This field cannot be defined if the port field is not defined or if the port field is defined as a named
  // (string) port."
  if (endPort !== undefined) return `${path}.endPort stands without a numeric port, which the API forbids`;
  // "If this field is not provided, this matches all port names and numbers."
  if (port === undefined) return { protocol, from: FIRST_PORT, to: LAST_PORT };
  return isPortName(port) ? { protocol, name: port } : `${path}.port is ${shown(port)}, which is not a port`;
}

function parseNumber(protocol: Protocol, from: number, endPort: unknown, path: string): PortRange | string {
  if (!isPortNumber(from)) return `${path}.port is ${shown(from)}, which is not a port number`;
  if (endPort === undefined) return { protocol, from, to: from };
  // "The endPort must be equal or greater than port."
  if (!isPortNumber(endPort) || endPort < from)
    return `${path}.endPort is ${shown(endPort)}, which does not end a range from ${from}`;
  return { protocol, from, to: endPort };
}

export function isPortNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= FIRST_PORT && value <= LAST_PORT;
}

/** An IANA service name: at most 15 of a-z, 0-9 and single inner hyphens, with at least one letter. */
export function isPortName(value: unknown): value is string {
  return (
    typeof value === "string" &&
    value.length <= 15 &&
    /^[a-z\d]+(?:-[a-z\d]+)*$/u.test(value) &&
    /[a-z]/u.test(value)
  );
}
