// What is kept of a PolicyEndpoint as it arrives: whose it is, and what lib/enforcement compares. A big cluster has as
// many as NetworkPolicies, each with every pod and peer. What cannot be read stays as it was sent.

import type { OwnerReference, RawMetadata, RawObject } from "../model/kubernetes.ts";
import { createSharing, isSameJson } from "../model/sharing.ts";
import type { NamespacedName } from "../model/snapshot.ts";
import { isNamespacedName, POD_NAMES } from "./policy-endpoint.ts";
import { readMember } from "./select-pods.ts";

type Reduce = (item: unknown) => unknown;

/** For one list: equal parts become one value. */
export function createPolicyEndpointReducer(): (endpoint: RawObject) => RawObject {
  const share = createSharing<unknown>();
  const reducersOf = createReducers(share);
  const toOwner = createOwners();
  const [shareVersion, shareKind] = [createSharing<string>(), createSharing<string>()];
  return ({ apiVersion, kind, metadata, spec }) => {
    const { toPods, toRule } = reducersOf(metadata.namespace);
    return {
      apiVersion: shareVersion(apiVersion),
      kind: shareKind(kind),
      metadata: reduceMetadata(metadata, toOwner),
      spec: withoutAbsent({
        podSelector: share(readMember(spec, "podSelector")),
        podIsolation: share(readMember(spec, "podIsolation")),
        ...toPods(readMember(spec, "podSelectorEndpoints")),
        ingress: each(readMember(spec, "ingress"), toRule),
        egress: each(readMember(spec, "egress"), toRule),
      }),
    };
  };
}

type ReduceOwner = (owner: OwnerReference) => OwnerReference;

/** Each repeats what a policy is and where its API is; which one it is stands in its uid. */
function createOwners(): ReduceOwner {
  const [shareVersion, shareKind] = [createSharing<string>(), createSharing<string>()];
  const shareName = createSharing<string>();
  return ({ apiVersion, kind, name, uid }) => ({
    apiVersion: shareVersion(apiVersion),
    kind: shareKind(kind),
    name: shareName(name),
    uid,
  });
}

function reduceMetadata(
  { name, namespace, ownerReferences }: RawMetadata,
  toOwner: ReduceOwner,
): RawMetadata {
  const owners = ownerReferences?.map(toOwner);
  // Nearly all have both, and a literal takes half the memory of what is spread together.
  if (namespace !== undefined && owners !== undefined) return { name, namespace, ownerReferences: owners };
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(owners === undefined ? {} : { ownerReferences: owners }),
  };
}

interface Reducers {
  readonly toPods: (pods: unknown) => Readonly<Record<string, unknown>>;
  readonly toRule: Reduce;
}

/** A pod is in the endpoints of each policy that selects it, all of its namespace, and lists are sorted by namespace. */
function createReducers(share: Reduce): (namespace: string | undefined) => Reducers {
  let home: string | undefined;
  let reducers: Reducers | null = null;
  return (namespace) => {
    if (reducers === null || namespace !== home)
      reducers = {
        toPods: createPods(namespace, share),
        toRule: createPairs("cidr", "ports", share, (cidr, ports) => ({ cidr, ports })),
      };
    home = namespace;
    return reducers;
  };
}

/** The controller lists pods of the policy's own namespace: their names are enough. */
function createPods(home: string | undefined, share: Reduce): Reducers["toPods"] {
  const shareName = createTexts();
  const toPod = createPairs("name", "namespace", share, (name, namespace) => ({ name, namespace }));
  return (pods) => {
    const names = home === undefined ? null : namesWithin(home, pods);
    return names === null
      ? { podSelectorEndpoints: each(pods, toPod) }
      : { [POD_NAMES]: names.map(shareName) };
  };
}

/** Null: not a list, or not all of it are pods of that namespace. */
function namesWithin(home: string, pods: unknown): readonly string[] | null {
  const isOurs = (pod: unknown): pod is NamespacedName => isNamespacedName(pod) && pod.namespace === home;
  return Array.isArray(pods) && pods.every(isOurs) ? pods.map(({ name }) => name) : null;
}

function createTexts(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const before = known.get(text);
    if (before === undefined) known.set(text, text);
    return before ?? text;
  };
}

/** Reduces an item to two members; of items with the same ones there is one. */
function createPairs(
  first: string,
  second: string,
  share: Reduce,
  toPair: (first: unknown, second: unknown) => Readonly<Record<string, unknown>>,
): Reduce {
  const known = new Map<unknown, unknown>();
  return (item) => {
    const key = readMember(item, first);
    const value = readMember(item, second);
    const before = known.get(key);
    if (before !== undefined && isSameJson(readMember(before, second), value)) return before;
    const pair = withoutAbsent(toPair(key, share(value)));
    known.set(key, pair);
    return pair;
  };
}

/** A snapshot travels as JSON, which has no undefined: absent stays absent on both sides. */
function withoutAbsent(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.values(record).includes(undefined)
    ? Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))
    : record;
}

function each(list: unknown, reduce: Reduce): unknown {
  return Array.isArray(list) ? list.map(reduce) : list;
}
