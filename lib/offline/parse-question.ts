// Questions about reachability, from what people write to endpoints and ports. Knows the grammar only: whether
// there is such a workload is seen when the question is answered.

import { parseAddress } from "../netpol/address-range.ts";
import type { Connection } from "../netpol/decide-connection.ts";
import type { Endpoint } from "../netpol/endpoint.ts";
import type { Protocol } from "../netpol/policy.ts";

/** One end, and how it was written. */
export interface AskedEndpoint {
  readonly text: string;
  readonly endpoint: Endpoint;
}

export interface ProbeQuestion {
  readonly kind: "probe";
  readonly from: AskedEndpoint;
  readonly to: AskedEndpoint;
  readonly connection: Connection;
}

export interface WhoQuestion {
  readonly kind: "who-can-reach";
  readonly to: AskedEndpoint;
  /** null: on every port that the target's containers declare. */
  readonly connection: Connection | null;
}

export type Question = ProbeQuestion | WhoQuestion;

export const PROBE_GRAMMAR =
  "FROM -> TO:PORT/PROTOCOL, where FROM and TO are NAMESPACE/KIND/NAME, an IP address or external, PORT is a number or a name, and PROTOCOL is TCP, UDP or SCTP";
export const TARGET_GRAMMAR = "NAMESPACE/KIND/NAME, or NAMESPACE/KIND/NAME:PORT/PROTOCOL";

/** null: not by the grammar. */
export function parseProbe(text: string): ProbeQuestion | null {
  const [left, right, ...rest] = text.split("->");
  if (left === undefined || right === undefined || rest.length > 0) return null;
  const from = parseEndpoint(left);
  const target = /^(.+):([^:]+)$/.exec(right.trim());
  const to = parseEndpoint(target?.[1] ?? "");
  const connection = parseConnection(target?.[2] ?? "");
  if (from === null || to === null || connection === null) return null;
  return { kind: "probe", from, to, connection };
}

/** null: not by the grammar. An address is no target: whether something listens there is not in manifests. */
export function parseTarget(text: string): WhoQuestion | null {
  const [place = "", port, ...rest] = text.trim().split(":");
  const to = parseEndpoint(place);
  const connection = port === undefined ? null : parseConnection(port);
  if (to?.endpoint.kind !== "workload" || rest.length > 0) return null;
  if (port !== undefined && connection === null) return null;
  return { kind: "who-can-reach", to, connection };
}

function parseEndpoint(written: string): AskedEndpoint | null {
  const text = written.trim();
  if (text === "external") return { text, endpoint: { kind: "external" } };
  // RFC 3986 §3.2.2 writes an IPv6 address in brackets where a port follows.
  const address = /^\[(.+)\]$/.exec(text)?.[1] ?? text;
  if (parseAddress(address) !== null) return { text, endpoint: { kind: "address", address } };
  const [namespace, kind, name, ...rest] = text.split("/");
  if (!namespace || !kind || !name || rest.length > 0) return null;
  return { text, endpoint: { kind: "workload", namespace, workload: { kind, name } } };
}

const PROTOCOLS: ReadonlySet<string> = new Set(["TCP", "UDP", "SCTP"] satisfies Protocol[]);

function isProtocol(text: string): text is Protocol {
  return PROTOCOLS.has(text);
}

function parseConnection(text: string): Connection | null {
  // NetworkPolicyPort.protocol: "If not specified, this field defaults to TCP."
  const [port = "", protocol = "TCP", ...rest] = text.trim().split("/");
  const name = protocol.toUpperCase();
  const parsed = parsePort(port);
  if (parsed === null || !isProtocol(name) || rest.length > 0) return null;
  return { port: parsed, protocol: name };
}

/** ContainerPort.name: "must be an IANA_SVC_NAME", which has a letter (RFC 6335 §5.1). */
const PORT_NAME = /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*$/;

function parsePort(text: string): number | string | null {
  if (PORT_NAME.test(text)) return text;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}
