// What a rule of each API means: its peers and its ports, as the normal form of `allowed` says them. What each
// API spells differently is one row.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { PolicyApi } from "../../lib/netpol/isolation-input.ts";
import { assess, detailOf, rulesInWords } from "./build-input.ts";
import { oneRule, type Direction } from "./one-rule.ts";

type Row = readonly [direction: Direction, rule: unknown, ...words: readonly string[]];

const ALL_UDP_SCTP = "all of UDP, all of SCTP";
const HIGH = (port: number): string =>
  ["TCP", "UDP", "SCTP"].map((protocol) => `${protocol} ${port + 1}-65535`).join(", ");
const source = (peer: object): object => ({ action: "Allow", source: peer });
const destination = (peer: object): object => ({ action: "Allow", destination: peer });
const tcp = (ports: object): object => ({ action: "Allow", protocol: "TCP", destination: ports });

const CALICO: readonly Row[] = [
  ["ingress", { action: "Allow" }, "allow everyone on all ports"],
  ["ingress", { action: "Deny", metadata: { annotations: {} } }, "deny everyone on all ports"],
  ["ingress", source({ selector: "", namespaceSelector: "" }), "allow everyone on all ports"],
  ["ingress", source({ nets: [], notNets: [] }), "allow everyone on all ports"],
  ["ingress", source({ selector: "app == 'a'" }), "allow pods with app=a in the same namespace on all ports"],
  [
    "ingress",
    source({ selector: "app == 'a'", namespaceSelector: "" }),
    "allow pods with app=a in the same namespace on all ports",
  ],
  [
    "ingress",
    source({ namespaceSelector: "projectcalico.org/name == 'ops'" }),
    "allow every pod in namespaces with kubernetes.io/metadata.name=ops on all ports",
  ],
  [
    "ingress",
    source({ selector: "has(projectcalico.org/orchestrator)", namespaceSelector: "all()" }),
    "allow every pod in every namespace on all ports",
  ],
  [
    "ingress",
    source({ nets: ["10.0.0.0/8", "192.0.2.1"], notNets: ["10.1.0.0/16"] }),
    "allow addresses 10.0.0.0/8, 192.0.2.1, not 10.1.0.0/16 on all ports",
  ],
  ["ingress", source({ notNets: ["0.0.0.0/0"] }), "allow addresses not 0.0.0.0/0 on all ports"],
  [
    "egress",
    destination({ nets: ["10.0.0.0/8", "fd00::1"] }),
    "allow addresses 10.0.0.0/8, fd00::1 on all ports",
    "allow addresses 10.0.0.0/8, fd00::1 on all ports",
  ],
  [
    "egress",
    destination({ nets: ["fd00::/8"], ports: [443] }),
    "allow addresses fd00::/8 on TCP 443, UDP 443, SCTP 443",
  ],
  ["ingress", { action: "Allow", protocol: 6 }, "allow everyone on all of TCP"],
  ["ingress", { action: "Allow", protocol: "17" }, "allow everyone on all of UDP"],
  ["ingress", { action: "Allow", protocol: 132 }, "allow everyone on all of SCTP"],
  ["ingress", { action: "Allow", protocol: "udp" }, "allow everyone on all of UDP"],
  ["ingress", { action: "Allow", protocol: "ICMP" }, "allow everyone on no port"],
  ["ingress", { action: "Allow", protocol: 1 }, "allow everyone on no port"],
  ["ingress", { action: "Allow", notProtocol: "TCP" }, `allow everyone on ${ALL_UDP_SCTP}`],
  ["ingress", tcp({ ports: [] }), "allow everyone on all of TCP"],
  [
    "ingress",
    tcp({ ports: [80, "1:79", "443", 1, "65535", 65_535] }),
    "allow everyone on TCP 80, TCP 1-79, TCP 443, TCP 1, TCP 65535, TCP 65535",
  ],
  ["ingress", tcp({ ports: ["http", 80] }), "allow everyone on TCP 80, TCP 8080"],
  ["ingress", { action: "Allow", destination: { ports: ["dns"] } }, "allow everyone on TCP 5353, UDP 53"],
  ["ingress", tcp({ notPorts: [80, "100:200"] }), "allow everyone on TCP 1-79, TCP 81-99, TCP 201-65535"],
  ["ingress", { action: "Allow", destination: { notPorts: ["1:9000"] } }, `allow everyone on ${HIGH(9000)}`],
];

const CALICO_GLOBAL: readonly Row[] = [
  ["ingress", source({ selector: "app == 'a'" }), "allow pods with app=a in every namespace on all ports"],
  [
    "egress",
    destination({ selector: "all()", namespaceSelector: "team == 'a'" }),
    "allow every pod in namespaces with team=a on all ports",
  ],
];

const ports = (...items: readonly object[]): object => ({ toPorts: [{ ports: items }] });

const CILIUM: readonly Row[] = [
  ["ingress", { toPorts: [{}] }, "allow everyone on all of TCP, all of UDP, all of SCTP"],
  ["ingress", ports(), "allow everyone on all of TCP, all of UDP, all of SCTP"],
  ["ingress", { toPorts: [], fromEntities: ["all"] }, "allow everyone on no port"],
  ["ingress", ports({ port: "80" }), "allow everyone on TCP 80, UDP 80, SCTP 80"],
  ["ingress", ports({ port: "80", protocol: "" }), "allow everyone on TCP 80, UDP 80, SCTP 80"],
  ["ingress", ports({ port: "80", protocol: "any" }), "allow everyone on TCP 80, UDP 80, SCTP 80"],
  ["ingress", ports({ port: "0", protocol: "udp" }), "allow everyone on all of UDP"],
  ["ingress", ports({ port: "0", protocol: "ICMP" }), "allow everyone on no port"],
  ["ingress", ports({ port: "65535", protocol: "TCP" }), "allow everyone on TCP 65535"],
  ["ingress", ports({ port: "80", endPort: 90, protocol: "TCP" }), "allow everyone on TCP 80-90"],
  ["ingress", ports({ port: "80", endPort: 65_535, protocol: "TCP" }), "allow everyone on TCP 80-65535"],
  ["ingress", ports({ port: "80", endPort: 0, protocol: "TCP" }), "allow everyone on TCP 80"],
  ["ingress", ports({ port: "http" }), "allow everyone on TCP 8080"],
  ["ingress", ports({ port: "dns", protocol: "ANY" }), "allow everyone on TCP 5353, UDP 53"],
  [
    "ingress",
    {
      toPorts: [
        {
          ports: [
            { port: "1", protocol: "TCP" },
            { port: "dns", protocol: "UDP" },
          ],
        },
        { ports: [{ port: "2", protocol: "SCTP" }] },
      ],
    },
    "allow everyone on TCP 1, SCTP 2, UDP 53",
  ],
  ["ingress", { icmps: [{ fields: [{ type: 8 }] }], fromEntities: ["all"] }, "allow everyone on no port"],
  ["ingress", { fromEntities: ["cluster"] }, "allow every pod in every namespace on all ports"],
  [
    "ingress",
    { fromEntities: ["world"] },
    "allow addresses world-ipv4 on all ports",
    "allow addresses world-ipv6 on all ports",
  ],
  ["egress", { toEntities: ["world-ipv4"] }, "allow addresses world-ipv4 on all ports"],
  ["egress", { toEntities: ["world-ipv6"] }, "allow addresses world-ipv6 on all ports"],
  ["egress", { toEntities: ["none"] }],
  [
    "egress",
    { toEntities: ["host", "init", "ingress", "unmanaged"] },
    ...["host", "init", "ingress", "unmanaged"].map((name) => `allow the entity ${name} on all ports`),
  ],
  ["ingress", { fromNodes: [{}] }, "allow nodes on all ports"],
  ["egress", { toNodes: [{}] }, "allow nodes on all ports"],
  ["ingress", { fromGroups: [{}] }, "allow groups of a cloud provider on all ports"],
  ["egress", { toGroups: [{}] }, "allow groups of a cloud provider on all ports"],
  ["egress", { toFQDNs: [{ matchName: "a.test" }] }, "allow domain names on all ports"],
  ["egress", { toFQDNs: [] }],
  ["ingress", { fromCIDRSet: [{ cidr: "10.0.0.0/8" }] }, "allow addresses 10.0.0.0/8 on all ports"],
  [
    "egress",
    { toCIDRSet: [{ cidr: "10.0.0.0/8", except: ["10.1.0.0/16", "10.2.0.0/16"] }] },
    "allow addresses 10.0.0.0/8 except 10.1.0.0/16, 10.2.0.0/16 on all ports",
  ],
  ["egress", { toCIDRSet: [{ cidr: "10.0.0.0/8", except: [] }] }, "allow addresses 10.0.0.0/8 on all ports"],
  ["egress", { toCIDR: ["fd00::1"] }, "allow addresses fd00::1 on all ports"],
  [
    "egress",
    { toEndpoints: [{ matchLabels: { app: "a" } }], ...ports({ port: "1", protocol: "TCP" }) },
    "allow pods with app=a in the same namespace on TCP 1",
  ],
  [
    "ingress",
    { fromEndpoints: [{ matchLabels: { "k8s:io.cilium.k8s.namespace.labels.team": "a", "any:app": "b" } }] },
    "allow pods with app=b in namespaces with team=a on all ports",
  ],
  [
    "ingress",
    {
      fromEndpoints: [
        { matchExpressions: [{ key: "io.kubernetes.pod.namespace", operator: "NotIn", values: ["a"] }] },
      ],
    },
    "allow every pod in namespaces with kubernetes.io/metadata.name notin (a) on all ports",
  ],
  [
    "ingress",
    {
      fromEndpoints: [
        { matchExpressions: [{ key: "io.cilium.k8s.namespace.labels.team", operator: "Exists" }] },
      ],
    },
    "allow every pod in namespaces with team on all ports",
  ],
];

const rule = (action: string, field: "from" | "to", peer: object, more: object = {}): object => ({
  name: "r",
  action,
  [field]: [peer],
  ...more,
});
const everyPod = "every pod in every namespace";
const on = (...ports: readonly unknown[]): object => rule("Accept", "from", { namespaces: {} }, { ports });
const by = (...protocols: readonly unknown[]): object =>
  rule("Accept", "from", { namespaces: {} }, { protocols });

const AWS: readonly Row[] = [
  ["ingress", rule("Deny", "from", { namespaces: {} }), `deny ${everyPod} on all ports`],
  [
    "ingress",
    rule("Pass", "from", {
      pods: { namespaceSelector: { matchLabels: { team: "a" } }, podSelector: { matchLabels: { app: "b" } } },
    }),
    "pass pods with app=b in namespaces with team=a on all ports",
  ],
  ["ingress", rule("Accept", "from", { pods: {} }), `allow ${everyPod} on all ports`],
  ["ingress", on({ portNumber: { port: 80 } }), `allow ${everyPod} on TCP 80`],
  ["ingress", on({ portNumber: { port: 65_535, protocol: "UDP" } }), `allow ${everyPod} on UDP 65535`],
  ["ingress", on({ portNumber: { port: 1, protocol: "SCTP" } }), `allow ${everyPod} on SCTP 1`],
  ["ingress", on({ portRange: { start: 1, end: 1 } }), `allow ${everyPod} on TCP 1`],
  [
    "ingress",
    on({ portRange: { start: 5, end: 65_535, protocol: "UDP" } }),
    `allow ${everyPod} on UDP 5-65535`,
  ],
  ["ingress", on({ namedPort: "dns" }), `allow ${everyPod} on TCP 5353, UDP 53`],
  [
    "ingress",
    on({ namedPort: "http" }, { portNumber: { port: 80 } }),
    `allow ${everyPod} on TCP 80, TCP 8080`,
  ],
  ["egress", rule("Accept", "to", { nodes: {} }), "allow nodes on all ports"],
  ["egress", rule("Accept", "to", { domainNames: ["a.test"] }), "allow domain names on all ports"],
  [
    "egress",
    rule("Accept", "to", { networks: ["10.0.0.0/8", "fd00::/8"] }),
    "allow addresses 10.0.0.0/8 on all ports",
    "allow addresses fd00::/8 on all ports",
  ],
];

const UPSTREAM: readonly Row[] = [
  ["ingress", by({ tcp: {} }), `allow ${everyPod} on all of TCP`],
  ["ingress", by({ udp: { destinationPort: { number: 53 } } }), `allow ${everyPod} on UDP 53`],
  [
    "ingress",
    by({ sctp: { destinationPort: { range: { start: 1, end: 9 } } } }),
    `allow ${everyPod} on SCTP 1-9`,
  ],
  ["ingress", by({ destinationNamedPort: "dns" }), `allow ${everyPod} on TCP 5353, UDP 53`],
  [
    "ingress",
    by({ tcp: {} }, { udp: { destinationPort: { number: 53 } } }),
    `allow ${everyPod} on all of TCP, UDP 53`,
  ],
];

const APPLICATION: readonly Row[] = [
  ["egress", { to: [{ domainNames: ["a.test"] }] }, "allow domain names on all ports"],
  ["egress", { to: [{ podSelector: {} }] }, "allow every pod in the same namespace on all ports"],
  [
    "ingress",
    { from: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } }], ports: [{ port: "http" }] },
    "allow addresses 10.0.0.0/8 except 10.1.0.0/16 on TCP 8080",
  ],
];

const TABLES: readonly (readonly [PolicyApi, readonly Row[]])[] = [
  ["calicoNetworkPolicies", CALICO],
  ["calicoGlobalNetworkPolicies", CALICO_GLOBAL],
  ["ciliumNetworkPolicies", CILIUM],
  ["awsClusterNetworkPolicies", AWS],
  ["clusterNetworkPolicies", UPSTREAM],
  ["awsApplicationNetworkPolicies", APPLICATION],
];

for (const [api, rows] of TABLES)
  for (const [direction, spelling, ...words] of rows)
    test(`${api}, ${direction}: ${JSON.stringify(spelling)}`, () => {
      const facts = oneRule(api, direction, spelling);
      assert.deepEqual(rulesInWords(facts, direction), words);
      assert.deepEqual(detailOf(assess(facts)).problems, []);
    });
