// Policies with one long list each, of any size: what a hostile tenant writes into a single object. For the tests of
// what is said of them and of how the work grows.

import type { RawObject } from "../../lib/model/kubernetes.ts";
import { seen } from "../../lib/model/observed.ts";
import type { PolicyApi } from "../../lib/netpol/isolation-input.ts";
import { IMPLEMENTS_NONE, input, namespace, NO_OTHER, pod, policy } from "./build-input.ts";
import { block, many, type HostileShape } from "./hostile-shapes.ts";

const CLUSTER = { namespaces: [namespace("web")], pods: [pod("one", { app: "a" })] };
const port = (index: number): number => (index % 65_535) + 1;

function under(api: PolicyApi, apiVersion: string, kind: string, spec: unknown) {
  const object: RawObject = { apiVersion, kind, metadata: { name: "p", namespace: "web" }, spec };
  return input({
    ...CLUSTER,
    other: { ...NO_OTHER, [api]: seen([object]) },
    engine: { implements: { ...IMPLEMENTS_NONE, [api]: true } },
  });
}

export function calico(ingress: readonly unknown[]) {
  const spec = { selector: "all()", types: ["Ingress"], ingress };
  return under("calicoNetworkPolicies", "projectcalico.org/v3", "NetworkPolicy", spec);
}

function cilium(rule: object) {
  const spec = { endpointSelector: {}, ingress: [rule] };
  return under("ciliumNetworkPolicies", "cilium.io/v2", "CiliumNetworkPolicy", spec);
}

export const LONG_LISTS = {
  "peers of one rule": (size) => {
    const from = many(size, (index) => ({ ipBlock: { cidr: block(index) } }));
    return input({ ...CLUSTER, policies: [policy("p", { podSelector: {}, ingress: [{ from }] })] });
  },
  "labels, asked for one by one": (size) => {
    const labels = Object.fromEntries(many(size, (index) => [`key-${index}`, "x"]));
    const policies = [policy("p", { podSelector: { matchLabels: labels } })];
    return input({ ...CLUSTER, pods: [pod("one", labels)], policies });
  },
  "Calico: nets of one rule": (size) => calico([{ action: "Allow", source: { nets: many(size, block) } }]),
  "Calico: ports of one rule": (size) =>
    calico([{ action: "Allow", protocol: "TCP", destination: { ports: many(size, port) } }]),
  "Cilium: networks of one rule": (size) => cilium({ fromCIDR: many(size, block) }),
  "Cilium: excepts of one network": (size) =>
    cilium({ fromCIDRSet: [{ cidr: "0.0.0.0/0", except: many(size, block) }] }),
  "Cilium: ports of one rule": (size) =>
    cilium({
      toPorts: [{ ports: many(size, (index) => ({ port: String(port(index)), protocol: "TCP" })) }],
    }),
  "AdminNetworkPolicy: networks of one rule": (size) =>
    under("adminNetworkPolicies", "policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", {
      priority: 1,
      subject: { namespaces: {} },
      egress: [{ action: "Deny", to: [{ networks: many(size, block) }] }],
    }),
} satisfies Readonly<Record<string, HostileShape>>;
