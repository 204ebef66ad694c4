// What is kept of a PolicyEndpoint as it arrives: whose it is, and what lib/enforcement compares. A big cluster has as
// many as NetworkPolicies, each with every pod and peer. What cannot be read stays as it was sent.

import type { RawObject } from "../model/kubernetes.ts";
import { createSharing } from "../model/sharing.ts";
import { readMember } from "./select-pods.ts";

type Reduce = (item: unknown) => unknown;

/** For one list: equal parts become one value. */
export function createPolicyEndpointReducer(): (endpoint: RawObject) => RawObject {
  const share = createSharing<unknown>();
  const reducersOf = createReducers(share);
  return ({ apiVersion, kind, metadata, spec }) => {
    const { toPod, toRule } = reducersOf(metadata.namespace);
    return {
      apiVersion,
      kind,
      metadata: {
        name: metadata.name,
        ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
        ...(metadata.ownerReferences === undefined ? {} : { ownerReferences: metadata.ownerReferences }),
      },
      spec: withoutAbsent({
        podSelector: share(readMember(spec, "podSelector")),
        podIsolation: share(readMember(spec, "podIsolation")),
        podSelectorEndpoints: each(readMember(spec, "podSelectorEndpoints"), toPod),
        ingress: each(readMember(spec, "ingress"), toRule),
        egress: each(readMember(spec, "egress"), toRule),
      }),
    };
  };
}

interface Reducers {
  readonly toPod: Reduce;
  readonly toRule: Reduce;
}

/** A pod is in the endpoints of each policy that selects it, all of its namespace, and lists are sorted by namespace. */
function createReducers(share: Reduce): (namespace: string | undefined) => Reducers {
  let home: string | undefined;
  let reducers: Reducers | null = null;
  return (namespace) => {
    if (reducers === null || namespace !== home)
      reducers = {
        toPod: createPairs("name", "namespace", share),
        toRule: createPairs("cidr", "ports", share),
      };
    home = namespace;
    return reducers;
  };
}

/** Reduces an item to two members; of items with the same ones there is one. */
function createPairs(first: string, second: string, share: Reduce): Reduce {
  const known = new Map<unknown, unknown>();
  return (item) => {
    const key = readMember(item, first);
    const value = share(readMember(item, second));
    const before = known.get(key);
    if (before !== undefined && readMember(before, second) === value) return before;
    const pair = withoutAbsent({ [first]: key, [second]: value });
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
