// What a policy of each API beside networking.k8s.io may say that is not read: the verdict is unknown and the
// clause says where and why. Nothing of it is read as an empty selector, an empty rule or a smaller policy.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { PolicyApi } from "../../lib/netpol/isolation-input.ts";
import { assess, detailOf, verdictText, workloadOf, type Given } from "./build-input.ts";
import { oneObject, oneRule } from "./one-rule.ts";

type Row = readonly [rule: unknown, clause: string];

/** Denying ones: an Accept too many could change nothing for a pod that nothing isolates. */
const to = (peer: unknown, more: object = {}): object => ({ action: "Deny", to: [peer], ...more });
const on = (port: unknown): object => to({ namespaces: {} }, { ports: [port] });
const by = (protocol: unknown): object => to({ namespaces: {} }, { protocols: [protocol] });
const UNKNOWN_FIELD = 'has a field that we do not know, "new"';

const AWS: readonly Row[] = [
  ["x", "spec.egress[0] is not an object"],
  [to({ namespaces: {} }, { new: 1 }), `spec.egress[0] ${UNKNOWN_FIELD}`],
  [to("x"), "spec.egress[0].to[0] is not an object"],
  [to({ pods: 1 }), "spec.egress[0].to[0] selects neither namespaces nor pods"],
  [to({ pods: { new: {} } }), `spec.egress[0].to[0].pods ${UNKNOWN_FIELD}`],
  [to({ namespaces: 1 }), "spec.egress[0].to[0].namespaces is not an object"],
  [to({ pods: { podSelector: 1 } }), "spec.egress[0].to[0].pods.podSelector is not an object"],
  [to({ pods: { namespaceSelector: 1 } }), "spec.egress[0].to[0].pods.namespaceSelector is not an object"],
  [to({ networks: [] }), "spec.egress[0].to[0].networks is not a list of at least one CIDR"],
  [to({ networks: "10.0.0.0/8" }), "spec.egress[0].to[0].networks is not a list of at least one CIDR"],
  [to({ networks: [8] }), "spec.egress[0].to[0].networks[0] is 8, which is not a CIDR"],
  [to({ nodes: {}, networks: ["10.0.0.0/8"] }), "spec.egress[0].to[0] has not exactly one field"],
  [
    { action: "Deny", to: [{ nodes: {} }] },
    "spec.egress[0].to[0] is about nodes or domain names, of which no address is known",
  ],
  [on("x"), "spec.egress[0].ports[0] is not an object"],
  [on({ new: 1 }), `spec.egress[0].ports[0] ${UNKNOWN_FIELD}`],
  [on({}), "spec.egress[0].ports[0] has not exactly one field"],
  [on({ portNumber: { port: 1 }, namedPort: "a" }), "spec.egress[0].ports[0] has not exactly one field"],
  [on({ portNumber: 80 }), "spec.egress[0].ports[0].portNumber is not an object"],
  [on({ portNumber: { port: 80, new: 1 } }), `spec.egress[0].ports[0].portNumber ${UNKNOWN_FIELD}`],
  [
    on({ portNumber: { port: 80, protocol: "tcp" } }),
    'spec.egress[0].ports[0].portNumber.protocol is "tcp", which is not TCP, UDP or SCTP',
  ],
  [on({ portNumber: { port: 1.5 } }), "spec.egress[0].ports[0].portNumber is not a range of ports"],
  [on({ portNumber: { port: 65_536 } }), "spec.egress[0].ports[0].portNumber is not a range of ports"],
  [on({ portNumber: { port: "80" } }), "spec.egress[0].ports[0].portNumber is not a range of ports"],
  [on({ portRange: { start: 9, end: 8 } }), "spec.egress[0].ports[0].portRange is not a range of ports"],
  [on({ portRange: { start: 9 } }), "spec.egress[0].ports[0].portRange is not a range of ports"],
  [on({ portRange: { end: 9 } }), "spec.egress[0].ports[0].portRange is not a range of ports"],
  [on({ portRange: { start: "1", end: 9 } }), "spec.egress[0].ports[0].portRange is not a range of ports"],
  [on({ namedPort: "Http" }), 'spec.egress[0].ports[0] names "Http", which is not a port name'],
];

const UPSTREAM: readonly Row[] = [
  [by("x"), "spec.egress[0].protocols[0] is not an object"],
  [by({ new: {} }), `spec.egress[0].protocols[0] ${UNKNOWN_FIELD}`],
  [by({}), "spec.egress[0].protocols[0] has not exactly one field"],
  [by({ tcp: {}, udp: {} }), "spec.egress[0].protocols[0] has not exactly one field"],
  [by({ tcp: null }), "spec.egress[0].protocols[0] has not exactly one field"],
  [by({ tcp: 1 }), "spec.egress[0].protocols[0].tcp is not an object"],
  [by({ udp: { new: 1 } }), `spec.egress[0].protocols[0].udp ${UNKNOWN_FIELD}`],
  ...[80, {}, { new: 1 }, { number: 1, range: { start: 1, end: 2 } }].map((destinationPort): Row => [
    by({ tcp: { destinationPort } }),
    "spec.egress[0].protocols[0].tcp.destinationPort is not a number or a range",
  ]),
  [
    by({ sctp: { destinationPort: { number: 0 } } }),
    "spec.egress[0].protocols[0].sctp.destinationPort is not a range of ports",
  ],
  ...[1, { start: 1, end: 2, new: 3 }].map((range): Row => [
    by({ tcp: { destinationPort: { range } } }),
    "spec.egress[0].protocols[0].tcp.destinationPort.range is not a range",
  ]),
  [
    by({ tcp: { destinationPort: { range: { start: 2, end: 1 } } } }),
    "spec.egress[0].protocols[0].tcp.destinationPort.range is not a range of ports",
  ],
  [by({ destinationNamedPort: "" }), 'spec.egress[0].protocols[0] names "", which is not a port name'],
];

const ciliumPorts = (...ports: readonly unknown[]): object => ({
  toEntities: ["cluster"],
  toPorts: [{ ports }],
});
const PORT = "spec.egress[0].toPorts[0].ports[0]";
const ends = (endPort: unknown): Row => [
  ciliumPorts({ port: "80", endPort }),
  `${PORT}.endPort is ${String(endPort)}, which ends no range`,
];

const CILIUM: readonly Row[] = [
  ["x", "spec.egress[0] is not an object"],
  [{ toEndpoints: "x" }, "spec.egress[0].toEndpoints is not a list"],
  [{ toEntities: { all: true } }, "spec.egress[0].toEntities is not a list"],
  [{ toFQDNs: "a.test" }, "spec.egress[0].toFQDNs may be any name"],
  [{ toFQDNs: [{ matchName: "a.test" }, { matchPattern: "*" }] }, "spec.egress[0].toFQDNs may be any name"],
  [{ toCIDR: [8] }, "spec.egress[0].toCIDR[0] is 8, which is not a CIDR"],
  [{ toCIDRSet: ["10.0.0.0/8"] }, "spec.egress[0].toCIDRSet[0] is not an object"],
  [
    { toCIDRSet: [{ cidr: "10.0.0.0/8", except: "10.1.0.0/16" }] },
    "spec.egress[0].toCIDRSet[0].except is not a list",
  ],
  [{ toEntities: ["cluster"], toPorts: {} }, "spec.egress[0].toPorts is not a list"],
  [{ toEntities: ["cluster"], toPorts: ["80"] }, "spec.egress[0].toPorts[0] is not an object"],
  [{ toEntities: ["cluster"], toPorts: [{ ports: {} }] }, "spec.egress[0].toPorts[0].ports is not a list"],
  [ciliumPorts("80"), `${PORT} is not an object`],
  [ciliumPorts({ port: "80", new: 1 }), `${PORT} ${UNKNOWN_FIELD}`],
  [
    ciliumPorts({ port: "80" }, { port: "x y" }),
    'spec.egress[0].toPorts[0].ports[1].port is "x y", which is not a port',
  ],
  [ciliumPorts({ port: "65536" }), `${PORT}.port is "65536", which is not a port`],
  [ciliumPorts({ port: " 80" }), `${PORT}.port is " 80", which is not a port`],
  [ciliumPorts({ port: "80 " }), `${PORT}.port is "80 ", which is not a port`],
  ends(79),
  ends(80.5),
  ends(65_536),
];

const calico = (destination: unknown): object => ({ action: "Allow", destination });
const tcp = (destination: object): object => ({ action: "Allow", protocol: "TCP", destination });

const CALICO: readonly Row[] = [
  [{ action: "Allow", source: "x" }, "spec.egress[0].source is not an object"],
  [calico("x"), "spec.egress[0].destination is not an object"],
  [{ action: "Allow", source: { ports: [1] } }, 'spec.egress[0].source has "ports", which is not modelled'],
  [calico({ nets: "10.0.0.0/8" }), "spec.egress[0].destination.nets is not a list"],
  [calico({ notNets: "10.0.0.0/8" }), "spec.egress[0].destination.notNets is not a list"],
  [calico({ nets: [8] }), "spec.egress[0].destination.nets[0] is 8, which is not a CIDR"],
  [calico({ notNets: ["x"] }), 'spec.egress[0].destination.notNets[0] is "x", which is not a CIDR'],
  [calico({ selector: 1 }), "spec.egress[0].destination.selector is not a selector"],
  [
    calico({ selector: `has(${"x".repeat(4_096)})` }),
    "spec.egress[0].destination.selector is not a selector",
  ],
  [
    calico({ selector: "?" }),
    'spec.egress[0].destination.selector is "?", which is not a selector that we know',
  ],
  [tcp({ ports: 80 }), "spec.egress[0].destination.ports is not a list"],
  [tcp({ notPorts: 80 }), "spec.egress[0].destination.notPorts is not a list"],
  ...[0, "0", 65_536, 1.5, "9:8", "1:65536", "1:2:3", ":8", "x:8", [80], null].map((port): Row => [
    tcp({ ports: [port] }),
    `spec.egress[0].destination.ports[0] is ${JSON.stringify(port)}, which is not a port`,
  ]),
  [tcp({ notPorts: ["9:8"] }), 'spec.egress[0].destination.notPorts[0] is "9:8", which is not a port'],
  [tcp({ notPorts: ["http"] }), "spec.egress[0].destination.notPorts is not modelled here"],
  [tcp({ ports: [80], notPorts: [81] }), "spec.egress[0].destination.notPorts is not modelled here"],
  [{ action: "Allow", protocol: "" }, "spec.egress[0] has a protocol that we cannot read"],
  [{ action: "Allow", notProtocol: {} }, "spec.egress[0] has a protocol that we cannot read"],
];

const RULES: readonly (readonly [PolicyApi, readonly Row[]])[] = [
  ["awsClusterNetworkPolicies", AWS],
  ["clusterNetworkPolicies", UPSTREAM],
  ["ciliumNetworkPolicies", CILIUM],
  ["calicoNetworkPolicies", CALICO],
];

function assertUnknown(facts: Given, clause: string): void {
  const isolation = assess(facts);
  assert.deepEqual(
    detailOf(isolation).problems.map(({ because }) => because),
    [clause],
  );
  const { egress } = workloadOf(isolation, "Pod/one");
  assert.match(verdictText(egress), /\?/u);
  assert.ok(egress.because?.includes(clause), egress.because);
}

for (const [api, rows] of RULES)
  for (const [rule, clause] of rows)
    test(`${api}: ${clause} (${JSON.stringify(rule).slice(0, 80)})`, () => {
      assertUnknown(oneRule(api, "egress", rule), clause);
    });

const FIELD = 'the policy has a field that we do not know, "new"';
const RULE = { action: "Allow", to: [{}] };

/** Whole objects: what stands beside the rules. */
const OBJECTS: readonly (readonly [PolicyApi, members: object, clause: string])[] = [
  ["awsClusterNetworkPolicies", { spec: {}, new: 1 }, FIELD],
  ["ciliumNetworkPolicies", { spec: {}, new: 1 }, FIELD],
  ["calicoNetworkPolicies", { spec: {}, new: 1 }, FIELD],
  ["awsApplicationNetworkPolicies", { spec: {}, new: 1 }, FIELD],
  ["antreaNetworkPolicies", { spec: {} }, "policies of Antrea's own API are not modelled"],
  ["antreaClusterNetworkPolicies", { spec: {} }, "policies of Antrea's own API are not modelled"],
  ["ciliumNetworkPolicies", { specs: {} }, "specs is not a list"],
  ["ciliumNetworkPolicies", { specs: ["x"] }, "specs[0] is not an object"],
  ["ciliumNetworkPolicies", { spec: { endpointSelector: {}, egress: {} } }, "spec.egress is not a list"],
  [
    "ciliumNetworkPolicies",
    { spec: { endpointSelector: {}, egress: [{ toEntities: ["cluster"] }], egressDeny: {} } },
    "spec.egressDeny is not a list",
  ],
  ["calicoNetworkPolicies", { spec: { types: ["Egress"], egress: {} } }, "spec.egress is not a list"],
  [
    "calicoGlobalNetworkPolicies",
    { spec: { namespaceSelector: "?", types: ["Egress"], egress: [RULE] } },
    'spec.namespaceSelector is "?", which is not a selector that we know',
  ],
];

for (const [api, members, clause] of OBJECTS)
  test(`${api}: ${clause} (${JSON.stringify(members)})`, () => {
    const isolation = assess(oneObject(api, members));
    assert.equal(detailOf(isolation).problems[0]?.because, clause);
    assert.match(verdictText(workloadOf(isolation, "Pod/one").egress), /\?/u);
  });

test("what the server and its controllers add changes nothing", () => {
  const status = { status: { conditions: [] } };
  const specs: readonly (readonly [PolicyApi, object])[] = [
    ["awsClusterNetworkPolicies", { tier: "Admin", priority: 1, subject: { namespaces: {} } }],
    ["ciliumNetworkPolicies", { endpointSelector: {}, labels: [], description: "x", log: { value: "x" } }],
    ["calicoNetworkPolicies", { performanceHints: ["AssumeNeededOnEveryNode"], serviceAccountSelector: "" }],
  ];
  for (const [api, spec] of specs)
    assert.deepEqual(detailOf(assess(oneObject(api, { spec, ...status }))).problems, [], api);
});
