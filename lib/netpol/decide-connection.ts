// One connection between two parties: the source's egress and the destination's ingress, with the reason.
// Enforcement is not considered.

import type { CompiledCluster } from "./compile-cluster.ts";
import { isPeer, type Party } from "./endpoint.ts";
import { directedPolicies, podFlows, type PodFlows } from "./pod-flow.ts";
import { noPorts, portsOf } from "./resolve-port.ts";
import { surroundingsOf } from "./pod-judge.ts";
import type { WorkloadGroup } from "./workload-groups.ts";
import type { Direction, Peer, Protocol } from "./policy.ts";
import type { Answer } from "./three-valued.ts";
import { decideTraffic, type Decision } from "./traffic-decision.ts";

export interface Reach {
  readonly allowed: Answer;
  /** One clause. */
  readonly because: string;
}

export interface Connection {
  /** A name is a port of the destination pod. */
  readonly port: number | string;
  readonly protocol: Protocol;
}

/** A pod that takes part, and who it talks to. */
interface Side {
  readonly group: WorkloadGroup;
  readonly direction: Direction;
  readonly other: Party;
}

export type DecideConnection = (from: Party, to: Party, connection: Connection) => Reach;

export function createConnectionDecider(cluster: CompiledCluster): DecideConnection {
  const flowsOf = createFlows(cluster);
  const ipBlocksMatchPods = cluster.engine.ipBlocksMatchPods === true;
  const decideSide = (side: Side, port: number, protocol: Protocol): Reach => {
    const { group, other } = side;
    const traffic = {
      protocol,
      port,
      isPeer: (peer: Peer) => isPeer(peer, other, group.namespace.name, ipBlocksMatchPods),
    };
    const flows = flowsOf(side);
    const least = decideTraffic(flows.least, traffic, "least");
    const most = decideTraffic(flows.most, traffic, "most");
    if (!flows.bounded || least.allowed === null || least.allowed !== most.allowed)
      return undecided(flows.doubts[0] ?? "the addresses of the pods were not read");
    return { allowed: least.allowed, because: sentenceFor(side, least) };
  };
  return (from, to, { port, protocol }) => {
    const sides = sidesOf(from, to);
    const known = withoutPolicies(sides, from, to);
    if (known !== null) return known;
    const numbers = portNumbers(to, port, protocol);
    if (typeof numbers === "string") return undecided(numbers);
    return worstOf(numbers.flatMap((number) => sides.map((side) => decideSide(side, number, protocol))));
  };
}

export function undecided(because: string): Reach {
  return { allowed: null, because };
}

/** Denied as soon as one is; allowed only if all are. */
export function worstOf(reaches: readonly Reach[]): Reach {
  const denied = reaches.find(({ allowed }) => allowed === false);
  const open = reaches.find(({ allowed }) => allowed === null);
  if (denied !== undefined || open !== undefined || reaches.length === 0)
    return denied ?? open ?? undecided("there is nothing to ask about");
  return { allowed: true, because: [...new Set(reaches.map(({ because }) => because))].join("; ") };
}

function sidesOf(from: Party, to: Party): readonly Side[] {
  const sides: Side[] = [];
  if (from.kind === "pods") sides.push({ group: from.group, direction: "egress", other: to });
  if (to.kind === "pods") sides.push({ group: to.group, direction: "ingress", other: from });
  return sides;
}

/** Null where policies decide. */
function withoutPolicies(sides: readonly Side[], from: Party, to: Party): Reach | null {
  if (sides.length === 0) return undecided("no pod takes part, so no policy decides it");
  const host = sides.find(({ group }) => group.pod.hostNetwork);
  if (host !== undefined)
    return undecided(
      `${inWords(host.group)} uses the host's network, for which the effect of NetworkPolicies is undefined`,
    );
  // "A Pod cannot block access to itself" (Concepts, Network Policies).
  const isSelf =
    from.kind === "pods" && to.kind === "pods" && from.group.pod === to.group.pod && from.group.pods === 1;
  return isSelf ? { allowed: true, because: "a pod cannot block access to itself" } : null;
}

/** The numbers that the port stands for, or why they are not known. */
export function portNumbers(
  to: Party,
  port: number | string,
  protocol: Protocol,
): readonly number[] | string {
  if (typeof port === "number") return [port];
  if (to.kind !== "pods") return `port ${port} is a name, and an address has no named ports`;
  const ranges = portsOf(to.group.pod)({ protocol, name: port }, "allow");
  if (ranges === null) return `the container ports of ${inWords(to.group)} were not read`;
  if (ranges.length === 0) return `${inWords(to.group)} has no ${protocol} port named ${port}`;
  return ranges.map(({ from }) => from);
}

function sentenceFor({ group, direction }: Side, { allowed, policies }: Decision): string {
  const subject = `${direction} of ${inWords(group)}`;
  if (policies.length > 0) return `${policies.join(", ")} allows it for ${subject}`;
  if (allowed === true) return `nothing denies it for ${subject}`;
  const names = directedPolicies(group.selecting, direction).map(({ policy }) => policy.name);
  const by = names.length > 0 ? names.join(", ") : "the engine's default";
  return `no rule allows it for ${subject}, which is isolated by ${by}`;
}

function inWords({ namespace, workload }: WorkloadGroup): string {
  return `${namespace.name}/${workload.kind}/${workload.name}`;
}

/** Flows of a group, kept: for egress a named port depends on who receives the connection. */
function createFlows(cluster: CompiledCluster): (side: Side) => PodFlows {
  const known = new Map<WorkloadGroup, Map<WorkloadGroup | Direction, PodFlows>>();
  return ({ group, direction, other }) => {
    const receiver = direction === "egress" && other.kind === "pods" ? other.group : direction;
    const flows = known.get(group) ?? new Map<WorkloadGroup | Direction, PodFlows>();
    known.set(group, flows);
    const kept = flows.get(receiver);
    if (kept !== undefined) return kept;
    const names =
      direction === "ingress"
        ? portsOf(group.pod)
        : other.kind === "pods"
          ? portsOf(other.group.pod)
          : noPorts;
    const fresh = podFlows(group.selecting, direction, names, surroundingsOf(group.selecting, cluster));
    flows.set(receiver, fresh);
    return fresh;
  };
}
