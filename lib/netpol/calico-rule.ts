// One rule of a Calico policy: who it is about and on which ports. Match criteria that are not modelled are
// clauses. "All the match criteria within a rule must be satisfied for a packet to match."

import {
  parseCidr,
  subtract,
  unionOf,
  wholeSpace,
  type AddressRange,
  type Cidr,
  type Family,
} from "./address-range.ts";
import type { CalicoNetworkSets } from "./calico-network-sets.ts";
import { parseCalicoPorts } from "./calico-ports.ts";
import { parseCalicoSelector } from "./calico-selector.ts";
import { EVERY } from "./label-selector.ts";
import type { Direction, Peer, Rule } from "./policy.ts";
import { isRecord, member, shown, unknownField, type RawRecord } from "./raw-record.ts";

const RULE_FIELDS = new Set(["action", "protocol", "notProtocol", "source", "destination", "metadata"]);
const PEER_FIELDS = new Set(["nets", "notNets", "selector", "namespaceSelector"]);
const PORT_FIELDS = new Set(["ports", "notPorts"]);
const ACTIONS: ReadonlyMap<unknown, Rule["action"]> = new Map([
  ["Allow", "allow"],
  ["Deny", "deny"],
  ["Pass", "pass"],
]);

export interface RuleScope {
  readonly direction: Direction;
  /** Of the policy; null: a global one. */
  readonly namespace: string | null;
  readonly sets: CalicoNetworkSets;
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
  const ports = parseCalicoPorts(raw, path);
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

function parseEntity(
  entity: RawRecord,
  path: string,
  { namespace, sets }: RuleScope,
): readonly Peer[] | string {
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
  const own = namespace === null ? EVERY : null;
  const namespaces =
    namespaceSelector === undefined || namespaceSelector === ""
      ? own
      : parseCalicoSelector(namespaceSelector, `${path}.namespaceSelector`, "namespaces");
  const unknown = namespaces?.unknown ?? pods.unknown;
  if (unknown !== null && unknown !== undefined) return unknown;
  const isOfSelected = namespaceSelector !== undefined && namespaceSelector !== "";
  const scope = isOfSelected ? "selected-namespaces" : namespace === null ? "all" : { namespace };
  const addresses = parseSets(sets(pods, scope), path);
  return typeof addresses === "string" ? addresses : [{ kind: "pods", path, namespaces, pods }, ...addresses];
}

/** A set without addresses matches nothing; as `nets` of a rule that would be everyone. */
function parseSets(found: readonly unknown[] | string, path: string): readonly Peer[] | string {
  if (typeof found === "string") return `${path}: ${found}`;
  const peers = found
    .filter((nets) => !(Array.isArray(nets) && nets.length === 0))
    .map((nets) => parseNets({ nets }, path));
  return (
    peers.find((one) => typeof one === "string") ??
    peers.flatMap((one) => (typeof one === "string" ? [] : one))
  );
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
    const prefixLengths = nets.filter((net) => net.family === family).map((net) => net.prefixLength);
    const text = [...nets.map((net) => net.text), ...holes.map((net) => `not ${net.text}`)].join(", ");
    return ranges.length === 0
      ? []
      : [
          {
            kind: "addresses",
            path,
            family,
            ranges,
            prefixLength: widest(prefixLengths),
            matchesPods: true,
            text,
          },
        ];
  });
}

/** Of no net at all, which means every address: 0. */
function widest(prefixLengths: readonly number[]): number {
  return prefixLengths.length === 0 ? 0 : prefixLengths.reduce((least, length) => Math.min(least, length));
}

interface Net extends Cidr {
  readonly text: string;
}

function parseNetList(raw: unknown, path: string): readonly Net[] | string {
  if (raw === undefined) return [];
  if (!Array.isArray(raw)) return `${path} is not a list`;
  const nets: Net[] = [];
  for (const [index, text] of raw.entries()) {
    const cidr = typeof text === "string" ? toCidr(text) : null;
    if (cidr === null) return `${path}[${index}] is ${shown(text)}, which is not a CIDR`;
    nets.push({ text: String(text), ...cidr });
  }
  return nets;
}

/** A bare address is a block of one. */
function toCidr(text: string): Cidr | null {
  if (text.includes("/")) return parseCidr(text);
  return parseCidr(`${text}/${text.includes(":") ? 128 : 32}`);
}

function rangesOf(nets: readonly Net[], family: Family): readonly AddressRange[] {
  return unionOf([nets.filter((net) => net.family === family).map(({ range }) => range)]);
}
