// One connection between two parties: the source's egress and the destination's ingress, with the reason.
// Enforcement is not considered.

import { coversWholeSpace, unionOf } from "./address-range.ts";
import type { CompiledCluster } from "./compile-cluster.ts";
import { isPeer, type Party } from "./endpoint.ts";
import { directedPolicies, podFlows, type PodFlows } from "./pod-flow.ts";
import { noPorts, portsOf, type ResolvePort } from "./resolve-port.ts";
import { surroundingsOf } from "./pod-judge.ts";
import type { WorkloadGroup } from "./workload-groups.ts";
import type { Direction, Peer, Protocol } from "./policy.ts";
import type { WorkBudget } from "./work-budget.ts";
import type { Answer } from "./three-valued.ts";
import { coversPort, decideTraffic, type Decision, type Traffic } from "./traffic-decision.ts";
import type { Flow } from "./traffic-flow.ts";

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

export function createConnectionDecider(
  cluster: CompiledCluster,
  budget: Pick<WorkBudget, "spend">,
): DecideConnection {
  const flowsOf = createFlows(cluster);
  const ipBlocksMatchPods = cluster.engine.ipBlocksMatchPods === true;
  const decideSide = (side: Side, port: number, protocol: Protocol): Reach => {
    const { group, other } = side;
    const traffic = {
      protocol,
      port,
      isPeer: (peer: Peer) => isPeer(peer, other, group.namespace.name, ipBlocksMatchPods),
    };
    if (!budget.spend(stepsFor(side))) return undecided(TOO_MUCH_WORK);
    const flows = flowsOf(side);
    const least = decideTraffic(flows.least, traffic, "least");
    const most = decideTraffic(flows.most, traffic, "most");
    if (!flows.bounded || least.allowed === null || least.allowed !== most.allowed)
      return undecided(flows.doubts[0] ?? "the addresses of the pods were not read");
    if (other.kind === "external" && leavesNobody(flows.least, traffic, least.allowed))
      return undecided(NOBODY_LEFT);
    return { allowed: least.allowed, because: sentenceFor(side, least) };
  };
  return (from, to, { port, protocol }) => {
    const sides = sidesOf(from, to);
    const known = withoutPolicies(sides, from, to);
    if (known !== null) return known;
    const numbers = portNumbers(to, port, protocol);
    if (typeof numbers === "string") return undecided(numbers);
    return worstOf(
      Iterator.from(numbers).flatMap((number) =>
        Iterator.from(sides).map((side) => decideSide(side, number, protocol)),
      ),
    );
  };
}

/** "external (an address in no ipBlock narrower than /0)" (CONTRACTS): there may be no such address. */
const NOBODY_LEFT =
  "every address is in some ipBlock of the policies, so external is nobody; ask about an address";

/** Where a connection of nobody was decided, and blocks that say the opposite cover every address. */
function leavesNobody({ tiers }: Flow, traffic: Traffic, allowed: boolean): boolean {
  const opposite = tiers
    .flatMap(({ rules }) => rules)
    .filter((rule) => rule.action === (allowed ? "deny" : "allow") && coversPort(rule, traffic))
    .flatMap(({ peers }) => peers.filter((peer) => peer.kind === "addresses"));
  return (["ipv4", "ipv6"] as const).some((family) => {
    const ofFamily = opposite.filter((peer) => peer.family === family);
    return coversWholeSpace(family, unionOf(ofFamily.map(({ ranges }) => ranges)));
  });
}

export function undecided(because: string): Reach {
  return { allowed: null, because };
}

const TOO_MUCH_WORK =
  "the pods and rules in question make more work than one run may; ask about a single pod, as NAMESPACE/Pod/NAME";

/** Each rule may have to be looked at. */
function stepsFor({ group, direction }: Side): number {
  return directedPolicies(group.selecting, direction).reduce(
    (steps, { part }) => steps + part.rules.length,
    1,
  );
}

/** Denied as soon as one is; allowed only if all are. Asks no further than it has to. */
export function worstOf(reaches: Iterable<Reach>): Reach {
  let open: Reach | null = null;
  const reasons = new Set<string>();
  for (const reach of reaches) {
    if (reach.allowed === false) return reach;
    if (reach.allowed === null) open ??= reach;
    else reasons.add(reach.because);
  }
  if (open !== null) return open;
  if (reasons.size === 0) return undecided("there is nothing to ask about");
  return { allowed: true, because: [...reasons].join("; ") };
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

/** Flows of a group, kept; but where an egress rule names a port they are each receiver's, and pairs are many. */
function createFlows(cluster: CompiledCluster): (side: Side) => PodFlows {
  const known = new Map<WorkloadGroup, Map<Direction, PodFlows>>();
  return ({ group, direction, other }) => {
    const build = (names: ResolvePort): PodFlows =>
      podFlows(group.selecting, direction, names, surroundingsOf(group.selecting, cluster));
    if (direction === "egress" && namesPorts(group, direction))
      return build(other.kind === "pods" ? portsOf(other.group.pod) : noPorts);
    const kept = known.get(group) ?? new Map<Direction, PodFlows>();
    known.set(group, kept);
    const flows = kept.get(direction) ?? build(direction === "ingress" ? portsOf(group.pod) : noPorts);
    kept.set(direction, flows);
    return flows;
  };
}

function namesPorts({ selecting }: WorkloadGroup, direction: Direction): boolean {
  return directedPolicies(selecting, direction).some(({ part }) =>
    part.rules.some(({ ports }) => (ports?.names.length ?? 0) > 0),
  );
}
