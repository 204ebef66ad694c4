// Whether the VPC CNI's controller has processed every NetworkPolicy: its finalizer is set, a PolicyEndpoint
// belongs to it, and that says what the policy says. Processed is not enforced.

import type { PolicyProcessing, ProcessedPolicy } from "../model/enforcement-detail.ts";
import { isOnFargate } from "../model/fargate-pod.ts";
import type { Pod, RawObject } from "../model/kubernetes.ts";
import type { Facts } from "../model/snapshot.ts";
import type { EngineContext } from "./engine-assessment.ts";
import { clip, kubernetesEvidence } from "./evidence.ts";
import { isCounted } from "./hosted-pods.ts";
import { readEndpoint } from "./policy-endpoint.ts";
import type { EndpointView } from "./policy-endpoint.ts";
import { isSameSelector, readIsolation } from "./policy-spec.ts";
import { toPodMatcher } from "./select-pods.ts";

/** amazon-network-policy-controller-k8s: set before the first PolicyEndpoint is written. */
export const FINALIZER = "networking.k8s.aws/resources";

/** The controller lags by seconds; what is younger is not held against it. */
const GRACE_MS = 60_000;
const TERMINATING_GRACE_MS = 300_000;

/** `controllerOn`: false where policies are not meant to be processed at all. */
export function judgeProcessing(context: EngineContext, controllerOn: boolean | null): PolicyProcessing {
  const { facts } = context;
  if (controllerOn === false)
    return none("not-applicable", "The VPC CNI's network policy controller is off.");
  if (controllerOn === null) return none("unknown", CONTROLLER_UNSEEN);
  if (!facts.networkPolicies.seen) return none("unknown", "The NetworkPolicies were not seen.");
  const endpoints = facts.policyEndpoints.seen ? groupByOwner(facts.policyEndpoints.value) : null;
  const pods = facts.pods.seen
    ? Map.groupBy(facts.pods.value.filter(isCounted), ({ namespace }) => namespace)
    : null;
  const policies = facts.networkPolicies.value.flatMap((policy) => {
    const namespace = policy.metadata.namespace ?? "";
    const judged = judgePolicy(policy, {
      observedAtMs: context.observedAtMs,
      endpoints:
        endpoints === null ? null : (endpoints.get(toOwnerKey(namespace, policy.metadata.uid)) ?? []),
      pods: pods === null ? null : (pods.get(namespace) ?? []),
    });
    const { name } = policy.metadata;
    return judged === null ? [] : [{ namespace, name, state: judged.state, because: judged.because }];
  });
  return toAnswer(policies, facts);
}

function none(state: "not-applicable" | "unknown", because: string): PolicyProcessing {
  return { state, because, evidence: [], policies: [] };
}

interface Surroundings {
  readonly observedAtMs: number | null;
  /** Null: not seen. */
  readonly endpoints: readonly RawObject[] | null;
  readonly pods: readonly Pod[] | null;
}

type Judged = Pick<ProcessedPolicy, "state" | "because">;

/** Null: the policy selects no pod, or is too young to be judged. */
function judgePolicy(policy: RawObject, around: Surroundings): Judged | null {
  const { deletionTimestamp, finalizers = [], creationTimestamp } = policy.metadata;
  if (deletionTimestamp !== undefined)
    return judgeTerminating(deletionTimestamp, finalizers, around.observedAtMs);
  if (around.pods === null) return { state: "unknown", because: "the pods that it selects were not seen" };
  const matches = toPodMatcher(policy);
  const selected: Pod[] = [];
  for (const pod of around.pods) {
    const answer = matches(pod.labels);
    if (answer === null) return { state: "unknown", because: "its podSelector cannot be read" };
    if (answer) selected.push(pod);
  }
  if (selected.length === 0) return null;
  const ageMs = ageOf(creationTimestamp ?? null, around.observedAtMs);
  if (ageMs !== null && ageMs < GRACE_MS) return null;
  if (!finalizers.includes(FINALIZER)) {
    return { state: "unprocessed", because: `the controller has not set its finalizer ${FINALIZER}` };
  }
  if (around.endpoints === null) return { state: "unknown", because: "the PolicyEndpoints were not seen" };
  if (around.endpoints.length === 0)
    return { state: "unprocessed", because: "no PolicyEndpoint belongs to it" };
  return judgeContent(policy, around.endpoints.map(readEndpoint), selected, around.observedAtMs);
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
  observedAtMs: number | null,
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

/** `selected` are of one namespace, which is the policy's. */
function leftOut(selected: readonly Pod[], endpoints: readonly EndpointView[]): readonly Pod[] {
  const listed = new Set<string>();
  for (const { pods } of endpoints)
    for (const { namespace, name } of pods) if (namespace === selected[0]?.namespace) listed.add(name);
  return selected.filter(({ name }) => !listed.has(name));
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

function groupByOwner(endpoints: readonly RawObject[]): ReadonlyMap<string, readonly RawObject[]> {
  const byOwner = new Map<string, RawObject[]>();
  for (const endpoint of endpoints) {
    for (const { kind, uid } of endpoint.metadata.ownerReferences ?? []) {
      if (kind !== "NetworkPolicy") continue;
      const key = toOwnerKey(endpoint.metadata.namespace, uid);
      const own = byOwner.get(key);
      if (own === undefined) byOwner.set(key, [endpoint]);
      else own.push(endpoint);
    }
  }
  return byOwner;
}

/** OwnerReference: "An owning object must be in the same namespace as the dependent". Others only say that they belong. */
function toOwnerKey(namespace = "", uid = ""): string {
  return JSON.stringify([namespace, uid]);
}

function toAnswer(policies: readonly ProcessedPolicy[], facts: Facts): PolicyProcessing {
  const count = facts.policyEndpoints.seen ? `${facts.policyEndpoints.value.length}` : "not seen";
  const evidence = [
    kubernetesEvidence(
      "PolicyEndpoints",
      count,
      "what the controller made of the policies; not whether anything applies them",
      "kubectl get policyendpoints.networking.k8s.aws -A",
    ),
  ];
  const bad = policies.filter(({ state }) => state !== "processed" && state !== "unknown");
  const [first] = bad;
  if (first !== undefined) {
    const because = `${bad.length} of ${policies.length} policies are not processed: ${describe(first)}.`;
    return { state: "unprocessed", because, evidence, policies };
  }
  const open = policies.find(({ state }) => state === "unknown");
  if (open !== undefined) {
    const because = `Whether every policy is processed is not known: ${describe(open)}.`;
    return { state: "unknown", because, evidence, policies };
  }
  if (policies.length === 0) return none("not-applicable", "No NetworkPolicy that is due selects a pod.");
  return {
    state: "processed",
    because: `All ${policies.length} policies are processed.`,
    evidence,
    policies,
  };
}

function describe({ namespace, name, because }: ProcessedPolicy): string {
  return `${clip(`${namespace}/${name}`)}: ${because}`;
}

const CONTROLLER_UNSEEN = "Whether the network policy controller is on could not be seen.";
