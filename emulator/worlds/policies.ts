// NetworkPolicies that people write, by what they are for.

import type { Labels, RawObject } from "../../lib/model/kubernetes.ts";
import type { Fields } from "./fields.ts";

export type PolicyDirection = "Ingress" | "Egress";

export function networkPolicy(namespace: string, name: string, spec: Fields, labels?: Labels): RawObject {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { namespace, name, ...(labels && { labels }) },
    spec,
  };
}

export function denyByDefault(
  namespace: string,
  policyTypes: readonly PolicyDirection[] = ["Ingress", "Egress"],
): RawObject {
  return networkPolicy(namespace, "default-deny", { podSelector: {}, policyTypes });
}

export function allowDns(namespace: string): RawObject {
  return networkPolicy(namespace, "allow-dns", {
    podSelector: {},
    policyTypes: ["Egress"],
    egress: [
      {
        to: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
            podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
          },
        ],
        ports: [tcp(53), { protocol: "UDP", port: 53 }],
      },
    ],
  });
}

/** Opens everything to everyone, both ways, for the pods that it selects. */
export function allowAll(namespace: string, name = "allow-all", podSelector: Fields = {}): RawObject {
  return networkPolicy(namespace, name, {
    podSelector,
    policyTypes: ["Ingress", "Egress"],
    ingress: [{}],
    egress: [{}],
  });
}

export interface AllowOptions {
  readonly pods: Labels;
  readonly peers: readonly Fields[];
  readonly ports: readonly Fields[];
}

export function allowIngress(namespace: string, name: string, options: AllowOptions): RawObject {
  const rule = { from: options.peers, ports: options.ports };
  const podSelector = { matchLabels: options.pods };
  return networkPolicy(namespace, name, { podSelector, policyTypes: ["Ingress"], ingress: [rule] });
}

export function allowEgress(namespace: string, name: string, options: AllowOptions): RawObject {
  const rule = { to: options.peers, ports: options.ports };
  const podSelector = { matchLabels: options.pods };
  return networkPolicy(namespace, name, { podSelector, policyTypes: ["Egress"], egress: [rule] });
}

export function tcp(port: number | string): Fields {
  return { protocol: "TCP", port };
}

export function podsOf(labels: Labels): Fields {
  return { podSelector: { matchLabels: labels } };
}

export function podsOfNamespace(namespace: string, labels?: Labels): Fields {
  return {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    ...(labels && { podSelector: { matchLabels: labels } }),
  };
}

export function addresses(cidr: string, ...except: readonly string[]): Fields {
  return { ipBlock: { cidr, ...(except.length > 0 && { except }) } };
}

export const ANY_NAMESPACE: Fields = { namespaceSelector: {} };
