// An allow-all made to mean its own namespace: the narrowest thing that the policy surely meant. Peers that
// somebody named stay.

import type { RawObject } from "../model/kubernetes.ts";
import type { Direction } from "../model/isolation-detail.ts";
import { isRecord, member, type RawRecord } from "../netpol/raw-record.ts";
import { editPolicy, isEmptySelector, peersOf, PEERS_FIELD, portsOf } from "./edit-policy.ts";
import type { PolicyManifest } from "./policy-manifest.ts";

export const OWN_NAMESPACE = { podSelector: {} };

/** Null where no rule of the policy allows everyone, or every pod, on all ports in one of the directions. */
export function narrowPolicy(
  raw: RawObject,
  directions: readonly Direction[],
  dnsRule: unknown,
): PolicyManifest | null {
  const edit = (rule: RawRecord, direction: Direction): readonly RawRecord[] =>
    directions.includes(direction) && portsOf(rule) === null ? [narrowRule(rule, direction)] : [rule];
  return editPolicy(raw, edit, { egress: [dnsRule] });
}

function narrowRule(rule: RawRecord, direction: Direction): RawRecord {
  const peers = peersOf(rule, direction);
  if (peers === null) return { [PEERS_FIELD[direction]]: [OWN_NAMESPACE] };
  const named = peers.filter((peer) => !isEveryPod(peer));
  if (named.length === peers.length) return rule;
  return { [PEERS_FIELD[direction]]: [OWN_NAMESPACE, ...named] };
}

/** `namespaceSelector: {}`, alone or with an empty podSelector. */
function isEveryPod(peer: unknown): boolean {
  if (!isRecord(peer) || !isEmptySelector(member(peer, "namespaceSelector"))) return false;
  const pods = member(peer, "podSelector");
  return pods === undefined || isEmptySelector(pods);
}
