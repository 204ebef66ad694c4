// Questions about reachability, answered from the same flows as the verdicts. "`allowed` needs the source's
// egress and the destination's ingress for every pod pair" (CONTRACTS); enforcement is not considered.

import type { Pod } from "../model/kubernetes.ts";
import { parseAddress } from "./address-range.ts";
import { allowedFor, type Allowed } from "./allowances.ts";
import { compileCluster } from "./compile-cluster.ts";
import {
  createConnectionDecider,
  undecided,
  worstOf,
  type Connection,
  type Reach,
} from "./decide-connection.ts";
import { endpointInWords, type Endpoint, type Party } from "./endpoint.ts";
import type { IsolationInput } from "./isolation-input.ts";
import { createOpenPaths, type OpenPath } from "./open-paths.ts";
import type { Direction } from "./policy.ts";
import { createQuestionBudget } from "./work-budget.ts";
import { groupWorkloads, workloadKey, type WorkloadGroups } from "./workload-groups.ts";

export interface Reachability {
  readonly isAllowed: (from: Endpoint, to: Endpoint, connection: Connection) => Reach;
  /** Who can reach some pod of the target, or may (allowed null): `external` first, then workloads in order. */
  readonly whoCanReach: (target: Endpoint, connection: Connection) => readonly Reacher[];
  /** How pods of other namespaces get through to a workload's pods. Null: it has no live pod. */
  readonly openPaths: (target: Endpoint, connection: Connection) => readonly OpenPath[] | null;
  /** What is allowed for each group of like pods of a workload. Null: it has no live pod. */
  readonly allowed: (target: Endpoint, direction: Direction) => readonly Allowed[] | null;
  /** Every workload with live pods and every pod asked for, in code-unit order of `namespace/kind/name`. */
  readonly workloads: readonly Endpoint[];
}

export interface Reacher extends Reach {
  readonly from: Endpoint;
}

/** `isAskedFor`: a pod that is an endpoint of its own, beside being one of its workload's. */
export function createReachability(
  input: IsolationInput,
  isAskedFor: (pod: Pod) => boolean = () => false,
  budget = createQuestionBudget(),
): Reachability {
  const cluster = compileCluster(input);
  const groups = groupWorkloads(cluster, isAskedFor);
  const decide = createConnectionDecider(cluster, budget);
  const workloads = toEndpoints(groups);
  const pairs = function* (from: Endpoint, to: Endpoint, connection: Connection): Generator<Reach, void> {
    const sources = partiesOf(from, groups);
    const targets = partiesOf(to, groups);
    if (sources === null) return yield undecided(`no live pod of ${endpointInWords(from)} is known`);
    if (targets === null) return yield undecided(`no live pod of ${endpointInWords(to)} is known`);
    for (const source of sources) for (const target of targets) yield decide(source, target, connection);
  };
  const pathsTo = createOpenPaths(cluster);
  return {
    workloads,
    openPaths: (target, connection) =>
      partiesOf(target, groups)?.flatMap((party) =>
        party.kind === "pods" ? pathsTo(party.group, connection) : [],
      ) ?? null,
    allowed: (target, direction) =>
      partiesOf(target, groups)?.flatMap((party) =>
        party.kind === "pods" ? [allowedFor(cluster, party.group.selecting, party.group.pod, direction)] : [],
      ) ?? null,
    isAllowed: (from, to, connection) => worstOf(pairs(from, to, connection)),
    whoCanReach: (target, connection) =>
      [{ kind: "external" } as const, ...workloads].flatMap((from) => {
        const reach = bestOf(pairs(from, target, connection));
        return reach.allowed === false ? [] : [{ from, allowed: reach.allowed, because: reach.because }];
      }),
  };
}

/** Allowed as soon as one is: it takes one pod to get through. */
function bestOf(reaches: Iterable<Reach>): Reach {
  let next: Reach | null = null;
  for (const reach of reaches) {
    if (reach.allowed === true) return reach;
    if (next === null || (next.allowed === false && reach.allowed === null)) next = reach;
  }
  return next ?? worstOf([]);
}

/** Null where the endpoint stands for nothing that is known. */
function partiesOf(endpoint: Endpoint, groups: WorkloadGroups): readonly Party[] | null {
  if (endpoint.kind === "external") return [endpoint];
  if (endpoint.kind === "address") {
    const parsed = parseAddress(endpoint.address);
    return parsed === null ? null : [{ kind: "address", ...parsed }];
  }
  const found = groups.get(workloadKey(endpoint.namespace, endpoint.workload));
  return found?.map((group) => ({ kind: "pods", group })) ?? null;
}

function toEndpoints(groups: WorkloadGroups): readonly Endpoint[] {
  return [...groups.keys()].toSorted().flatMap((key) =>
    (groups.get(key) ?? []).slice(0, 1).map(({ namespace, workload }) => ({
      kind: "workload" as const,
      namespace: namespace.name,
      workload,
    })),
  );
}
