// Whether some namespace may get a suggested policy, which has to know what its Services are for. Cheap and on the
// safe side: what it says no to surely has no failure whose remedy would look at Services.

import { podsWithGitOpsLabel } from "../controls/gitops-namespaces.ts";
import { compileGlob } from "../glob.ts";
import type { EvaluationSettings } from "../model/control.ts";
import type { Pod, RawObject } from "../model/kubernetes.ts";
import { isRecord, member } from "../netpol/raw-record.ts";

export function callsForServices(
  pods: readonly Pod[],
  policies: readonly RawObject[],
  { unjudgedNamespaces }: EvaluationSettings,
): boolean {
  if (podsWithGitOpsLabel(pods).some(() => true)) return true;
  const closed = closedNamespaces(policies);
  const unjudged = unjudgedNamespaces.map(({ glob }) => compileGlob(glob));
  return populatedNamespaces(pods).some(
    (namespace) => !closed.has(namespace) && !unjudged.some((matches) => matches(namespace)),
  );
}

/** Lists come sorted by namespace; one that comes again is named again. */
function populatedNamespaces(pods: readonly Pod[]): readonly string[] {
  const names: string[] = [];
  for (const { namespace, hostNetwork } of pods)
    if (!hostNetwork && namespace !== names.at(-1)) names.push(namespace);
  return names;
}

/** Denied by default both ways, and no policy has a rule for all ports, which might take that back. */
function closedNamespaces(policies: readonly RawObject[]): ReadonlySet<string> {
  const read = createSpecReader();
  const denied = { Ingress: new Set<string>(), Egress: new Set<string>() };
  const opened = new Set<string>();
  for (const policy of policies) {
    const { namespace } = policy.metadata;
    if (namespace === undefined) continue;
    const { denies, opens } = read(member(policy, "spec"));
    for (const direction of denies) denied[direction].add(namespace);
    if (opens) opened.add(namespace);
  }
  return denied.Ingress.intersection(denied.Egress).difference(opened);
}

type Direction = "Ingress" | "Egress";

interface SpecInShort {
  /** By default, for every pod. */
  readonly denies: readonly Direction[];
  readonly opens: boolean;
}

const NOTHING: SpecInShort = { denies: [], opens: false };

/** A reader shares equal specs: each is looked at once. */
function createSpecReader(): (spec: unknown) => SpecInShort {
  const known = new Map<unknown, SpecInShort>();
  return (spec) => {
    const inShort = known.get(spec) ?? toSpecInShort(spec);
    known.set(spec, inShort);
    return inShort;
  };
}

function toSpecInShort(spec: unknown): SpecInShort {
  if (!isRecord(spec)) return NOTHING;
  return {
    denies: isEmpty(member(spec, "podSelector")) ? deniedDirections(spec) : [],
    opens: ["ingress", "egress"].some((direction) => toList(member(spec, direction)).some(isForAllPorts)),
  };
}

const DIRECTIONS: readonly Direction[] = ["Ingress", "Egress"];

function deniedDirections(spec: Readonly<Record<string, unknown>>): readonly Direction[] {
  const types = toList(member(spec, "policyTypes"));
  return DIRECTIONS.filter(
    (type) => types.includes(type) && toList(member(spec, type.toLowerCase())).length === 0,
  );
}

function isForAllPorts(rule: unknown): boolean {
  return !isRecord(rule) || toList(member(rule, "ports")).length === 0;
}

function isEmpty(value: unknown): boolean {
  return isRecord(value) && Object.keys(value).length === 0;
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
