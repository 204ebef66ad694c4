// One NetworkPolicyPeer of networking.k8s.io/v1. A peer that the API server would refuse, or that has a field
// that we do not know, is an `unreadable` clause: it is never read as an empty peer.
// Source of the quotes: API reference, NetworkPolicyPeer and IPBlock v1 networking.k8s.io.

import { parseCidr, subtract, type AddressRange, type Cidr } from "./address-range.ts";
import { EVERY, parseSelector } from "./label-selector.ts";
import type { Peer } from "./policy.ts";
import { isRecord, member, shown, unknownField } from "./raw-record.ts";

const PEER_FIELDS = new Set(["podSelector", "namespaceSelector", "ipBlock"]);
const BLOCK_FIELDS = new Set(["cidr", "except"]);

/** The peer, or a clause that says why it cannot be read. */
export function parsePeer(raw: unknown, path: string): Peer | string {
  if (!isRecord(raw)) return `${path} is not an object`;
  const foreign = unknownField(raw, PEER_FIELDS);
  if (foreign !== null) return `${path} has a field that we do not know, ${shown(foreign)}`;
  const podSelector = member(raw, "podSelector");
  const namespaceSelector = member(raw, "namespaceSelector");
  const ipBlock = member(raw, "ipBlock");
  if (ipBlock === undefined) return parsePods(podSelector, namespaceSelector, path);
  // "If this field is set then neither of the other fields can be."
  if (podSelector !== undefined || namespaceSelector !== undefined)
    return `${path} has an ipBlock beside a selector, which the API forbids`;
  return parseIpBlock(ipBlock, path);
}

function parsePods(podSelector: unknown, namespaceSelector: unknown, path: string): Peer | string {
  if (podSelector === undefined && namespaceSelector === undefined)
    return `${path} names no peer, which the API forbids`;
  // "If namespaceSelector is also set, then the NetworkPolicyPeer as a whole selects the pods matching
  // podSelector in the Namespaces selected by NamespaceSelector. Otherwise it selects the pods matching
  // podSelector in the policy's own namespace."
  const namespaces =
    namespaceSelector === undefined ? null : parseSelector(namespaceSelector, `${path}.namespaceSelector`);
  // "Otherwise it selects all pods in the namespaces selected by namespaceSelector."
  const pods = podSelector === undefined ? EVERY : parseSelector(podSelector, `${path}.podSelector`);
  const unreadable = namespaces?.unknown ?? pods.unknown;
  return unreadable ?? { kind: "pods", path, namespaces, pods };
}

function parseIpBlock(raw: unknown, path: string): Peer | string {
  if (!isRecord(raw)) return `${path}.ipBlock is not an object`;
  const foreign = unknownField(raw, BLOCK_FIELDS);
  if (foreign !== null) return `${path}.ipBlock has a field that we do not know, ${shown(foreign)}`;
  const cidr = toCidr(member(raw, "cidr"));
  if (cidr === null) return `${path}.ipBlock.cidr is ${shown(member(raw, "cidr"))}, which is not a CIDR`;
  const holes = parseExcept(member(raw, "except"), cidr, `${path}.ipBlock.except`);
  if (typeof holes === "string") return holes;
  return {
    kind: "addresses",
    path,
    family: cidr.family,
    ranges: subtract([cidr.range], holes),
    prefixLength: cidr.prefixLength,
    matchesPods: null,
    text: inWords(raw),
  };
}

/** "Except values will be rejected if they are outside the cidr range." */
function parseExcept(raw: unknown, outer: Cidr, path: string): readonly AddressRange[] | string {
  if (raw === undefined) return [];
  if (!Array.isArray(raw)) return `${path} is not a list`;
  const holes: AddressRange[] = [];
  for (const [index, value] of raw.entries()) {
    const hole = toCidr(value);
    if (hole === null) return `${path}[${index}] is ${shown(value)}, which is not a CIDR`;
    if (!isStrictlyInside(hole, outer))
      return `${path}[${index}] is ${shown(value)}, which is not inside the cidr`;
    holes.push(hole.range);
  }
  return holes;
}

/** The API server's validation: "must be a strict subset of `cidr`". */
function isStrictlyInside(inner: Cidr, outer: Cidr): boolean {
  return (
    inner.family === outer.family &&
    inner.prefixLength > outer.prefixLength &&
    inner.range.from >= outer.range.from &&
    inner.range.to <= outer.range.to
  );
}

function toCidr(value: unknown): Cidr | null {
  return typeof value === "string" ? parseCidr(value) : null;
}

function inWords(block: { readonly [field: string]: unknown }): string {
  const except = member(block, "except");
  const cidr = String(member(block, "cidr"));
  return Array.isArray(except) && except.length > 0 ? `${cidr} except ${except.join(", ")}` : cidr;
}
