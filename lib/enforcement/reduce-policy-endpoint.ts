// What is kept of a PolicyEndpoint as it arrives: whose it is, and what lib/enforcement compares. A big cluster has as
// many as NetworkPolicies, each with every pod and peer. What cannot be read stays as it was sent.

import type { RawObject } from "../model/kubernetes.ts";
import { readMember } from "./select-pods.ts";

/** For one list: equal ports and namespaces become one value. */
export function createPolicyEndpointReducer(): (endpoint: RawObject) => RawObject {
  const shared = new Map<string, unknown>();
  const share = (value: unknown): unknown => {
    const key = JSON.stringify(value) ?? "";
    if (!shared.has(key)) shared.set(key, value);
    return shared.get(key);
  };
  const toPod = (pod: unknown): unknown =>
    withoutAbsent({ namespace: share(readMember(pod, "namespace")), name: readMember(pod, "name") });
  const toRule = (rule: unknown): unknown =>
    withoutAbsent({ cidr: readMember(rule, "cidr"), ports: share(readMember(rule, "ports")) });
  return ({ apiVersion, kind, metadata, spec }) => ({
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
  });
}

/** A snapshot travels as JSON, which has no undefined: absent stays absent on both sides. */
function withoutAbsent(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

function each(list: unknown, reduce: (item: unknown) => unknown): unknown {
  return Array.isArray(list) ? list.map(reduce) : list;
}
