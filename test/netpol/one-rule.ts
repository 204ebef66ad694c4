// A cluster with one pod and one policy of one of the APIs beside networking.k8s.io, or one rule of it.

import { seen } from "../../lib/model/observed.ts";
import type { PolicyApi } from "../../lib/netpol/isolation-input.ts";
import { detail, IMPLEMENTS_NONE, namespace, NO_OTHER, pod, type Given } from "./build-input.ts";

const ONE = pod(
  "one",
  { app: "web" },
  {
    detail: detail({
      ports: [
        ["http", 8080],
        ["dns", 53, "UDP"],
        ["dns", 5353],
      ],
    }),
  },
);

export type Direction = "ingress" | "egress";
type Spell = (direction: Direction, rule: unknown) => unknown;

/** The spec in which a rule of that API stands. */
const SPELL: Readonly<Partial<Record<PolicyApi, Spell>>> = {
  awsClusterNetworkPolicies: (direction, rule) => ({
    tier: "Admin",
    priority: 1,
    subject: { namespaces: {} },
    [direction]: [rule],
  }),
  clusterNetworkPolicies: (direction, rule) => ({
    tier: "Baseline",
    priority: 1,
    subject: { namespaces: {} },
    [direction]: [rule],
  }),
  awsApplicationNetworkPolicies: (direction, rule) => ({
    podSelector: {},
    policyTypes: ["Ingress", "Egress"],
    [direction]: [rule],
  }),
  ciliumNetworkPolicies: (direction, rule) => ({ endpointSelector: {}, [direction]: [rule] }),
  ciliumClusterwideNetworkPolicies: (direction, rule) => ({ endpointSelector: {}, [direction]: [rule] }),
  calicoNetworkPolicies: (direction, rule) => ({ types: ["Ingress", "Egress"], [direction]: [rule] }),
  calicoGlobalNetworkPolicies: (direction, rule) => ({ types: ["Ingress", "Egress"], [direction]: [rule] }),
};
const NAMESPACED = new Set<PolicyApi>([
  "awsApplicationNetworkPolicies",
  "ciliumNetworkPolicies",
  "calicoNetworkPolicies",
  "antreaNetworkPolicies",
]);

export function oneRule(api: PolicyApi, direction: Direction, rule: unknown): Given {
  return oneObject(api, { spec: SPELL[api]?.(direction, rule) });
}

/** A cluster with one object of that API, on an engine that implements it, and the pod `web/one`. */
export function oneObject(api: PolicyApi, members: object): Given {
  const metadata = NAMESPACED.has(api) ? { name: "p", namespace: "web" } : { name: "p" };
  const object = { apiVersion: "a/v1", kind: "K", metadata, ...members };
  return {
    namespaces: [namespace("web")],
    pods: [ONE],
    other: { ...NO_OTHER, [api]: seen([object]) },
    engine: { implements: { ...IMPLEMENTS_NONE, [api]: true } },
  };
}
