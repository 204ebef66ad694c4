// CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy: isolation and openness, and what is not modelled.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import { seen } from "../../lib/model/observed.ts";
import { createReachability } from "../../lib/netpol/reachability.ts";
import {
  assess,
  detail,
  detailOf,
  IMPLEMENTS_NONE,
  input,
  namespace,
  namespaceOf,
  NO_OTHER,
  pod,
  policy,
  verdictText,
  workloadOf,
  type Given,
} from "./build-input.ts";

const FREE = "- cluster external 1";
const CLOSED = "isolated - - 0";
const OPEN = "isolated cluster external 1";
const ALL = { endpointSelector: {} };
const NAME = "CiliumNetworkPolicy.cilium.io/c";
const CLUSTERWIDE = "CiliumClusterwideNetworkPolicy.cilium.io/w";

interface Cilium {
  readonly spec?: unknown;
  readonly specs?: readonly unknown[];
  readonly clusterwide?: unknown;
  readonly native?: unknown;
}

function given({ spec, specs, clusterwide, native }: Cilium): Given {
  const namespaced: RawObject[] =
    spec === undefined && specs === undefined
      ? []
      : [
          {
            apiVersion: "cilium.io/v2",
            kind: "CiliumNetworkPolicy",
            metadata: { name: "c", namespace: "web" },
            ...(spec === undefined ? {} : { spec }),
            ...(specs === undefined ? {} : { specs }),
          },
        ];
  const wide: RawObject[] =
    clusterwide === undefined
      ? []
      : [
          {
            apiVersion: "cilium.io/v2",
            kind: "CiliumClusterwideNetworkPolicy",
            metadata: { name: "w" },
            spec: clusterwide,
          },
        ];
  return {
    namespaces: [namespace("web", { team: "a" }), namespace("ops", { team: "ops" })],
    pods: [
      pod("one", { app: "web" }, { detail: detail({ ports: [["http", 8080]] }) }),
      pod("scraper", { app: "scraper" }, { namespace: "ops" }),
    ],
    policies: native === undefined ? [] : [policy("native", native)],
    other: {
      ...NO_OTHER,
      ciliumNetworkPolicies: seen(namespaced),
      ciliumClusterwideNetworkPolicies: seen(wide),
    },
    engine: {
      ipBlocksMatchPods: false,
      implements: { ...IMPLEMENTS_NONE, ciliumNetworkPolicies: true, ciliumClusterwideNetworkPolicies: true },
    },
  };
}

const ingress = (...rules: readonly unknown[]): unknown => ({ ...ALL, ingress: rules });
const egress = (...rules: readonly unknown[]): unknown => ({ ...ALL, egress: rules });

const ROWS: readonly (readonly [
  says: string,
  policies: Cilium,
  ingress: string,
  egress: string,
  nullifiedBy?: readonly string[],
])[] = [
  ["a rule with nothing in it denies by default", { spec: ingress({}) }, CLOSED, FREE],
  ["an empty list is no rule", { spec: ingress() }, FREE, FREE],
  ["both directions", { spec: { ...ALL, ingress: [{}], egress: [{}] } }, CLOSED, CLOSED],
  [
    "enableDefaultDeny alone denies",
    { spec: { ...ALL, enableDefaultDeny: { ingress: true } } },
    CLOSED,
    FREE,
  ],
  [
    "without default deny an allow rule isolates nothing",
    { spec: { ...ALL, enableDefaultDeny: { ingress: false }, ingress: [{ fromEntities: ["cluster"] }] } },
    FREE,
    FREE,
  ],
  [
    "but it adds to what another policy isolates",
    {
      spec: { ...ALL, enableDefaultDeny: { ingress: false }, ingress: [{ fromEntities: ["cluster"] }] },
      native: { podSelector: {} },
    },
    "isolated cluster - 0",
    FREE,
    [NAME],
  ],
  [
    "every endpoint of the namespace is not the cluster",
    { spec: ingress({ fromEndpoints: [{}] }) },
    CLOSED,
    FREE,
  ],
  [
    "every endpoint in every namespace, by Exists",
    {
      spec: ingress({
        fromEndpoints: [
          { matchExpressions: [{ key: "k8s:io.kubernetes.pod.namespace", operator: "Exists" }] },
        ],
      }),
    },
    "isolated cluster - 0",
    FREE,
    [NAME],
  ],
  [
    "in a cluster-wide policy every endpoint is every pod",
    { clusterwide: { ...ALL, ingress: [{ fromEndpoints: [{}] }] } },
    "isolated cluster - 0",
    FREE,
    [CLUSTERWIDE],
  ],
  ["an empty list of endpoints is nobody", { spec: ingress({ fromEndpoints: [] }) }, CLOSED, FREE],
  ["the entity all", { spec: ingress({ fromEntities: ["all"] }) }, OPEN, FREE, [NAME]],
  [
    "the entity cluster",
    { spec: ingress({ fromEntities: ["cluster"] }) },
    "isolated cluster - 0",
    FREE,
    [NAME],
  ],
  ["the entity world", { spec: ingress({ fromEntities: ["world"] }) }, "isolated - external 1", FREE, [NAME]],
  [
    "the entity world-ipv6 is not for IPv4 pods",
    { spec: ingress({ fromEntities: ["world-ipv6"] }) },
    CLOSED,
    FREE,
  ],
  [
    "the host opens no whole space",
    { spec: ingress({ fromEntities: ["host", "remote-node", "kube-apiserver", "health"] }) },
    CLOSED,
    FREE,
  ],
  [
    "a CIDR is not about pods",
    { spec: ingress({ fromCIDR: ["0.0.0.0/0"] }) },
    "isolated - external 1",
    FREE,
    [NAME],
  ],
  [
    "CIDRs with excepts",
    { spec: egress({ toCIDRSet: [{ cidr: "0.0.0.0/0", except: ["0.0.0.0/1"] }] }) },
    FREE,
    "isolated - - 0.5",
  ],
  ["a bare address is a CIDR", { spec: egress({ toCIDR: ["1.2.3.4"] }) }, FREE, `isolated - - ${2 ** -32}`],
  [
    "ports only are for everyone",
    { spec: ingress({ toPorts: [{ ports: [{ port: "80", protocol: "TCP" }] }] }) },
    "isolated - - 1",
    FREE,
  ],
  [
    "port 0 of any protocol is all of them",
    { spec: ingress({ toPorts: [{ ports: [{ port: "0", protocol: "ANY" }] }] }) },
    OPEN,
    FREE,
    [NAME],
  ],
  [
    "a protocol in lower case, a range",
    {
      spec: ingress({
        toPorts: [
          {
            ports: [
              { port: "1", endPort: 65535, protocol: "tcp" },
              { port: "0", protocol: "udp" },
              { port: "0", protocol: "sctp" },
            ],
          },
        ],
      }),
    },
    OPEN,
    FREE,
    [NAME],
  ],
  [
    "an end port of 0 is none",
    { spec: ingress({ toPorts: [{ ports: [{ port: "80", endPort: 0, protocol: "TCP" }] }] }) },
    "isolated - - 1",
    FREE,
  ],
  [
    "a named port is one port",
    { spec: ingress({ toPorts: [{ ports: [{ port: "http", protocol: "TCP" }] }] }) },
    "isolated - - 1",
    FREE,
  ],
  [
    "ICMP alone is none of the three protocols",
    { spec: ingress({ fromEntities: ["all"], icmps: [{ fields: [{ type: 8 }] }] }) },
    CLOSED,
    FREE,
  ],
  [
    "domain names open no whole space",
    { spec: egress({ toFQDNs: [{ matchName: "a.test" }, { matchPattern: "*.b.test" }] }) },
    FREE,
    CLOSED,
  ],
  [
    "a deny goes before every allow",
    {
      spec: { ...ALL, ingressDeny: [{ fromEntities: ["all"] }] },
      native: { podSelector: {}, ingress: [{}] },
    },
    CLOSED,
    FREE,
  ],
  [
    "a deny for some",
    {
      spec: { ...ALL, ingressDeny: [{ fromEndpoints: [{ matchLabels: { app: "x" } }] }] },
      native: { podSelector: {}, ingress: [{}] },
    },
    "isolated - external 1",
    FREE,
    ["native"],
  ],
  [
    "a deny rule isolates as well",
    { spec: { ...ALL, egressDeny: [{ toEntities: ["world"] }] } },
    FREE,
    CLOSED,
  ],
  [
    "unless default deny is off",
    { spec: { ...ALL, enableDefaultDeny: { egress: false }, egressDeny: [{ toEntities: ["world"] }] } },
    FREE,
    "- cluster - 0",
  ],
  [
    "specs are as many policies",
    { specs: [ingress({ fromCIDR: ["0.0.0.0/1"] }), ingress({ fromCIDR: ["128.0.0.0/1"] })] },
    "isolated - external 1",
    FREE,
    [NAME],
  ],
  ["spec and specs together", { spec: ingress({}), specs: [egress({})] }, CLOSED, CLOSED],
  ["a policy for nodes is not about pods", { clusterwide: { nodeSelector: {}, ingress: [{}] } }, FREE, FREE],
  [
    "other endpoints",
    { spec: { endpointSelector: { matchLabels: { "k8s:app": "api" } }, ingress: [{}] } },
    FREE,
    FREE,
  ],
  [
    "these endpoints, with and without a source",
    {
      spec: { endpointSelector: { matchLabels: { "any:app": "web" } }, ingress: [{}] },
      clusterwide: { endpointSelector: { matchLabels: { app: "web" } }, egress: [{}] },
    },
    CLOSED,
    CLOSED,
  ],
  [
    "a cluster-wide policy by namespace",
    {
      clusterwide: {
        endpointSelector: { matchLabels: { "k8s:io.kubernetes.pod.namespace": "web" } },
        ingress: [{}],
      },
    },
    CLOSED,
    FREE,
  ],
  [
    "a cluster-wide policy by the namespace's label",
    {
      clusterwide: {
        endpointSelector: { matchLabels: { "io.cilium.k8s.namespace.labels.team": "ops" } },
        ingress: [{}],
      },
    },
    FREE,
    FREE,
  ],
  [
    "a cluster-wide policy for all but some namespaces",
    {
      clusterwide: {
        endpointSelector: {
          matchExpressions: [
            { key: "io.kubernetes.pod.namespace", operator: "NotIn", values: ["kube-system"] },
          ],
        },
        egress: [{}],
      },
    },
    FREE,
    CLOSED,
  ],
];

for (const [says, cilium, inward, outward, nullifiedBy] of ROWS) {
  test(`cilium.io: ${says}`, () => {
    const isolation = assess(given(cilium));
    const report = workloadOf(isolation, "Pod/one");
    assert.equal(verdictText(report.ingress), inward, report.ingress.because);
    assert.equal(verdictText(report.egress), outward, report.egress.because);
    if (nullifiedBy !== undefined)
      assert.deepEqual([...report.ingress.nullifiedBy, ...report.egress.nullifiedBy], nullifiedBy);
    assert.deepEqual(detailOf(isolation).problems, []);
  });
}

const NOT_MODELLED: readonly (readonly [spec: unknown, because: string])[] = [
  [
    ingress({
      fromEntities: ["cluster"],
      toPorts: [{ ports: [{ port: "80" }], rules: { http: [{ method: "GET" }] } }],
    }),
    'spec.ingress[0].toPorts[0] has "rules", which is layer 7 and not modelled',
  ],
  [
    ingress({ fromRequires: [{ matchLabels: { a: "b" } }] }),
    'spec.ingress[0] has "fromRequires", which is not modelled',
  ],
  [
    ingress({ authentication: { mode: "required" } }),
    'spec.ingress[0] has "authentication", which is not modelled',
  ],
  [
    egress({ toServices: [{ k8sService: { serviceName: "a" } }] }),
    'spec.egress[0] has "toServices", which is not modelled',
  ],
  [egress({ toFQDNs: [{ matchPattern: "*" }] }), "spec.egress[0].toFQDNs may be any name"],
  [egress({ toFQDNs: [{ matchPattern: "*.*" }] }), "spec.egress[0].toFQDNs may be any name"],
  [egress({ toFQDNs: [{ matchName: "a.test", matchAll: true }] }), "spec.egress[0].toFQDNs may be any name"],
  [
    { ...ALL, ingress: [{}], enableDefaultDeny: { ingress: true, but: "monday" } },
    "spec.enableDefaultDeny is not of the form that we know",
  ],
  [
    { ...ALL, ingress: [{}], enableDefaultDeny: { ingress: "false" } },
    "spec.enableDefaultDeny is not of the form that we know",
  ],
  [
    egress({ toCIDRSet: [{ cidrGroupRef: "g" }] }),
    'spec.egress[0].toCIDRSet[0] has "cidrGroupRef", which is not modelled',
  ],
  [
    egress({ toCIDRSet: [{ cidr: "10.0.0.0/8", except: ["fd00::/8"] }] }),
    'spec.egress[0].toCIDRSet[0].except has "fd00::/8", which is not a CIDR of its family',
  ],
  [
    egress({ toCIDRSet: [{ cidr: "10.0.0.0/8", except: ["10.1"] }] }),
    'spec.egress[0].toCIDRSet[0].except has "10.1", which is not a CIDR of its family',
  ],
  [egress({ toCIDR: ["10/8"] }), 'spec.egress[0].toCIDR[0] is "10/8", which is not a CIDR'],
  [
    ingress({ fromEntities: ["moon"] }),
    'spec.ingress[0].fromEntities[0] is "moon", which is not an entity that we know',
  ],
  [
    ingress({ fromEndpoints: [{ matchLabels: { "reserved:host": "" } }] }),
    'spec.ingress[0].fromEndpoints[0] asks for "reserved:host", which is not a label of the pod',
  ],
  [
    ingress({ fromEndpoints: [{ matchLabels: { "io.cilium.k8s.policy.serviceaccount": "x" } }] }),
    'spec.ingress[0].fromEndpoints[0] asks for "io.cilium.k8s.policy.serviceaccount", which is not a label of the pod',
  ],
  [
    ingress({ toPorts: [{ ports: [{ port: 80 }] }] }),
    "spec.ingress[0].toPorts[0].ports[0].port is 80, which is not a port",
  ],
  [
    { ...ALL, ingress: [{ fromEntities: ["all"] }], ingressDeny: [{ fromNodes: [{}] }] },
    "spec.ingressDeny[0].fromNodes denies nodes, which is not modelled",
  ],
  [
    { endpointSelector: { matchLabels: { "k8s:io.kubernetes.pod.namespace": "web" } }, ingress: [{}] },
    "spec.endpointSelector asks for a namespace",
  ],
  [{ ...ALL, tier: 1 }, 'spec has a field that we do not know, "tier"'],
  ["what", "spec is not an object"],
  [{ ingress: [{}] }, "spec.endpointSelector is not an object"],
];

for (const [spec, because] of NOT_MODELLED) {
  test(`cilium.io, not modelled: ${because}`, () => {
    const isolation = assess(given({ spec }));
    assert.equal(detailOf(isolation).problems[0]?.because, because);
    const { ingress: inward, egress: outward } = workloadOf(isolation, "Pod/one");
    const unknown = [inward, outward].filter(
      (report) => report.openToCluster === null && report.openToExternal === null,
    );
    assert.ok(unknown.length > 0, `${verdictText(inward)} / ${verdictText(outward)}`);
    assert.ok(
      unknown.every((report) => report.because?.includes(because)),
      unknown[0]?.because,
    );
  });
}

test("an object with several specs is one policy in the report", () => {
  const isolation = assess(
    given({
      specs: [ingress({}), egress({}), { endpointSelector: { matchLabels: { app: "none" } }, ingress: [{}] }],
    }),
  );
  assert.deepEqual(namespaceOf(isolation).policies, [NAME]);
  assert.deepEqual(namespaceOf(isolation).deadPolicies, []);
  assert.deepEqual(workloadOf(isolation, "Pod/one").ingress.policies, [NAME]);
});

test("a namespace's default deny may be Cilium's", () => {
  assert.deepEqual(
    namespaceOf(assess(given({ spec: { ...ALL, ingress: [{}], egress: [{}] } }))).defaultDeny,
    { ingress: "effective", egress: "effective" },
  );
  assert.deepEqual(namespaceOf(assess(given({ clusterwide: { ...ALL, ingress: [{}] } }))).defaultDeny, {
    ingress: "effective",
    egress: "absent",
  });
  assert.deepEqual(
    namespaceOf(assess(given({ spec: { endpointSelector: { matchLabels: { app: "web" } }, ingress: [{}] } })))
      .defaultDeny,
    { ingress: "absent", egress: "absent" },
  );
});

test("a connection by the namespace of the source", () => {
  const byNamespace = {
    fromEndpoints: [{ matchLabels: { "k8s:io.kubernetes.pod.namespace": "ops", app: "scraper" } }],
    toPorts: [{ ports: [{ port: "http", protocol: "TCP" }] }],
  };
  const { isAllowed } = createReachability(input(given({ spec: ingress(byNamespace) })));
  const at = (namespaceName: string, name: string) =>
    ({ kind: "workload", namespace: namespaceName, workload: { kind: "Pod", name } }) as const;
  const ask = (port: number): boolean | null =>
    isAllowed(at("ops", "scraper"), at("web", "one"), { port, protocol: "TCP" }).allowed;
  assert.deepEqual([ask(8080), ask(80)], [true, false]);
  assert.equal(
    isAllowed({ kind: "external" }, at("web", "one"), { port: 8080, protocol: "TCP" }).allowed,
    false,
  );
});
