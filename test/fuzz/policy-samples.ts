// One policy of each API that is judged, with as much of its grammar in it as one object can have.

import type { RawObject } from "../../lib/model/kubernetes.ts";
import type { PolicyApi } from "../../lib/netpol/isolation-input.ts";

interface PolicySample {
  readonly api: PolicyApi | "networkPolicies" | "calicoTiers" | "calicoNetworkSets";
  readonly object: RawObject;
}

function sample(
  api: PolicySample["api"],
  apiVersion: string,
  kind: string,
  spec: unknown,
  namespace?: string,
): PolicySample {
  const metadata = { name: "p", ...(namespace === undefined ? {} : { namespace }) };
  return { api, object: { apiVersion, kind, metadata, spec } };
}

const podsOfWeb = { matchLabels: { app: "a" }, matchExpressions: [{ key: "tier", operator: "Exists" }] };
const subject = { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: "a" } } } };
const adminSpec = {
  priority: 5,
  subject,
  ingress: [
    {
      name: "in",
      action: "Allow",
      from: [
        { namespaces: { matchLabels: { team: "x" } } },
        { pods: { namespaceSelector: {}, podSelector: {} } },
      ],
      ports: [
        { portNumber: { protocol: "TCP", port: 80 } },
        { portRange: { protocol: "UDP", start: 1, end: 9 } },
      ],
    },
    { name: "rest", action: "Deny", from: [{ namespaces: {} }] },
  ],
  egress: [{ name: "out", action: "Pass", to: [{ networks: ["10.0.0.0/8"] }, { namespaces: {} }] }],
};

export const POLICY_SAMPLES: readonly PolicySample[] = [
  sample(
    "networkPolicies",
    "networking.k8s.io/v1",
    "NetworkPolicy",
    {
      podSelector: podsOfWeb,
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        {
          from: [
            { podSelector: { matchLabels: { app: "b" } }, namespaceSelector: {} },
            { ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } },
          ],
          ports: [{ port: 80, protocol: "TCP", endPort: 90 }, { port: "http" }],
        },
      ],
      egress: [{ to: [{ ipBlock: { cidr: "::/0" } }] }],
    },
    "web",
  ),
  sample("adminNetworkPolicies", "policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", adminSpec),
  sample("baselineAdminNetworkPolicies", "policy.networking.k8s.io/v1alpha1", "BaselineAdminNetworkPolicy", {
    subject: { namespaces: {} },
    ingress: [{ action: "Deny", from: [{ namespaces: {} }] }],
  }),
  sample("clusterNetworkPolicies", "policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy", {
    ...adminSpec,
    tier: "Admin",
    ingress: [
      {
        action: "Accept",
        from: [{ namespaces: {} }],
        protocols: [{ tcp: { destinationPort: { number: 80 } } }, { udp: {} }],
      },
    ],
  }),
  sample("awsClusterNetworkPolicies", "networking.k8s.aws/v1alpha1", "ClusterNetworkPolicy", {
    ...adminSpec,
    tier: "Admin",
    ingress: [{ action: "Accept", from: [{ namespaces: {} }], ports: [{ portNumber: { port: 80 } }] }],
    egress: [{ action: "Deny", to: [{ networks: ["10.0.0.0/8"] }] }],
  }),
  sample(
    "awsApplicationNetworkPolicies",
    "networking.k8s.aws/v1alpha1",
    "ApplicationNetworkPolicy",
    {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [{ to: [{ domainNames: ["example.org"] }, { podSelector: {} }], ports: [{ port: 443 }] }],
    },
    "web",
  ),
  sample(
    "ciliumNetworkPolicies",
    "cilium.io/v2",
    "CiliumNetworkPolicy",
    {
      endpointSelector: { matchLabels: { "k8s:app": "a" } },
      enableDefaultDeny: { ingress: true, egress: false },
      ingress: [
        {
          fromEndpoints: [{ matchLabels: { "any:app": "b", "k8s:io.kubernetes.pod.namespace": "web" } }],
          toPorts: [{ ports: [{ port: "80", protocol: "TCP", endPort: 90 }, { port: "http" }] }],
        },
        { fromEntities: ["cluster", "world"] },
      ],
      ingressDeny: [{ fromCIDRSet: [{ cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] }] }],
      egress: [{ toFQDNs: [{ matchName: "example.org" }] }, { toCIDR: ["192.0.2.0/24"] }],
    },
    "web",
  ),
  sample("ciliumClusterwideNetworkPolicies", "cilium.io/v2", "CiliumClusterwideNetworkPolicy", {
    endpointSelector: {},
    egress: [{ toEntities: ["kube-apiserver"] }],
  }),
  sample(
    "calicoNetworkPolicies",
    "projectcalico.org/v3",
    "NetworkPolicy",
    {
      tier: "default",
      order: 10,
      selector: "app == 'a' || !(tier in {'b', 'c'}) && has(app)",
      types: ["Ingress", "Egress"],
      ingress: [
        {
          action: "Allow",
          protocol: "TCP",
          source: { selector: "app != 'x'", namespaceSelector: "all()" },
          destination: { ports: [80, "90:99", "http"] },
        },
        { action: "Deny", source: { nets: ["10.0.0.0/8"], notNets: ["10.1.0.0/16"] } },
      ],
      egress: [
        { action: "Pass" },
        { action: "Allow", destination: { notPorts: [22], nets: ["192.0.2.0/24"] } },
      ],
    },
    "web",
  ),
  sample("calicoGlobalNetworkPolicies", "projectcalico.org/v3", "GlobalNetworkPolicy", {
    namespaceSelector: "projectcalico.org/name == 'web'",
    selector: "all()",
    ingress: [{ action: "Allow", source: { selector: "app in {'a'}" } }],
  }),
  sample("calicoTiers", "projectcalico.org/v3", "Tier", { order: 100, defaultAction: "Deny" }),
  {
    api: "calicoNetworkSets",
    object: {
      apiVersion: "projectcalico.org/v3",
      kind: "NetworkSet",
      // What the selectors of the Calico policy above do not select.
      metadata: { name: "p", namespace: "web", labels: { app: "x" } },
      spec: { nets: ["198.51.100.0/24"] },
    },
  },
];
