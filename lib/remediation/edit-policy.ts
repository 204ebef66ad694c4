// A policy that somebody else wrote, with one thing changed and everything else as it stands. An edit that would
// have to guess is not made: it gives null, and the person who reads the finding decides.

import type { Labels, RawObject } from "../model/kubernetes.ts";
import { DIRECTIONS, type Direction } from "../model/isolation-detail.ts";
import { oncePerList } from "../model/once-per-list.ts";
import { isRecord, member, type RawRecord } from "../netpol/raw-record.ts";
import type { PolicyManifest } from "./policy-manifest.ts";

export const PEERS_FIELD: Readonly<Record<Direction, "from" | "to">> = { ingress: "from", egress: "to" };
const TYPE_OF: Readonly<Record<Direction, "Ingress" | "Egress">> = { ingress: "Ingress", egress: "Egress" };

/** kubectl keeps its own copy of the object here; it would be written into itself again and again. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
const MAX_ANNOTATION_CHARACTERS = 4096;

/** Gives a rule's replacements: itself, another one, several, or none. */
export type EditRule = (rule: RawRecord, direction: Direction, index: number) => readonly RawRecord[];

/** Null where the policy cannot be read as one, or where the edit changes nothing. */
export function editPolicy(
  raw: RawObject,
  edit: EditRule,
  further: Partial<Record<Direction, readonly unknown[]>> = {},
): PolicyManifest | null {
  const spec = member(raw, "spec");
  if (!isRecord(spec)) return null;
  let changed = false;
  const edited: Partial<Record<Direction, readonly unknown[]>> = {};
  for (const direction of DIRECTIONS) {
    const rules = readRules(spec, direction);
    if (rules === null) continue;
    const next = rules.flatMap((rule, index) => edit(rule, direction, index));
    if (next.length === rules.length && next.every((rule, index) => rule === rules[index])) continue;
    changed = true;
    edited[direction] = [...next, ...(further[direction] ?? [])];
  }
  if (!changed) return null;
  // Named, because without rules the API server would no longer find out which directions the policy is about.
  return toManifest(raw, { ...spec, policyTypes: policyTypesOf(spec), ...edited });
}

/** Null where the policy has no rules for the direction, or unreadable ones. */
function readRules(spec: RawRecord, direction: Direction): readonly RawRecord[] | null {
  const rules = member(spec, direction);
  return Array.isArray(rules) && rules.every(isRecord) ? rules : null;
}

/** As the API server defaults it: ingress always, egress where it has rules. */
function policyTypesOf(spec: RawRecord): readonly unknown[] {
  const types = member(spec, "policyTypes");
  if (Array.isArray(types) && types.length > 0) return types;
  const egress = readRules(spec, "egress");
  return egress === null || egress.length === 0 ? [TYPE_OF.ingress] : [TYPE_OF.ingress, TYPE_OF.egress];
}

/** What a person would write: nothing that the server or a controller put in. */
export function toManifest({ metadata }: RawObject, spec: RawRecord): PolicyManifest {
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([key]) => key !== LAST_APPLIED);
  const length = annotations.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: {
      namespace: metadata.namespace ?? "default",
      name: metadata.name,
      ...(metadata.labels === undefined ? {} : { labels: metadata.labels }),
      ...(annotations.length === 0 || length > MAX_ANNOTATION_CHARACTERS
        ? {}
        : { annotations: toLabels(annotations) }),
    },
    spec,
  };
}

/** `Object.fromEntries` defines own members, so a key named __proto__ stays one. */
function toLabels(entries: readonly (readonly [string, string])[]): Labels {
  return Object.fromEntries(entries);
}

/** Null: absent or empty, which means everyone. */
export function peersOf(rule: RawRecord, direction: Direction): readonly unknown[] | null {
  const peers = member(rule, PEERS_FIELD[direction]);
  return Array.isArray(peers) && peers.length > 0 ? peers : null;
}

/** Null: absent or empty, which means all ports. */
export function portsOf(rule: RawRecord): readonly unknown[] | null {
  const ports = member(rule, "ports");
  return Array.isArray(ports) && ports.length > 0 ? ports : null;
}

/** `{}`, or one without any condition: everything. */
export function isEmptySelector(selector: unknown): boolean {
  if (!isRecord(selector)) return false;
  const labels = member(selector, "matchLabels");
  const expressions = member(selector, "matchExpressions");
  return (
    (labels === undefined || (isRecord(labels) && Object.keys(labels).length === 0)) &&
    (expressions === undefined || (Array.isArray(expressions) && expressions.length === 0))
  );
}

/** The policies of one namespace by name, exactly as the server sent them. */
export function policiesByName(
  policies: readonly RawObject[],
  namespace: string,
): ReadonlyMap<string, RawObject> {
  return byNamespace(policies).get(namespace) ?? new Map();
}

const byNamespace = oncePerList((policies: readonly RawObject[]) => {
  const divided = new Map<string, Map<string, RawObject>>();
  for (const policy of policies) {
    const namespace = policy.metadata.namespace ?? "default";
    const own = divided.get(namespace) ?? new Map<string, RawObject>();
    divided.set(namespace, own.set(policy.metadata.name, policy));
  }
  return divided;
});
