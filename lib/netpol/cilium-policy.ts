// CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy of cilium.io/v2, as far as isolation needs them.
// Source of the quotes: the API's reference, and the Cilium documentation on deny policies.

import type { RawObject } from "../model/kubernetes.ts";
import { parseCiliumPeers, type PeerScope } from "./cilium-peers.ts";
import { parseCiliumPorts } from "./cilium-ports.ts";
import { parseEndpointSelector } from "./cilium-selector.ts";
import { EVERY, unknownSelector } from "./label-selector.ts";
import { otherPolicyName } from "./other-policy-name.ts";
import { toPolicyDirection } from "./policy-direction.ts";
import {
  NETWORK_POLICY_ORDER,
  NETWORK_POLICY_TIER,
  type Direction,
  type Policy,
  type PolicyDirection,
  type Rule,
} from "./policy.ts";
import { isRecord, member, shown, unknownField, type RawRecord } from "./raw-record.ts";

/** "Deny policies take precedence over allow policies, regardless of whether they are a Cilium Network Policy, a
 * Clusterwide Cilium Network Policy or even a Kubernetes Network Policy." */
const DENY_TIER = NETWORK_POLICY_TIER - 1;

const POLICY_FIELDS = new Set(["apiVersion", "kind", "metadata", "spec", "specs", "status"]);
const SPEC_FIELDS = new Set([
  "endpointSelector",
  "nodeSelector",
  "ingress",
  "ingressDeny",
  "egress",
  "egressDeny",
  "enableDefaultDeny",
  "labels",
  "description",
  "log",
]);
const RULE_FIELDS: Readonly<Record<Direction, ReadonlySet<string>>> = {
  ingress: new Set([
    "fromEndpoints",
    "fromEntities",
    "fromCIDR",
    "fromCIDRSet",
    "fromNodes",
    "fromGroups",
    "toPorts",
    "icmps",
  ]),
  egress: new Set([
    "toEndpoints",
    "toEntities",
    "toCIDR",
    "toCIDRSet",
    "toNodes",
    "toGroups",
    "toFQDNs",
    "toPorts",
    "icmps",
  ]),
};

type Api = "ciliumNetworkPolicies" | "ciliumClusterwideNetworkPolicies";

/** Each spec of the object: what it denies stands before everything, what it allows beside NetworkPolicies. */
export function parseCiliumPolicy(raw: RawObject, api: Api): readonly Policy[] {
  const foreign = unknownField(raw, POLICY_FIELDS);
  if (foreign !== null)
    return [unreadable(raw, api, `the policy has a field that we do not know, ${shown(foreign)}`)];
  const spec = member(raw, "spec");
  const specs = member(raw, "specs") ?? [];
  if (!Array.isArray(specs)) return [unreadable(raw, api, "specs is not a list")];
  const first = spec === undefined ? [] : parseSpec(raw, api, spec, "spec");
  return [...first, ...specs.flatMap((item: unknown, index) => parseSpec(raw, api, item, `specs[${index}]`))];
}

function parseSpec(raw: RawObject, api: Api, spec: unknown, path: string): readonly Policy[] {
  if (!isRecord(spec)) return [unreadable(raw, api, `${path} is not an object`)];
  const foreign = unknownField(spec, SPEC_FIELDS);
  if (foreign !== null)
    return [unreadable(raw, api, `${path} has a field that we do not know, ${shown(foreign)}`)];
  if (!isDefaultDeny(member(spec, "enableDefaultDeny")))
    return [unreadable(raw, api, `${path}.enableDefaultDeny is not of the form that we know`)];
  // A rule for nodes selects no pod.
  if (member(spec, "nodeSelector") !== undefined) return [];
  const subject = parseSubject(spec, path, api);
  const directions = (action: "allow" | "deny"): Pick<Policy, Direction> => ({
    ingress: parseDirection(raw, api, spec, path, "ingress", action),
    egress: parseDirection(raw, api, spec, path, "egress", action),
  });
  return [
    toPolicy(raw, api, DENY_TIER, subject, directions("deny")),
    toPolicy(raw, api, NETWORK_POLICY_TIER, subject, directions("allow")),
  ].filter(({ ingress, egress }) => ingress !== null || egress !== null);
}

function toPolicy(
  raw: RawObject,
  api: Api,
  tier: number,
  subject: Policy["subject"],
  { ingress, egress }: Pick<Policy, Direction>,
): Policy {
  const rules = [...(ingress?.rules ?? []), ...(egress?.rules ?? [])].map(({ unknown }) => unknown);
  return {
    api,
    name: otherPolicyName(raw),
    isClusterWide: !isNamespaced(api),
    tier,
    order: NETWORK_POLICY_ORDER,
    sameOrder: "by-name",
    subject,
    ingress,
    egress,
    doubt: null,
    problems: [subject.pods.unknown, ...rules].filter((problem) => problem !== null),
  };
}

function isNamespaced(api: Api): boolean {
  return api === "ciliumNetworkPolicies";
}

/** It may select any pod that it can reach, and deny or allow anything: no bound holds. */
function unreadable(raw: RawObject, api: Api, because: string): Policy {
  const anything = toPolicyDirection(otherPolicyName(raw), [unreadableRule("pass", "spec", because)], {
    unknown: because,
    isolates: true,
  });
  const subject = { namespaces: isNamespaced(api) ? null : EVERY, pods: unknownSelector(because) };
  const policy = toPolicy(raw, api, DENY_TIER, subject, { ingress: anything, egress: anything });
  return Object.assign(policy, { problems: [because] });
}

function unreadableRule(action: Rule["action"], path: string, because: string): Rule {
  return { action, path, peers: [], ports: null, unknown: because };
}

function parseSubject(spec: RawRecord, path: string, api: Api): Policy["subject"] {
  const at = `${path}.endpointSelector`;
  const selector = parseEndpointSelector(member(spec, "endpointSelector"), at);
  const namespaces = isNamespaced(api) ? null : EVERY;
  if (typeof selector === "string") return { namespaces, pods: unknownSelector(selector) };
  if (!isNamespaced(api)) return { namespaces: selector.namespaces ?? EVERY, pods: selector.pods };
  // Selected are pods of the policy's namespace, whatever else the selector asks.
  return {
    namespaces,
    pods: selector.namespaces === null ? selector.pods : unknownSelector(`${at} asks for a namespace`),
  };
}

function parseDirection(
  raw: RawObject,
  api: Api,
  spec: RawRecord,
  path: string,
  direction: Direction,
  action: "allow" | "deny",
): PolicyDirection | null {
  const field = action === "allow" ? direction : (`${direction}Deny` as const);
  const rules = parseRules(member(spec, field), `${path}.${field}`, {
    direction,
    action,
    isNamespaced: isNamespaced(api),
  });
  const isolates = action === "allow" && enablesDefaultDeny(spec, direction);
  if (rules.length === 0 && !isolates) return null;
  return toPolicyDirection(otherPolicyName(raw), rules, { unknown: null, isolates });
}

const DEFAULT_DENY_FIELDS = new Set(["ingress", "egress"]);

/** Absent, or two switches at most. */
function isDefaultDeny(setting: unknown): boolean {
  if (setting === undefined) return true;
  if (!isRecord(setting) || unknownField(setting, DEFAULT_DENY_FIELDS) !== null) return false;
  return [member(setting, "ingress"), member(setting, "egress")].every(
    (written) => written === undefined || typeof written === "boolean",
  );
}

/** "If not specified, the default is true for each traffic direction that has rules, and false otherwise." */
function enablesDefaultDeny(spec: RawRecord, direction: Direction): boolean {
  const setting = member(spec, "enableDefaultDeny");
  const written = isRecord(setting) ? member(setting, direction) : undefined;
  if (typeof written === "boolean") return written;
  return [member(spec, direction), member(spec, `${direction}Deny`)].some(
    (rules) => rules !== undefined && !(Array.isArray(rules) && rules.length === 0),
  );
}

function parseRules(raw: unknown, path: string, scope: PeerScope): readonly Rule[] {
  if (raw === undefined) return [];
  if (!Array.isArray(raw)) return [unreadableRule(scope.action, path, `${path} is not a list`)];
  return raw.map((rule, index) => parseRule(rule, `${path}[${index}]`, scope));
}

function parseRule(raw: unknown, path: string, scope: PeerScope): Rule {
  const { action } = scope;
  if (!isRecord(raw)) return unreadableRule(action, path, `${path} is not an object`);
  const foreign = unknownField(raw, RULE_FIELDS[scope.direction]);
  if (foreign !== null)
    return unreadableRule(action, path, `${path} has ${shown(foreign)}, which is not modelled`);
  const peers = parseCiliumPeers(raw, path, scope);
  if (typeof peers === "string") return unreadableRule(action, path, peers);
  const ports = parseCiliumPorts(raw, path);
  if (typeof ports === "string") return unreadableRule(action, path, ports);
  // A rule with ports only is about everyone; one with nothing in it is about nobody.
  const everyone = ports === null ? [] : [{ kind: "everyone" as const, path }];
  return { action, path, peers: peers ?? everyone, ports, unknown: null };
}
