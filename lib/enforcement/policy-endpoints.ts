// Whether the VPC CNI's controller has processed a NetworkPolicy: its finalizer is set, a PolicyEndpoint belongs to it,
// and that says what the policy says. Processed is not enforced.

import type { ProcessedPolicy } from "../model/enforcement-detail.ts";
import { isOnFargate } from "../model/fargate-pod.ts";
import type { Pod, RawObject } from "../model/kubernetes.ts";
import type { Facts } from "../model/snapshot.ts";
import type { EngineContext } from "./engine-assessment.ts";
import { clip } from "./evidence.ts";
import { isCounted } from "./hosted-pods.ts";
import { readEndpoint } from "./policy-endpoint.ts";
import type { EndpointView } from "./policy-endpoint.ts";
import { isSameSelector, readIsolation } from "./policy-spec.ts";
import { createPodMatchers, type PodMatcher } from "./select-pods.ts";

/** amazon-network-policy-controller-k8s: set before the first PolicyEndpoint is written. */
export const FINALIZER = "networking.k8s.aws/resources";

/** The controller lags by seconds; what is younger is not held against it. */
const GRACE_MS = 60_000;
const TERMINATING_GRACE_MS = 300_000;

/** Of every NetworkPolicy that is due: those of the list that select a pod and are not too young to be judged. */
export function judgePolicies(
  policies: readonly RawObject[],
  { facts, observedAtMs }: EngineContext,
): readonly ProcessedPolicy[] {
  const surroundingsOf = createSurroundings(facts, observedAtMs);
  const judgedPolicies: ProcessedPolicy[] = [];
  for (const [namespace, own] of Map.groupBy(policies, namespaceOf)) {
    const around = surroundingsOf(namespace);
    for (const policy of own) {
      const judged = judgePolicy(policy, around);
      if (judged === null) continue;
      judgedPolicies.push({
        namespace,
        name: policy.metadata.name,
        state: judged.state,
        because: judged.because,
      });
    }
  }
  return judgedPolicies;
}

/** What was seen of the policy's namespace. */
interface Surroundings {
  readonly observedAtMs: number | null;
  /** By the uid of the policy that owns them. Null: not seen. */
  readonly endpoints: ReadonlyMap<string, readonly RawObject[]> | null;
  /** Of the pods that policies are about. Null: not seen. */
  readonly selectedBy: ((policy: RawObject) => Selected) | null;
  readonly leftOut: LeftOut;
}

/** Null: the podSelector cannot be read. */
type Selected = readonly Pod[] | null;

/** By namespace. */
function createSurroundings(
  { pods, policyEndpoints }: Facts,
  observedAtMs: number | null,
): (namespace: string) => Surroundings {
  const podsOf = pods.seen ? Map.groupBy(pods.value, ({ namespace }) => namespace) : null;
  const endpointsOf = policyEndpoints.seen ? Map.groupBy(policyEndpoints.value, namespaceOf) : null;
  const toMatcher = createPodMatchers();
  return (namespace) => ({
    observedAtMs,
    endpoints: endpointsOf === null ? null : groupByOwner(endpointsOf.get(namespace) ?? []),
    selectedBy:
      podsOf === null ? null : createSelection((podsOf.get(namespace) ?? []).filter(isCounted), toMatcher),
    leftOut: createLeftOut(),
  });
}

function namespaceOf({ metadata }: RawObject): string {
  return metadata.namespace ?? "";
}

/** Several policies of a namespace mostly have the same selector, and so select the same pods. */
function createSelection(
  pods: readonly Pod[],
  toMatcher: (policy: RawObject) => PodMatcher,
): (policy: RawObject) => Selected {
  const known = new Map<PodMatcher, Selected>();
  return (policy) => {
    const matches = toMatcher(policy);
    const before = known.get(matches);
    if (before !== undefined) return before;
    const selected = selectPods(pods, matches);
    known.set(matches, selected);
    return selected;
  };
}

function selectPods(pods: readonly Pod[], matches: PodMatcher): Selected {
  const selected: Pod[] = [];
  for (const pod of pods) {
    const answer = matches(pod.labels);
    if (answer === null) return null;
    if (answer) selected.push(pod);
  }
  return selected;
}

type Judged = Pick<ProcessedPolicy, "state" | "because">;

/** Null: the policy selects no pod, or is too young to be judged. */
function judgePolicy(policy: RawObject, around: Surroundings): Judged | null {
  const { deletionTimestamp, finalizers = [], creationTimestamp } = policy.metadata;
  if (deletionTimestamp !== undefined)
    return judgeTerminating(deletionTimestamp, finalizers, around.observedAtMs);
  if (around.selectedBy === null)
    return { state: "unknown", because: "the pods that it selects were not seen" };
  const selected = around.selectedBy(policy);
  if (selected === null) return { state: "unknown", because: "its podSelector cannot be read" };
  if (selected.length === 0) return null;
  const ageMs = ageOf(creationTimestamp ?? null, around.observedAtMs);
  if (ageMs !== null && ageMs < GRACE_MS) return null;
  const { uid } = policy.metadata;
  // A server gives each object one; a manifest that somebody wrote has none, and no controller ever saw that.
  if (uid === undefined)
    return { state: "unknown", because: "it has no uid, so this is not how a server keeps it" };
  if (!finalizers.includes(FINALIZER)) {
    return { state: "unprocessed", because: `the controller has not set its finalizer ${FINALIZER}` };
  }
  if (around.endpoints === null) return { state: "unknown", because: "the PolicyEndpoints were not seen" };
  const endpoints = around.endpoints.get(uid);
  if (endpoints === undefined) return { state: "unprocessed", because: "no PolicyEndpoint belongs to it" };
  return judgeContent(policy, endpoints.map(readEndpoint), selected, around);
}

function judgeTerminating(
  since: string,
  finalizers: readonly string[],
  observedAtMs: number | null,
): Judged | null {
  const ageMs = ageOf(since, observedAtMs);
  if (!finalizers.includes(FINALIZER)) return null;
  if (ageMs === null) return { state: "unknown", because: "it is terminating, and nobody says for how long" };
  if (ageMs < TERMINATING_GRACE_MS) return null;
  return { state: "stuck-terminating", because: `it waits for its finalizer since ${clip(since)}` };
}

function judgeContent(
  policy: RawObject,
  endpoints: readonly EndpointView[],
  selected: readonly Pod[],
  { observedAtMs, leftOut }: Surroundings,
): Judged {
  if (endpoints.some(({ isReadable }) => !isReadable)) {
    return { state: "unknown", because: "one of its PolicyEndpoints cannot be read" };
  }
  const spec: unknown = policy["spec"];
  if (!endpoints.every(({ podSelector }) => isSameSelector(podSelector, spec))) {
    return { state: "stale", because: "its PolicyEndpoint has another podSelector" };
  }
  const isolation = readIsolation(spec);
  if (isolation === null) return { state: "unknown", because: "its policyTypes cannot be read" };
  if (!endpoints.every((endpoint) => endpoint.podIsolation === isolation)) {
    return { state: "stale", because: `its PolicyEndpoint does not isolate for ${isolation}` };
  }
  const missing = leftOut(selected, endpoints).filter((pod) => isDue(pod, observedAtMs));
  const [first] = missing;
  if (first === undefined) return { state: "processed", because: "its PolicyEndpoints say what it says" };
  const more = missing.length === 1 ? "" : ` and ${missing.length - 1} more`;
  return { state: "stale", because: `its PolicyEndpoints leave out the pod ${clip(first.name)}${more}` };
}

type LeftOut = (selected: readonly Pod[], endpoints: readonly EndpointView[]) => readonly Pod[];

/** For the policies of one namespace, one after the other: a set of names for each would cost most of the time here. */
function createLeftOut(): LeftOut {
  const lastTurn = new Map<string, number>();
  let turn = 0;
  return (selected, endpoints) => {
    turn += 1;
    for (const { podNames } of endpoints) for (const name of podNames) lastTurn.set(name, turn);
    return selected.filter(({ name }) => lastTurn.get(name) !== turn);
  };
}

/** Running long enough to be listed. Pods without an owner and on Fargate are policed nowhere anyway. */
function isDue(pod: Pod, observedAtMs: number | null): boolean {
  if (pod.owner === null || isOnFargate(pod)) return false;
  const ageMs = ageOf(pod.createdAt, observedAtMs);
  const hasAddress = pod.detail === null || pod.detail.podIPs.length > 0;
  return hasAddress && ageMs !== null && ageMs >= GRACE_MS;
}

function ageOf(timestamp: string | null, observedAtMs: number | null): number | null {
  if (timestamp === null || observedAtMs === null) return null;
  const atMs = Date.parse(timestamp);
  return Number.isNaN(atMs) ? null : observedAtMs - atMs;
}

/**
 * Of one namespace. OwnerReference: "An owning object must be in the same namespace as the dependent". Others only say
 * that they belong.
 */
function groupByOwner(endpoints: readonly RawObject[]): ReadonlyMap<string, readonly RawObject[]> {
  const byOwner = new Map<string, RawObject[]>();
  for (const endpoint of endpoints) {
    for (const { kind, uid } of endpoint.metadata.ownerReferences ?? []) {
      if (kind !== "NetworkPolicy") continue;
      const own = byOwner.get(uid);
      if (own === undefined) byOwner.set(uid, [endpoint]);
      else own.push(endpoint);
    }
  }
  return byOwner;
}
