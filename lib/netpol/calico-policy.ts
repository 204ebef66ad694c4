// Calico's NetworkPolicy and GlobalNetworkPolicy in their tiers (projectcalico.org, crd.projectcalico.org).
// Staged policies are other kinds, and enforce nothing. NetworkPolicies of Kubernetes stand in the tier
// `default` at order 1000.

import type { RawObject } from "../model/kubernetes.ts";
import type { CalicoNetworkSets } from "./calico-network-sets.ts";
import { parseCalicoRule } from "./calico-rule.ts";
import { parseCalicoSelector } from "./calico-selector.ts";
import type { CalicoTiers } from "./calico-tiers.ts";
import { EVERY, unknownSelector } from "./label-selector.ts";
import { otherPolicyName } from "./other-policy-name.ts";
import { toPolicyDirection } from "./policy-direction.ts";
import type { Direction, Policy, PolicyDirection, Rule } from "./policy.ts";
import { isRecord, member, shown, unknownField, type RawRecord } from "./raw-record.ts";

const POLICY_FIELDS = new Set(["apiVersion", "kind", "metadata", "spec", "status"]);
const SPEC_FIELDS = new Set([
  "tier",
  "order",
  "selector",
  "serviceAccountSelector",
  "namespaceSelector",
  "types",
  "ingress",
  "egress",
  "performanceHints",
  "doNotTrack",
  "preDNAT",
  "applyOnForward",
]);
const TYPE_OF: Readonly<Record<Direction, string>> = { ingress: "Ingress", egress: "Egress" };

type Api = "calicoNetworkPolicies" | "calicoGlobalNetworkPolicies";

/** What policies refer to by name or label. */
export interface CalicoSurroundings {
  readonly tiers: CalicoTiers;
  readonly sets: CalicoNetworkSets;
}

export function parseCalicoPolicy(
  raw: RawObject,
  api: Api,
  { tiers, sets }: CalicoSurroundings,
): readonly Policy[] {
  const spec = member(raw, "spec") ?? {};
  const foreign = unknownField(raw, POLICY_FIELDS);
  if (foreign !== null)
    return [unreadable(raw, api, `the policy has a field that we do not know, ${shown(foreign)}`)];
  if (!isRecord(spec)) return [unreadable(raw, api, "spec is not an object")];
  const foreignInSpec = unknownField(spec, SPEC_FIELDS);
  if (foreignInSpec !== null)
    return [unreadable(raw, api, `spec has a field that we do not know, ${shown(foreignInSpec)}`)];
  // These are for the interfaces of hosts, not for pods.
  if (member(spec, "doNotTrack") === true || member(spec, "preDNAT") === true) return [];
  const tier = tiers(member(spec, "tier"));
  if (typeof tier === "string") return [unreadable(raw, api, tier)];
  const order = member(spec, "order");
  if (order !== undefined && typeof order !== "number")
    return [unreadable(raw, api, `spec.order is ${shown(order)}, which is not a number`)];
  return [
    toPolicy(raw, api, {
      tier: tier.order,
      // "If the order is omitted, it may be considered to be "infinite" - i.e. the policy will be applied last."
      order: order ?? Number.POSITIVE_INFINITY,
      subject: parseSubject(spec, api),
      ingress: parseDirection(raw, api, spec, "ingress", tier.deniesRest, sets),
      egress: parseDirection(raw, api, spec, "egress", tier.deniesRest, sets),
    }),
  ];
}

function toPolicy(
  raw: RawObject,
  api: Api,
  parts: Pick<Policy, "tier" | "order" | "subject" | Direction>,
): Policy {
  const rules = [...(parts.ingress?.rules ?? []), ...(parts.egress?.rules ?? [])].map(
    ({ unknown }) => unknown,
  );
  return {
    api,
    name: otherPolicyName(raw),
    isClusterWide: !isNamespaced(api),
    tier: parts.tier,
    order: parts.order,
    // "Policies with identical order will be applied in alphanumerical order based on the Policy "Name"."
    sameOrder: "by-name",
    subject: parts.subject,
    ingress: parts.ingress,
    egress: parts.egress,
    doubt: null,
    problems: [
      parts.subject.namespaces?.unknown ?? null,
      parts.subject.pods.unknown,
      parts.ingress?.unknown ?? null,
      ...rules,
    ].filter((problem) => problem !== null),
  };
}

function isNamespaced(api: Api): boolean {
  return api === "calicoNetworkPolicies";
}

/** It may select any pod that it can reach and do anything, in a tier that is not known: no bound holds. */
function unreadable(raw: RawObject, api: Api, because: string): Policy {
  const rules: readonly Rule[] = [{ action: "pass", path: "spec", peers: [], ports: null, unknown: because }];
  const anything = toPolicyDirection(otherPolicyName(raw), rules, { unknown: because, isolates: true });
  const subject = { namespaces: isNamespaced(api) ? null : EVERY, pods: unknownSelector(because) };
  const policy = toPolicy(raw, api, { tier: 0, order: 0, subject, ingress: anything, egress: anything });
  return Object.assign(policy, { problems: [because] });
}

function parseSubject(spec: RawRecord, api: Api): Policy["subject"] {
  const byAccount = member(spec, "serviceAccountSelector");
  const pods =
    byAccount === undefined || byAccount === ""
      ? parseCalicoSelector(member(spec, "selector"), "spec.selector", "pods")
      : unknownSelector("spec.serviceAccountSelector is not modelled");
  if (isNamespaced(api)) return { namespaces: null, pods };
  return {
    namespaces: parseCalicoSelector(
      member(spec, "namespaceSelector"),
      "spec.namespaceSelector",
      "namespaces",
    ),
    pods,
  };
}

function parseDirection(
  raw: RawObject,
  api: Api,
  spec: RawRecord,
  direction: Direction,
  isolates: boolean,
  sets: CalicoNetworkSets,
): PolicyDirection | null {
  const affects = affectsDirection(spec, direction);
  if (affects === false) return null;
  const unknown = affects === true ? null : "spec.types is not a list of Ingress and Egress";
  const list = member(spec, direction) ?? [];
  const path = `spec.${direction}`;
  const namespace = isNamespaced(api) ? (raw.metadata.namespace ?? "default") : null;
  const rules = Array.isArray(list)
    ? list.flatMap((rule: unknown, index) =>
        parseCalicoRule(rule, `${path}[${index}]`, { direction, namespace, sets }),
      )
    : [{ action: "pass" as const, path, peers: [], ports: null, unknown: `${path} is not a list` }];
  return toPolicyDirection(otherPolicyName(raw), rules, { unknown, isolates });
}

/** Null where the types cannot be read. */
function affectsDirection(spec: RawRecord, direction: Direction): boolean | null {
  const types = member(spec, "types");
  if (types !== undefined && !Array.isArray(types)) return null;
  if (types === undefined || types.length === 0) {
    // "[Ingress], if there are no Egress rules (including the case where there are also no Ingress rules);
    // [Egress], if there are Egress rules but no Ingress rules."
    const has = (rules: unknown): boolean =>
      rules !== undefined && !(Array.isArray(rules) && rules.length === 0);
    const hasEgress = has(member(spec, "egress"));
    return direction === "egress" ? hasEgress : !hasEgress || has(member(spec, "ingress"));
  }
  if (types.includes(TYPE_OF[direction])) return true;
  return types.every((type) => type === "Ingress" || type === "Egress") ? false : null;
}
