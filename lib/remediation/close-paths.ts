// A policy with named ways in closed to other namespaces: at each path the peer is narrowed to the policy's own
// namespace, for the restricted ports only where the rule names its ports.

import type { RawObject } from "../model/kubernetes.ts";
import { isRecord, member, type RawRecord } from "../netpol/raw-record.ts";
import { editPolicy, peersOf, portsOf } from "./edit-policy.ts";
import { OWN_NAMESPACE } from "./narrow-policy.ts";
import type { PolicyManifest } from "./policy-manifest.ts";

/** `paths`: as in `spec.ingress[0].from[1]`, or `spec.ingress[0].from` for a rule without peers. */
export function closePaths(
  raw: RawObject,
  paths: readonly string[],
  restrictedPorts: readonly number[],
): PolicyManifest | null {
  return editPolicy(raw, (rule, direction, index) => {
    const closed = direction === "ingress" ? closedPeers(paths, index) : [];
    return closed.length === 0 ? [rule] : closeRule(rule, new Set(closed), new Set(restrictedPorts));
  });
}

/** Places of the peers to close in the rule; "all" for a rule without peers. */
function closedPeers(paths: readonly string[], rule: number): readonly (number | "all")[] {
  return paths.flatMap((path) => {
    const match = /^spec\.ingress\[(\d+)\]\.from(?:\[(\d+)\])?$/.exec(path);
    if (match === null || Number(match[1]) !== rule) return [];
    return [match[2] === undefined ? ("all" as const) : Number(match[2])];
  });
}

function closeRule(
  rule: RawRecord,
  closed: ReadonlySet<number | "all">,
  restricted: ReadonlySet<number>,
): readonly RawRecord[] {
  const peers = peersOf(rule, "ingress");
  const kept = (peers ?? []).filter((_, index) => !closed.has(index));
  const inside = [OWN_NAMESPACE, ...kept];
  const ports = portsOf(rule);
  if (ports === null) return [{ ...rule, from: inside }];
  // The rule may open metrics to everyone by design: only the restricted ports are taken out of it.
  const open = ports.filter((port) => isPlainPort(port) && !restricted.has(port.port));
  const shut = ports.filter((port) => !open.includes(port));
  if (shut.length === 0) return [{ ...rule, from: inside }];
  return [...(open.length === 0 ? [] : [{ ...rule, ports: open }]), { ...rule, from: inside, ports: shut }];
}

/** A single number: a range or a name may hold a restricted port. */
function isPlainPort(port: unknown): port is { readonly port: number } {
  return isRecord(port) && typeof member(port, "port") === "number" && member(port, "endPort") === undefined;
}
