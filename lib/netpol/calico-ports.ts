// On which ports a rule of a Calico policy is: those of its destination, of its protocols.

import { subtract } from "./address-range.ts";
import { wholeProtocol } from "./cluster-policy-ports.ts";
import { isPortName } from "./parse-ports.ts";
import { FIRST_PORT, LAST_PORT, PROTOCOLS, type Ports, type Protocol } from "./policy.ts";
import { isRecord, member, shown, type RawRecord } from "./raw-record.ts";

const NUMBERS: ReadonlyMap<unknown, string> = new Map([
  [6, "TCP"],
  [17, "UDP"],
  [132, "SCTP"],
]);

/** Null: all ports and protocols. */
export function parseCalicoPorts(raw: RawRecord, path: string): Ports | string | null {
  const protocols = protocolsOf(raw, path);
  if (typeof protocols === "string") return protocols;
  const destination = member(raw, "destination");
  const list = (field: string): PortList | string | null =>
    parsePortList(
      isRecord(destination) ? member(destination, field) : undefined,
      `${path}.destination.${field}`,
    );
  const ports = list("ports");
  const holes = list("notPorts");
  if (typeof ports === "string") return ports;
  if (typeof holes === "string") return holes;
  if (holes === null) return ports === null ? wholeProtocols(protocols) : toPorts(protocols, ports);
  return ports === null && holes.names.length === 0
    ? toPorts(protocols, { spans: complement(holes.spans), names: [] })
    : `${path}.destination.notPorts is not modelled here`;
}

function wholeProtocols(protocols: readonly Protocol[]): Ports | null {
  return protocols.length === PROTOCOLS.length ? null : { ranges: protocols.map(wholeProtocol), names: [] };
}

function toPorts(protocols: readonly Protocol[], { spans, names }: PortList): Ports {
  return {
    ranges: protocols.flatMap((protocol) => spans.map(([from, to]) => ({ protocol, from, to }))),
    names: protocols.flatMap((protocol) => names.map((name) => ({ protocol, name }))),
  };
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

/** First and last port. */
type Span = readonly [number, number];

interface PortList {
  readonly spans: readonly Span[];
  readonly names: readonly string[];
}

/** Null: no list. */
function parsePortList(raw: unknown, path: string): PortList | string | null {
  if (raw === undefined || (Array.isArray(raw) && raw.length === 0)) return null;
  if (!Array.isArray(raw)) return `${path} is not a list`;
  const spans: Span[] = [];
  const names: string[] = [];
  for (const [index, item] of raw.entries()) {
    const span = toSpan(item);
    if (span !== null) spans.push(span);
    else if (isPortName(item)) names.push(item);
    else return `${path}[${index}] is ${shown(item)}, which is not a port`;
  }
  return { spans, names };
}

/** A number, or a text `first:last`. */
function toSpan(raw: unknown): Span | null {
  if (typeof raw !== "number" && typeof raw !== "string") return null;
  const match = /^(?<first>\d+)(?::(?<last>\d+))?$/u.exec(String(raw))?.groups;
  const from = Number(match?.["first"]);
  const to = Number(match?.["last"] ?? from);
  // Of what is no number neither holds.
  return from >= FIRST_PORT && from <= to && to <= LAST_PORT ? [from, to] : null;
}

function complement(spans: readonly Span[]): readonly Span[] {
  const holes = spans.map(([from, to]) => ({ from: BigInt(from), to: BigInt(to) }));
  const rest = subtract([{ from: BigInt(FIRST_PORT), to: BigInt(LAST_PORT) }], holes);
  return rest.map(({ from, to }) => [Number(from), Number(to)]);
}
