// Joins what the policies say of a namespace's pods with whether anything enforces it (CONTRACTS, `posture`).

import type { PodException } from "../model/enforcement-detail.ts";
import type { Pod } from "../model/kubernetes.ts";
import { isOnFargate } from "../model/fargate-pod.ts";
import type { Enforcement, Posture } from "../model/posture.ts";
import type { IsolationInput } from "./isolation-input.ts";
import type { PodDirection, PodVerdict } from "./pod-verdict.ts";
import { any, every, not, type Answer } from "./three-valued.ts";

/** Pods with the same verdict on nodes that enforce alike. */
export interface JudgedPods {
  readonly verdict: PodVerdict;
  /** Whether what the policies say of them is applied. Null: not known. */
  readonly enforced: Answer;
}

export function joinPosture(pods: readonly JudgedPods[]): Posture {
  if (pods.length === 0) return "empty";
  const selected = pods.filter(({ verdict }) => verdict.isSelected);
  if (selected.length > 0 && selected.every(({ enforced }) => enforced === false)) return "inert";
  const isolated = every(pods.map((pod) => every([pod.enforced, isClosed(pod.verdict.ingress)])));
  if (isolated === null) return "unknown";
  if (isolated) return "isolated";
  const restricted = any(pods.map((pod) => every([pod.enforced, isRestricted(pod.verdict)])));
  if (restricted === null) return "unknown";
  return restricted ? "partial" : "unprotected";
}

/** Isolated and not open. */
function isClosed({ isolated, openToCluster, openToExternal }: PodDirection): Answer {
  return every([isolated, not(openToCluster), not(openToExternal)]);
}

/** Something is denied to or from the pod: it is not open both ways in both directions. */
function isRestricted({ ingress, egress }: PodVerdict): Answer {
  return any(
    [ingress, egress].map(({ openToCluster, openToExternal }) =>
      any([not(openToCluster), not(openToExternal)]),
    ),
  );
}

/** Whether policies are enforced for a pod, as far as it is known. */
export function createEnforcementOf({
  enforcement,
  engine,
  podExceptions,
  podsOnUncoveredNodes,
}: IsolationInput): (pod: Pod) => Answer {
  if (enforcement === null) return () => true;
  const exceptions = indexExceptions(podExceptions);
  const nodes = new Map(enforcement.nodes.map(({ name, verdict }) => [name, toAnswer(verdict)]));
  const uncovered = indexUncovered(podsOnUncoveredNodes ?? {});
  const elsewhere = ofPodsElsewhere(enforcement, podsOnUncoveredNodes);
  return (pod) => {
    const exception = exceptions.size === 0 ? undefined : exceptions.get(keyOf(pod));
    if (exception !== undefined) return exception === "unknown" ? null : false;
    if (engine.appliesToBarePods === false && pod.owner === null) return false;
    // No engine runs on Fargate, whose pods say so themselves and are not read node by node.
    if (isOnFargate(pod)) return false;
    const nodeName = pod.detail?.nodeName ?? (uncovered.size === 0 ? undefined : uncovered.get(keyOf(pod)));
    if (nodeName === undefined) return elsewhere;
    return nodes.get(nodeName) ?? ofCluster(enforcement);
  };
}

/** The answer for a pod of which no node is known. */
function ofPodsElsewhere(
  enforcement: Enforcement,
  uncovered: IsolationInput["podsOnUncoveredNodes"],
): Answer {
  if (enforcement.verdict !== "partial") return ofCluster(enforcement);
  if (uncovered === null) return null;
  // The pods of every node that does not enforce were listed, and this one is not among them.
  const allListed = enforcement.nodes.every(
    ({ name, verdict, computeType }) =>
      verdict === "enforced" || computeType === "fargate" || Object.hasOwn(uncovered, name),
  );
  return allListed ? true : null;
}

function ofCluster({ verdict }: Enforcement): Answer {
  if (verdict === "enforced") return true;
  return verdict === "not-enforced" || verdict === "configured-not-enforced" ? false : null;
}

function toAnswer(verdict: "enforced" | "not-enforced" | "unknown"): Answer {
  return verdict === "unknown" ? null : verdict === "enforced";
}

/** By `namespace/pod`; of a pod with several the certain one counts. */
function indexExceptions(exceptions: readonly PodException[]): ReadonlyMap<string, PodException["effect"]> {
  const doubtfulFirst = [
    ...exceptions.filter(({ effect }) => effect === "unknown"),
    ...exceptions.filter(({ effect }) => effect === "not-enforced"),
  ];
  return new Map(doubtfulFirst.map((exception) => [keyOf(exception), exception.effect]));
}

function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

/** Node names by `namespace/pod`. */
function indexUncovered(byNode: Readonly<Record<string, readonly Pod[]>>): ReadonlyMap<string, string> {
  const nodeOf = new Map<string, string>();
  for (const [node, pods] of Object.entries(byNode)) for (const pod of pods) nodeOf.set(keyOf(pod), node);
  return nodeOf;
}
