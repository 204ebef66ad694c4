// By which rules pods of other namespaces get through to a pod, so that a finding can name the exact path.
// Only the destination's ingress is asked: what other namespaces deny themselves is theirs to change.

import type { CompiledCluster } from "./compile-cluster.ts";
import { type Connection, portNumbers } from "./decide-connection.ts";
import { isEvery, selectorMatches } from "./label-selector.ts";
import { peerInWords } from "./peer-in-words.ts";
import { podFlows } from "./pod-flow.ts";
import { portsOf } from "./resolve-port.ts";
import { surroundingsOf } from "./pod-judge.ts";
import type { Peer, Protocol } from "./policy.ts";
import { decideTraffic, type Decision } from "./traffic-decision.ts";
import type { Flow } from "./traffic-flow.ts";
import { isEveryPod } from "./policy-direction.ts";
import type { WorkloadGroup } from "./workload-groups.ts";

export interface OpenPath {
  /** Null: no rule is needed, because nothing isolates the pod. */
  readonly policy: string | null;
  /** Where the peer stands, as in `spec.ingress[0].from[1]`; empty without a policy. */
  readonly path: string;
  /** False: it may be open; `detail` says what is not known. */
  readonly certain: boolean;
  /** Who gets through, in words. */
  readonly detail: string;
}

export function createOpenPaths(
  cluster: CompiledCluster,
): (target: WorkloadGroup, connection: Connection) => readonly OpenPath[] {
  return (target, connection) => {
    const ports = portNumbers({ kind: "pods", group: target }, connection.port, connection.protocol);
    if (typeof ports === "string") return [doubtful(ports)];
    const { selecting } = target;
    const flows = podFlows(selecting, "ingress", portsOf(target.pod), surroundingsOf(selecting, cluster));
    return ports.flatMap((port) => {
      const certain = pathsIn(flows.least, target, port, connection.protocol, cluster);
      if (certain.length > 0) return certain;
      const possible = pathsIn(flows.most, target, port, connection.protocol, cluster);
      if (possible.length === 0 && flows.bounded) return [];
      return [doubtful(flows.doubts[0] ?? "the policies could not be fully read")];
    });
  };
}

function doubtful(detail: string): OpenPath {
  return { policy: null, path: "", certain: false, detail };
}

function pathsIn(
  flow: Flow,
  target: WorkloadGroup,
  port: number,
  protocol: Protocol,
  cluster: CompiledCluster,
): readonly OpenPath[] {
  const decide = (isPeer: (peer: Peer) => boolean): Decision =>
    decideTraffic(flow, { protocol, port, isPeer }, "least");
  const paths: OpenPath[] = [];
  // A pod that no selector but the empty ones knows.
  const anyPod = decide(isEveryPod);
  if (anyPod.allowed === true && anyPod.policies.length === 0)
    paths.push({ policy: null, path: "", certain: true, detail: "nothing isolates it for ingress" });
  for (const { action, policy, peers } of flow.tiers.flatMap(({ rules }) => rules)) {
    for (const peer of action === "allow" ? peers : []) {
      const who = fromElsewhere(peer, target, cluster);
      if (who === null) continue;
      // One that this peer knows, and otherwise the empty ones only.
      const known = decide((other) => other === peer || isEveryPod(other));
      if (known.policies.includes(policy))
        paths.push({ policy, path: peer.path, certain: true, detail: who });
    }
  }
  return paths;
}

/** Who of other namespaces the peer is, in words; null where it is nobody. */
function fromElsewhere(peer: Peer, target: WorkloadGroup, cluster: CompiledCluster): string | null {
  if (peer.kind === "everyone") return peerInWords(peer);
  if (peer.kind === "addresses")
    return (peer.matchesPods ?? cluster.engine.ipBlocksMatchPods) === true ? peerInWords(peer) : null;
  if (peer.kind === "elsewhere") return null;
  const { namespaces } = peer;
  if (namespaces === null) return null;
  if (isEvery(namespaces)) return peerInWords(peer);
  const others = [...cluster.namespaces.values()].filter(
    ({ name, labels }) => name !== target.namespace.name && selectorMatches(namespaces, labels) === true,
  );
  return others.length === 0 ? null : peerInWords(peer);
}
