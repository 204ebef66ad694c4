// What policies add up to for one pod, row by row: the sentences of the API reference as verdicts.
// A verdict reads `isolated cluster external share`; `-` is no, `?` is unknown.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import type { EngineBehaviour } from "../../lib/netpol/isolation-input.ts";
import { assess, detail, namespace, pod, policy, verdictText, workloadOf } from "./build-input.ts";

const NOT_ISOLATED = "- cluster external 1";
const CLOSED = "isolated - - 0";
const OPEN = "isolated cluster external 1";

interface Row {
  readonly says: string;
  readonly specs: readonly unknown[];
  readonly ingress?: string;
  readonly egress?: string;
  readonly engine?: Partial<EngineBehaviour>;
  readonly detail?: ReturnType<typeof detail> | null;
  readonly ipFamily?: "ipv4" | "ipv6";
}

const ALL = { podSelector: {} };
const CLUSTER = { namespaceSelector: {} };
const world = (cidr: string, ...except: readonly string[]): unknown => ({ ipBlock: { cidr, except } });
const from = (...peers: readonly unknown[]): unknown => ({ ...ALL, ingress: [{ from: peers }] });
const onPorts = (...ports: readonly unknown[]): unknown => ({ ...ALL, ingress: [{ ports }] });
const to = (...peers: readonly unknown[]): unknown => ({
  ...ALL,
  policyTypes: ["Egress"],
  egress: [{ to: peers }],
});

const POLICY_TYPES: readonly Row[] = [
  { says: "no policy: not isolated, open both ways", specs: [], ingress: NOT_ISOLATED, egress: NOT_ISOLATED },
  { says: "no policyTypes, no rules: ingress only", specs: [ALL], ingress: CLOSED, egress: NOT_ISOLATED },
  { says: "no spec at all is an empty spec", specs: [undefined], ingress: CLOSED, egress: NOT_ISOLATED },
  {
    says: "null members are absent members",
    specs: [{ podSelector: null, policyTypes: null, ingress: null, egress: null }],
    ingress: CLOSED,
    egress: NOT_ISOLATED,
  },
  {
    says: "no policyTypes, egress rules: both",
    specs: [{ ...ALL, egress: [{}] }],
    ingress: CLOSED,
    egress: OPEN,
  },
  {
    says: "no policyTypes, an empty egress list: no egress rule exists",
    specs: [{ ...ALL, egress: [] }],
    ingress: CLOSED,
    egress: NOT_ISOLATED,
  },
  {
    says: "empty policyTypes are not specified",
    specs: [{ ...ALL, policyTypes: [], egress: [{}] }],
    ingress: CLOSED,
    egress: OPEN,
  },
  {
    says: "egress only must be said",
    specs: [{ ...ALL, policyTypes: ["Egress"] }],
    ingress: NOT_ISOLATED,
    egress: CLOSED,
  },
  {
    says: "both without rules: default deny",
    specs: [{ ...ALL, policyTypes: ["Ingress", "Egress"] }],
    ingress: CLOSED,
    egress: CLOSED,
  },
  {
    says: "rules of a direction that policyTypes leave out do not count",
    specs: [{ ...ALL, policyTypes: ["Egress"], ingress: [{}] }],
    ingress: NOT_ISOLATED,
    egress: CLOSED,
  },
  {
    says: "ingress rules do not imply egress",
    specs: [{ ...ALL, ingress: [{}] }],
    ingress: OPEN,
    egress: NOT_ISOLATED,
  },
];

const RULES: readonly Row[] = [
  { says: "an empty ingress list allows nothing", specs: [{ ...ALL, ingress: [] }], ingress: CLOSED },
  { says: "an empty rule allows everything", specs: [{ ...ALL, ingress: [{}] }], ingress: OPEN },
  { says: "an empty from matches all sources", specs: [from()], ingress: OPEN },
  { says: "an empty ports matches all ports", specs: [onPorts()], ingress: OPEN },
  {
    says: "absent and null members of a rule are the same",
    specs: [{ ...ALL, ingress: [{ from: null, ports: null }] }],
    ingress: OPEN,
  },
  {
    says: "a ports-only rule is not an allow-all",
    specs: [onPorts({ port: 80 })],
    ingress: "isolated - - 1",
  },
  {
    says: "a port without number is all of its protocol",
    specs: [onPorts({ protocol: "TCP" })],
    ingress: "isolated - - 1",
  },
  {
    says: "all three protocols are all",
    specs: [onPorts({}, { protocol: "UDP" }, { protocol: "SCTP" })],
    ingress: OPEN,
  },
  {
    says: "two ranges that meet are all of TCP",
    specs: [
      onPorts(
        { port: 1, endPort: 99 },
        { port: 100, endPort: 65535 },
        { protocol: "UDP" },
        { protocol: "SCTP" },
      ),
    ],
    ingress: OPEN,
  },
  {
    says: "one missing port is not all",
    specs: [
      onPorts(
        { port: 1, endPort: 99 },
        { port: 101, endPort: 65535 },
        { protocol: "UDP" },
        { protocol: "SCTP" },
      ),
    ],
    ingress: "isolated - - 1",
  },
  {
    says: "a missing last port is not all",
    specs: [onPorts({ port: 1, endPort: 65534 }, { protocol: "UDP" }, { protocol: "SCTP" })],
    ingress: "isolated - - 1",
  },
  {
    says: "a missing first port is not all",
    specs: [onPorts({ port: 2, endPort: 65535 }, { protocol: "UDP" }, { protocol: "SCTP" })],
    ingress: "isolated - - 1",
  },
];

const PEERS: readonly Row[] = [
  {
    says: "an empty namespaceSelector is every namespace",
    specs: [from(CLUSTER)],
    ingress: "isolated cluster - 0",
  },
  {
    says: "with an empty podSelector too",
    specs: [from({ namespaceSelector: {}, podSelector: {} })],
    ingress: "isolated cluster - 0",
  },
  {
    says: "with a podSelector it is not every pod",
    specs: [from({ namespaceSelector: {}, podSelector: { matchLabels: { app: "a" } } })],
    ingress: CLOSED,
  },
  {
    says: "a null namespaceSelector is absent: the own namespace",
    specs: [from({ namespaceSelector: null, podSelector: {} })],
    ingress: CLOSED,
  },
  {
    says: "an empty podSelector alone is the own namespace",
    specs: [from({ podSelector: {} })],
    ingress: CLOSED,
  },
  {
    says: "a selector that matches all of today's namespaces is not every",
    specs: [
      from({
        namespaceSelector: { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "Exists" }] },
      }),
    ],
    ingress: CLOSED,
  },
  {
    says: "every pod on one port only",
    specs: [{ ...ALL, ingress: [{ from: [CLUSTER], ports: [{ port: 80 }] }] }],
    ingress: CLOSED,
  },
  {
    says: "peers of a rule are a union",
    specs: [from({ podSelector: {} }, CLUSTER)],
    ingress: "isolated cluster - 0",
  },
];

const ADDRESSES: readonly Row[] = [
  {
    says: "0.0.0.0/0 is all addresses, but no pod",
    specs: [from(world("0.0.0.0/0"))],
    ingress: "isolated - external 1",
  },
  {
    says: "the host bits of a CIDR do not matter",
    specs: [from(world("1.2.3.4/0"))],
    ingress: "isolated - external 1",
  },
  {
    says: "two halves in one rule",
    specs: [from(world("0.0.0.0/1"), world("128.0.0.0/1"))],
    ingress: "isolated - external 1",
  },
  {
    says: "two halves in two policies",
    specs: [from(world("0.0.0.0/1")), from(world("128.0.0.0/1"))],
    ingress: "isolated - external 1",
  },
  { says: "half is half", specs: [from(world("0.0.0.0/1"))], ingress: "isolated - - 0.5" },
  {
    says: "an except is taken out",
    specs: [from(world("0.0.0.0/0", "0.0.0.0/1"))],
    ingress: "isolated - - 0.5",
  },
  {
    says: "an except of one policy is what another gives",
    specs: [from(world("0.0.0.0/0", "10.0.0.0/8")), from(world("10.0.0.0/7"))],
    ingress: "isolated - external 1",
  },
  {
    says: "one address less is not all",
    specs: [from(world("0.0.0.0/0", "1.2.3.4/32"))],
    ingress: `isolated - - ${1 - 2 ** -32}`,
  },
  {
    says: "overlaps count once",
    specs: [from(world("10.0.0.0/8"), world("10.1.0.0/16"))],
    ingress: `isolated - - ${1 / 256}`,
  },
  {
    says: "all addresses on one port, and half on all",
    specs: [
      {
        ...ALL,
        ingress: [{ from: [world("0.0.0.0/0")], ports: [{ port: 443 }] }, { from: [world("0.0.0.0/1")] }],
      },
    ],
    ingress: "isolated - - 1",
  },
  {
    says: "the halves must meet on the same port",
    specs: [
      {
        ...ALL,
        ingress: [
          { from: [world("0.0.0.0/1")], ports: [{}, { protocol: "UDP" }] },
          { from: [world("128.0.0.0/1")] },
        ],
      },
    ],
    ingress: "isolated - - 1",
  },
  { says: "IPv6 says nothing of IPv4 pods", specs: [from(world("::/0"))], ingress: CLOSED },
  {
    says: "IPv6 pods are opened by IPv6",
    specs: [from(world("::/0"))],
    ingress: "isolated - external 1",
    ipFamily: "ipv6",
  },
  {
    says: "IPv4 says nothing of IPv6 pods",
    specs: [from(world("0.0.0.0/0"))],
    ingress: CLOSED,
    ipFamily: "ipv6",
  },
  {
    says: "the pod's own address decides the family",
    specs: [from(world("::/0"))],
    ingress: "isolated - external 1",
    detail: detail({ podIPs: ["fd00::5"] }),
  },
  {
    says: "the pod's own address comes before the cluster's family",
    specs: [from(world("::/0"))],
    ingress: CLOSED,
    detail: detail({ podIPs: ["10.0.0.5"] }),
    ipFamily: "ipv6",
  },
  {
    says: "a dual-stack pod is open where one family is",
    specs: [from(world("::/0"))],
    ingress: "isolated - external 1",
    detail: detail({ podIPs: ["10.0.0.5", "fd00::5"] }),
  },
  {
    says: "where the engine matches pods, all addresses are all pods",
    specs: [from(world("0.0.0.0/0"))],
    ingress: OPEN,
    engine: { ipBlocksMatchPods: true },
  },
  {
    says: "there too only all addresses are",
    specs: [from(world("10.0.0.0/8"))],
    ingress: `isolated - - ${1 / 256}`,
    engine: { ipBlocksMatchPods: true },
  },
  {
    says: "where it is not known, the API reference decides",
    specs: [from(world("0.0.0.0/0"))],
    ingress: "isolated - external 1",
    engine: { ipBlocksMatchPods: null },
  },
  { says: "egress to all addresses", specs: [to(world("0.0.0.0/0"))], egress: "isolated - external 1" },
];

const NAMED: readonly Row[] = [
  {
    says: "a named port is one port",
    specs: [onPorts({ port: "http" })],
    ingress: "isolated - - 1",
    detail: detail({ ports: [["http", 80]] }),
  },
  {
    says: "a name that the pod does not have opens nothing",
    specs: [onPorts({ port: "http" })],
    ingress: CLOSED,
    detail: detail({ ports: [["web", 80]] }),
  },
  {
    says: "a name of another protocol opens nothing",
    specs: [onPorts({ port: "http", protocol: "UDP" })],
    ingress: CLOSED,
    detail: detail({ ports: [["http", 80]] }),
  },
  {
    says: "without container ports the share is unknown",
    specs: [onPorts({ port: "http" })],
    ingress: "isolated - - ?",
  },
  {
    says: "unless something else decides it",
    specs: [onPorts({ port: "http" }), { ...ALL, ingress: [{ ports: [{ port: 443 }] }] }],
    ingress: "isolated - - 1",
  },
  {
    says: "a named port for selected pods needs no container ports",
    specs: [{ ...ALL, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: "http" }] }] }],
    ingress: CLOSED,
  },
  {
    says: "a named port may fill a gap of one",
    specs: [
      onPorts(
        { port: "http" },
        { port: 1, endPort: 79 },
        { port: 81, endPort: 65535 },
        { protocol: "UDP" },
        { protocol: "SCTP" },
      ),
    ],
    ingress: "isolated ? ? 1",
  },
  {
    says: "and does where the pod says so",
    specs: [
      onPorts(
        { port: "http" },
        { port: 1, endPort: 79 },
        { port: 81, endPort: 65535 },
        { protocol: "UDP" },
        { protocol: "SCTP" },
      ),
    ],
    ingress: OPEN,
    detail: detail({ ports: [["http", 80]] }),
  },
  {
    says: "but never a gap of two",
    specs: [
      onPorts(
        { port: "http" },
        { port: 1, endPort: 79 },
        { port: 82, endPort: 65535 },
        { protocol: "UDP" },
        { protocol: "SCTP" },
      ),
    ],
    ingress: "isolated - - 1",
  },
  {
    says: "also where the gap is the last port",
    specs: [
      onPorts({ port: "http" }, { port: 1, endPort: 65534 }, { protocol: "UDP" }, { protocol: "SCTP" }),
    ],
    ingress: "isolated ? ? 1",
  },
  {
    says: "a gap between ranges that are out of order",
    specs: [
      onPorts(
        { port: 200, endPort: 65535 },
        { port: 1, endPort: 99 },
        { protocol: "UDP" },
        { protocol: "SCTP" },
      ),
    ],
    ingress: "isolated - - 1",
  },
  {
    says: "a range that begins where a larger one does takes nothing from it",
    specs: [
      onPorts(
        { port: 1, endPort: 65535 },
        { port: 1, endPort: 10 },
        { protocol: "UDP" },
        { protocol: "SCTP" },
      ),
      { ...ALL, ingress: [{ from: [CLUSTER], ports: [{ port: 1, endPort: 10 }] }] },
    ],
    ingress: OPEN,
  },
  {
    says: "addresses have no named ports",
    specs: [
      { ...ALL, policyTypes: ["Egress"], egress: [{ to: [world("0.0.0.0/0")], ports: [{ port: "http" }] }] },
    ],
    egress: CLOSED,
  },
];

const ADDITIVE: readonly Row[] = [
  {
    says: "an allow-all beside a default deny opens",
    specs: [ALL, { ...ALL, ingress: [{}] }],
    ingress: OPEN,
  },
  {
    says: "two policies that each open a part",
    specs: [onPorts({}, { protocol: "UDP" }), onPorts({ protocol: "SCTP" })],
    ingress: OPEN,
  },
  {
    says: "every pod by port, in two policies",
    specs: [
      { ...ALL, ingress: [{ from: [CLUSTER], ports: [{}] }] },
      { ...ALL, ingress: [{ from: [CLUSTER], ports: [{ protocol: "UDP" }, { protocol: "SCTP" }] }] },
    ],
    ingress: "isolated cluster - 0",
  },
  {
    says: "a policy for other pods does not count",
    specs: [{ podSelector: { matchLabels: { app: "other" } }, ingress: [{}] }],
    ingress: NOT_ISOLATED,
  },
];

const ENGINES: readonly Row[] = [
  {
    says: "a pod that nothing selects is denied in strict mode",
    specs: [],
    ingress: CLOSED,
    egress: CLOSED,
    engine: { unselectedPods: "denied" },
  },
  {
    says: "where that is not known, nothing is",
    specs: [],
    ingress: "? ? ? ?",
    egress: "? ? ? ?",
    engine: { unselectedPods: null },
  },
  {
    says: "but a selected direction is",
    specs: [ALL],
    ingress: CLOSED,
    egress: "? ? ? ?",
    engine: { unselectedPods: null },
  },
  {
    says: "a policy for egress leaves ingress open in strict mode",
    specs: [{ ...ALL, policyTypes: ["Egress"] }],
    ingress: NOT_ISOLATED,
    egress: CLOSED,
    engine: { unselectedPods: "denied", selectionOpensOtherDirection: true },
  },
  {
    says: "elsewhere it stays denied",
    specs: [{ ...ALL, policyTypes: ["Egress"] }],
    ingress: CLOSED,
    egress: CLOSED,
    engine: { unselectedPods: "denied" },
  },
];

for (const row of [...POLICY_TYPES, ...RULES, ...PEERS, ...ADDRESSES, ...NAMED, ...ADDITIVE, ...ENGINES]) {
  test(row.says, () => {
    const policies = row.specs.map((spec, index): RawObject => policy(`p${index}`, spec));
    const isolation = assess({
      namespaces: [namespace("web")],
      pods: [pod("one", { app: "web" }, { detail: row.detail ?? null })],
      policies,
      ipFamily: row.ipFamily ?? null,
      engine: row.engine ?? {},
    });
    const { ingress, egress } = workloadOf(isolation, "Pod/one");
    if (row.ingress !== undefined) assert.equal(verdictText(ingress), row.ingress);
    if (row.egress !== undefined) assert.equal(verdictText(egress), row.egress);
    for (const report of [ingress, egress])
      assert.equal(report.because !== undefined, verdictText(report).includes("?"), "because goes with null");
  });
}
