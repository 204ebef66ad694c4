// What is allowed for one pod and direction, as a normal form: peers × ports, in the order in which they are
// asked. For people and reports; questions about single connections go to lib/netpol/reachability.ts.

import type { Pod } from "../model/kubernetes.ts";
import type { CompiledCluster } from "./compile-cluster.ts";
import { peerInWords, portsInWords } from "./peer-in-words.ts";
import { podFlows } from "./pod-flow.ts";
import { surroundingsOf } from "./pod-judge.ts";
import type { Direction, FlowRule, Peer } from "./policy.ts";
import { noPorts, portsOf } from "./resolve-port.ts";
import type { Selection } from "./selecting-policies.ts";

export interface Allowance {
  readonly action: FlowRule["action"];
  readonly policy: string;
  readonly peer: Peer;
  /** `on all ports`, or `on TCP 80, UDP 53-54`. */
  readonly ports: string;
  /** Who it is, in words. */
  readonly detail: string;
}

export interface Allowed {
  /** What certainly counts, first match first. */
  readonly rules: readonly Allowance[];
  /** What happens to everything else. */
  readonly otherwise: "allow" | "deny";
  /** Clauses about what may be allowed beyond that. */
  readonly doubts: readonly string[];
}

export function allowedFor(
  cluster: CompiledCluster,
  selecting: Selection,
  pod: Pod,
  direction: Direction,
): Allowed {
  const resolve = direction === "ingress" ? portsOf(pod) : noPorts;
  const { least, doubts } = podFlows(selecting, direction, resolve, surroundingsOf(selecting, cluster));
  const isDenied = least.fallthrough === "deny" || least.tiers.some(({ end }) => end === "deny");
  return {
    rules: least.tiers.flatMap(({ rules }) => rules).flatMap(toAllowances),
    otherwise: isDenied ? "deny" : "allow",
    doubts,
  };
}

function toAllowances({ action, policy, peers, ranges }: FlowRule): readonly Allowance[] {
  const ports = portsInWords(ranges === null ? null : { ranges, names: [] });
  return peers.map((peer) => ({ action, policy, peer, ports, detail: peerInWords(peer) }));
}
