// Who a rule of cilium.io/v2 is about. Members that are not modelled are clauses, never guesses.
// Source: Cilium documentation, "Layer 3 Policies".

import {
  parseAddress,
  parseCidr,
  subtract,
  wholeSpace,
  type AddressRange,
  type Cidr,
  type Family,
} from "./address-range.ts";
import { parseEndpointSelector } from "./cilium-selector.ts";
import { EVERY } from "./label-selector.ts";
import type { Direction, Peer, Rule } from "./policy.ts";
import { isRecord, member, shown, unknownField, type RawRecord } from "./raw-record.ts";

export interface PeerScope {
  readonly direction: Direction;
  readonly action: Rule["action"];
  /** Selectors that ask nothing of the namespace mean the policy's own; else every namespace. */
  readonly isNamespaced: boolean;
}

type ParsedPeers = readonly Peer[] | string;

const PREFIX: Readonly<Record<Direction, "from" | "to">> = { ingress: "from", egress: "to" };
const DOMAIN_FIELDS = new Set(["matchName", "matchPattern"]);
const CIDR_SET_FIELDS = new Set(["cidr", "except"]);

/** Null where the rule says nothing about who: then its ports alone decide. */
export function parseCiliumPeers(rule: RawRecord, path: string, scope: PeerScope): ParsedPeers | null {
  const prefix = PREFIX[scope.direction];
  const parts: (readonly [field: string, parse: (raw: unknown, path: string) => ParsedPeers])[] = [
    [
      `${prefix}Endpoints`,
      (raw, at) => parseList(raw, at, (item, path) => parseEndpoints(item, path, scope)),
    ],
    [`${prefix}Entities`, (raw, at) => parseList(raw, at, (item, path) => parseEntity(item, path, scope))],
    [`${prefix}CIDR`, (raw, at) => parseList(raw, at, (item, path) => parseBlock(item, undefined, path))],
    [`${prefix}CIDRSet`, (raw, at) => parseList(raw, at, parseCidrSet)],
    [`${prefix}Nodes`, (_, at) => elsewhere("nodes", at, scope)],
    [`${prefix}Groups`, (_, at) => elsewhere("groups of a cloud provider", at, scope)],
    ["toFQDNs", (raw, at) => parseDomains(raw, at, scope)],
  ];
  const given = parts.filter(([field]) => member(rule, field) !== undefined);
  if (given.length === 0) return null;
  const peers: Peer[] = [];
  for (const [field, parse] of given) {
    const parsed = parse(member(rule, field), `${path}.${field}`);
    if (typeof parsed === "string") return parsed;
    for (const peer of parsed) peers.push(peer);
  }
  return peers;
}

/** An empty list is about nobody. */
function parseList(
  raw: unknown,
  path: string,
  parse: (raw: unknown, path: string) => ParsedPeers,
): ParsedPeers {
  if (!Array.isArray(raw)) return `${path} is not a list`;
  const peers: Peer[] = [];
  for (const [index, item] of raw.entries()) {
    const parsed = parse(item, `${path}[${index}]`);
    if (typeof parsed === "string") return parsed;
    for (const peer of parsed) peers.push(peer);
  }
  return peers;
}

function parseEndpoints(raw: unknown, path: string, { isNamespaced }: PeerScope): ParsedPeers {
  const selector = parseEndpointSelector(raw, path);
  if (typeof selector === "string") return selector;
  const namespaces = selector.namespaces ?? (isNamespaced ? null : EVERY);
  return [{ kind: "pods", path, namespaces, pods: selector.pods }];
}

function parseEntity(raw: unknown, path: string, scope: PeerScope): ParsedPeers {
  switch (raw) {
    // The cluster and the world together.
    case "all":
      return [{ kind: "everyone", path }];
    // Every endpoint of the local cluster.
    case "cluster":
      return [{ kind: "pods", path, namespaces: EVERY, pods: EVERY }];
    // "Allowing to world is identical to allowing to CIDR 0.0.0.0/0."
    case "world":
      return [wholeFamily("ipv4", path), wholeFamily("ipv6", path)];
    case "world-ipv4":
      return [wholeFamily("ipv4", path)];
    case "world-ipv6":
      return [wholeFamily("ipv6", path)];
    case "none":
      return [];
    case "host":
    case "remote-node":
    case "kube-apiserver":
    case "health":
    case "init":
    case "ingress":
    case "unmanaged":
      return elsewhere(`the entity ${raw}`, path, scope);
    default:
      return `${path} is ${shown(raw)}, which is not an entity that we know`;
  }
}

function wholeFamily(family: Family, path: string): Peer {
  return {
    kind: "addresses",
    path,
    family,
    ranges: wholeSpace(family),
    prefixLength: 0,
    matchesPods: false,
    text: `world-${family}`,
  };
}

function parseCidrSet(raw: unknown, path: string): ParsedPeers {
  if (!isRecord(raw)) return `${path} is not an object`;
  const foreign = unknownField(raw, CIDR_SET_FIELDS);
  if (foreign !== null) return `${path} has ${shown(foreign)}, which is not modelled`;
  return parseBlock(member(raw, "cidr"), member(raw, "except"), path);
}

/** CIDR rules are not about connections between two endpoints that Cilium manages, so not about pods. */
function parseBlock(raw: unknown, except: unknown, path: string): ParsedPeers {
  const cidr = toCidr(raw);
  if (cidr === null) return `${path} is ${shown(raw)}, which is not a CIDR`;
  if (except !== undefined && !Array.isArray(except)) return `${path}.except is not a list`;
  const holes: AddressRange[] = [];
  for (const value of except ?? []) {
    const hole = toCidr(value);
    if (hole === null || hole.family !== cidr.family)
      return `${path}.except has ${shown(value)}, which is not a CIDR of its family`;
    holes.push(hole.range);
  }
  const { family, prefixLength, range } = cidr;
  const ranges = subtract([range], holes);
  return [
    {
      kind: "addresses",
      path,
      family,
      ranges,
      prefixLength,
      matchesPods: false,
      text: blockInWords(String(raw), except ?? []),
    },
  ];
}

function blockInWords(cidr: string, except: readonly unknown[]): string {
  return except.length === 0 ? cidr : `${cidr} except ${except.map(String).join(", ")}`;
}

/** A bare address is a block of one. */
function toCidr(value: unknown): Cidr | null {
  if (typeof value !== "string") return null;
  const address = parseAddress(value);
  if (address === null) return parseCidr(value);
  return parseCidr(`${value}/${address.family === "ipv4" ? 32 : 128}`);
}

function parseDomains(raw: unknown, path: string, scope: PeerScope): ParsedPeers {
  if (!Array.isArray(raw) || !raw.every(isSomeName)) return `${path} may be any name`;
  return raw.length === 0 ? [] : elsewhere("domain names", path, scope);
}

/** Names of which at least a letter is written: `*.*` is nearly every name there is. */
function isSomeName(item: unknown): boolean {
  if (!isRecord(item) || unknownField(item, DOMAIN_FIELDS) !== null) return false;
  const pattern = member(item, "matchPattern");
  return pattern === undefined || (typeof pattern === "string" && !/^[*.]*$/.test(pattern));
}

/** What an allowing rule adds there is no whole space; how much a denying one takes away is not known. */
function elsewhere(text: string, path: string, { action }: PeerScope): ParsedPeers {
  return action === "allow"
    ? [{ kind: "elsewhere", path, text }]
    : `${path} denies ${text}, which is not modelled`;
}
