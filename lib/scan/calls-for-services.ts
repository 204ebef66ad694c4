// Whether some namespace may get a suggested policy, which has to know what its Services are for. Cheap and on the
// safe side: what it says no to surely has no failure whose remedy would look at Services.

import { hasGitOpsLabel } from "../controls/gitops-components.ts";
import { compileGlob } from "../glob.ts";
import type { EvaluationSettings } from "../model/control.ts";
import type { Pod, RawObject } from "../model/kubernetes.ts";
import { isRecord, member } from "../netpol/raw-record.ts";

export function callsForServices(
  pods: readonly Pod[],
  policies: readonly RawObject[],
  { unjudgedNamespaces }: EvaluationSettings,
): boolean {
  if (pods.some(({ labels }) => hasGitOpsLabel(labels))) return true;
  const closed = closedNamespaces(policies);
  const unjudged = unjudgedNamespaces.map(({ glob }) => compileGlob(glob));
  const populated = new Set(pods.filter((pod) => !pod.hostNetwork).map(({ namespace }) => namespace));
  return [...populated].some(
    (namespace) => !closed.has(namespace) && !unjudged.some((matches) => matches(namespace)),
  );
}

/** Denied by default both ways, and no policy has a rule for all ports, which might take that back. */
function closedNamespaces(policies: readonly RawObject[]): ReadonlySet<string> {
  const denied = new Map<string, Set<string>>();
  const opened = new Set<string>();
  for (const policy of policies) {
    const { namespace } = policy.metadata;
    const spec = member(policy, "spec");
    if (namespace === undefined || !isRecord(spec)) continue;
    if (isEmpty(member(spec, "podSelector")))
      for (const direction of deniedDirections(spec))
        denied.set(namespace, (denied.get(namespace) ?? new Set()).add(direction));
    if (["ingress", "egress"].some((direction) => toList(member(spec, direction)).some(isForAllPorts)))
      opened.add(namespace);
  }
  const both = [...denied].filter(
    ([namespace, directions]) => directions.size === 2 && !opened.has(namespace),
  );
  return new Set(both.map(([namespace]) => namespace));
}

function deniedDirections(spec: Readonly<Record<string, unknown>>): readonly string[] {
  const types = toList(member(spec, "policyTypes"));
  return ["Ingress", "Egress"].filter(
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
