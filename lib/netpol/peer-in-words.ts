// Says for people who a peer is and which ports a rule covers.

import { isEvery, selectorInWords, type Selector } from "./label-selector.ts";
import { FIRST_PORT, LAST_PORT, type Peer, type PortRange, type Ports } from "./policy.ts";

export type PodsPeer = Extract<Peer, { kind: "pods" }>;

const MAX_CHARACTERS = 200;
const MAX_PORTS = 10;

export function peerInWords(peer: Peer): string {
  if (peer.kind === "everyone") return "everyone";
  if (peer.kind === "addresses") return cut(`addresses ${peer.text}`);
  if (peer.kind === "elsewhere") return cut(peer.text);
  return cut(`${podsInWords(peer.pods)} in ${namespacesInWords(peer.namespaces)}`);
}

function podsInWords(pods: Selector): string {
  return isEvery(pods) ? "every pod" : `pods with ${selectorInWords(pods)}`;
}

function namespacesInWords(namespaces: Selector | null): string {
  if (namespaces === null) return "the same namespace";
  return isEvery(namespaces) ? "every namespace" : `namespaces with ${selectorInWords(namespaces)}`;
}

/** `on all ports`, or `on TCP 80, UDP 53-54, TCP "http"`. */
export function portsInWords(ports: Ports | null): string {
  if (ports === null) return "on all ports";
  const words = [
    ...ports.ranges.map(rangeInWords),
    ...ports.names.map(({ protocol, name }) => `${protocol} "${name}"`),
  ];
  const more = words.length > MAX_PORTS ? ` and ${words.length - MAX_PORTS} more` : "";
  return words.length === 0 ? "on no port" : `on ${words.slice(0, MAX_PORTS).join(", ")}${more}`;
}

function rangeInWords({ protocol, from, to }: PortRange): string {
  if (from === FIRST_PORT && to === LAST_PORT) return `all of ${protocol}`;
  return from === to ? `${protocol} ${from}` : `${protocol} ${from}-${to}`;
}

function cut(text: string): string {
  return text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS)}…`;
}
