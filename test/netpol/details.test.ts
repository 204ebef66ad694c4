// What controls need beyond the report: openings, over-broad rules, dead peers, instance metadata, problems.

import assert from "node:assert/strict";
import { test } from "node:test";
import { seen } from "../../lib/model/observed.ts";
import { usesNamedPort } from "../../lib/netpol/uses-named-port.ts";
import {
  assess,
  detail,
  detailOf,
  enforcement,
  IMPLEMENTS_NONE,
  namespace,
  NO_OTHER,
  owner,
  pod,
  policy,
  type Given,
} from "./build-input.ts";

const ingress = (...rules: readonly unknown[]): unknown => ({ podSelector: {}, ingress: rules });
const egress = (...rules: readonly unknown[]): unknown => ({
  podSelector: {},
  policyTypes: ["Egress"],
  egress: rules,
});
const block = (cidr: string, ...except: readonly string[]): unknown => ({ ipBlock: { cidr, except } });

function details(given: Given): ReturnType<typeof detailOf> {
  return detailOf(assess({ pods: [pod("one", { app: "web" })], ...given }));
}

test("of the selected pods, how many are policed", () => {
  const nodes = (["enforced", "not-enforced", "unknown"] as const).map((verdict) => ({
    name: verdict,
    verdict,
  }));
  const on = (nodeName: string, count: number) =>
    Array.from({ length: count }, (_, index) =>
      pod(`${nodeName}-${index}`, { app: "web" }, { detail: detail({ nodeName }) }),
    );
  const { selected } = details({
    pods: [...on("enforced", 3), ...on("not-enforced", 2), ...on("unknown", 1), pod("other", { app: "no" })],
    policies: [policy("web", { podSelector: { matchLabels: { app: "web" } } })],
    enforcement: enforcement("partial", nodes),
  });
  assert.deepEqual(selected, { enforced: 3, notEnforced: 2, unknown: 1 });
});

test("a policy with a broad rule beside narrow ones", () => {
  const { overBroadRules } = details({
    policies: [
      policy("p", ingress({ from: [{ podSelector: {} }] }, { from: [{ namespaceSelector: {} }] })),
      policy("q", ingress({ from: [{ podSelector: {} }] })),
    ],
  });
  assert.deepEqual(
    overBroadRules.map(({ policy: name, path, reason }) => [name, path, reason]),
    [["p", "spec.ingress[1].from[0]", "all-namespaces"]],
  );
});

test("one pod is enough for a peer to be alive", () => {
  const { deadPeers } = details({
    namespaces: [namespace("a", { team: "x" }), namespace("b", { team: "x" })],
    pods: [
      pod("one", { app: "web" }),
      pod("two", { app: "api" }),
      pod("here", { app: "db" }, { namespace: "a" }),
      pod("there", { app: "web" }, { namespace: "b" }),
    ],
    policies: [
      policy(
        "p",
        ingress({
          from: [
            { podSelector: { matchLabels: { app: "api" } } },
            {
              namespaceSelector: { matchLabels: { team: "x" } },
              podSelector: { matchLabels: { app: "db" } },
            },
          ],
        }),
      ),
    ],
  });
  assert.deepEqual(deadPeers, []);
});

test("peers are found in a namespace among many", () => {
  const teams = Array.from({ length: 40 }, (_, index) => `team-${index}`);
  const peer = (team: string, app: string): unknown => ({
    namespaceSelector: { matchLabels: { kind: "team", team } },
    podSelector: { matchLabels: { app } },
  });
  const anywhere = (app: string): unknown => ({
    namespaceSelector: { matchLabels: { kind: "team" } },
    podSelector: { matchLabels: { app, part: "x" } },
  });
  const host = pod("on-host", { app: "host", part: "x" }, { namespace: "team-3", hostNetwork: true });
  const { deadPeers } = details({
    namespaces: teams.map((team, index) => namespace(team, { kind: "team", team: index < 20 ? "a" : "b" })),
    pods: [
      pod("one", { app: "web" }),
      host,
      ...teams.map((team, index) =>
        pod(
          team,
          { app: index === 3 ? "first" : index === 30 ? "late" : "web", part: "x" },
          { namespace: team },
        ),
      ),
    ],
    policies: [
      policy("p", {
        podSelector: {},
        ingress: [
          {
            from: [
              peer("a", "first"),
              peer("b", "first"),
              peer("b", "late"),
              peer("a", "late"),
              anywhere("first"),
              anywhere("host"),
              { namespaceSelector: { matchLabels: { team: "a" } } },
              { namespaceSelector: { matchLabels: { team: "c" } } },
            ],
          },
        ],
      }),
    ],
  });
  assert.deepEqual(
    deadPeers.map(({ path }) => path),
    [1, 3, 5, 7].map((index) => `spec.ingress[0].from[${index}]`),
  );
});

test("counts of pods, and of those that a policy certainly selects", () => {
  const { countedPods, selectedPods } = details({
    pods: [
      pod("a", { app: "web" }),
      pod("b", { app: "api" }),
      pod("c", { app: "web" }),
      pod("h", {}, { hostNetwork: true }),
    ],
    policies: [
      policy("web", { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Egress"] }),
      policy("odd", { podSelector: 1 }),
    ],
  });
  assert.deepEqual({ countedPods, selectedPods }, { countedPods: 3, selectedPods: 2 });
});

test("a policy that could open another family of addresses opens nothing here", () => {
  const { openings } = details({ policies: [policy("six", ingress({ from: [block("::/0")] }))] });
  assert.deepEqual(openings, []);
});

test("openings come by policy, ingress first", () => {
  const both = { podSelector: {}, ingress: [{}], egress: [{}] };
  const { openings } = details({
    pods: [pod("one", { app: "web" }), pod("two", { app: "api" })],
    policies: [policy("b", both), policy("a", { ...both, podSelector: { matchLabels: { app: "api" } } })],
  });
  assert.deepEqual(
    openings.map(({ policy: name, direction, workloads }) => `${name} ${direction} ${workloads.join(" ")}`),
    ["a ingress Pod/two", "a egress Pod/two", "b ingress Pod/one Pod/two", "b egress Pod/one Pod/two"],
  );
});

test("an opening counts as far as it goes for any of its pods, whichever comes first", () => {
  const { openings } = details({
    pods: [
      pod("a-six", {}, { owner: owner("StatefulSet", "db"), detail: detail({ podIPs: ["fd00::1"] }) }),
      pod("b-four", {}, { owner: owner("StatefulSet", "db"), detail: detail({ podIPs: ["10.0.0.1"] }) }),
    ],
    policies: [policy("six", ingress({ from: [block("::/0"), block("0.0.0.0/1")] }))],
    engine: { ipBlocksMatchPods: true },
  });
  assert.deepEqual(
    openings.map(({ openToCluster, openToExternal, externalShare }) => [
      openToCluster,
      openToExternal,
      externalShare,
    ]),
    [[true, true, 1]],
  );
});

test("openings name each policy that alone opens something, and for whom", () => {
  const { openings } = details({
    pods: [
      pod("a-0", { app: "a" }, { owner: owner("StatefulSet", "a") }),
      pod("b-0", { app: "b" }, { owner: owner("StatefulSet", "b") }),
      pod("b-1", { app: "b" }, { owner: owner("StatefulSet", "b") }),
    ],
    policies: [
      policy("z-all", ingress({})),
      policy("half", {
        podSelector: { matchLabels: { app: "b" } },
        ingress: [{ from: [block("0.0.0.0/1")] }],
      }),
      policy("pods", {
        podSelector: { matchLabels: { app: "a" } },
        egress: [{ to: [{ namespaceSelector: {} }] }],
      }),
      policy("narrow", ingress({ from: [{ podSelector: {} }] })),
      policy("deny", { podSelector: {} }),
    ],
  });
  assert.deepEqual(openings, [
    {
      policy: "half",
      direction: "ingress",
      openToCluster: false,
      openToExternal: false,
      externalShare: 0.5,
      workloads: ["StatefulSet/b"],
    },
    {
      policy: "pods",
      direction: "egress",
      openToCluster: true,
      openToExternal: false,
      externalShare: 0,
      workloads: ["StatefulSet/a"],
    },
    {
      policy: "z-all",
      direction: "ingress",
      openToCluster: true,
      openToExternal: true,
      externalShare: 1,
      workloads: ["StatefulSet/a", "StatefulSet/b"],
    },
  ]);
});

test("an opening counts as far as it goes for any of its pods", () => {
  const { openings } = details({
    pods: [
      pod("four", {}, { owner: owner("StatefulSet", "db"), detail: detail({ podIPs: ["10.0.0.1"] }) }),
      pod("six", {}, { owner: owner("StatefulSet", "db"), detail: detail({ podIPs: ["fd00::1"] }) }),
    ],
    policies: [policy("mixed", ingress({ from: [block("::/0"), block("0.0.0.0/1")] }))],
  });
  assert.deepEqual(openings, [
    {
      policy: "mixed",
      direction: "ingress",
      openToCluster: false,
      openToExternal: true,
      externalShare: 1,
      workloads: ["StatefulSet/db"],
    },
  ]);
});

test("over-broad rules say where they stand and what they admit", () => {
  const { overBroadRules } = details({
    policies: [
      policy("p", {
        podSelector: {},
        ingress: [
          {},
          {
            ports: [
              { port: 80 },
              { port: 90, endPort: 99, protocol: "UDP" },
              { port: "http" },
              { protocol: "SCTP" },
            ],
          },
          {
            from: [
              { namespaceSelector: {} },
              { podSelector: {} },
              { namespaceSelector: {}, podSelector: { matchLabels: { a: "b" } } },
            ],
          },
          {
            from: [
              block("10.0.0.0/16"),
              block("10.0.0.0/17"),
              block("10.0.0.0/15", "10.0.0.0/16"),
              block("2001:db8::/56"),
              block("2001:db8::/57"),
            ],
          },
        ],
        egress: [{ to: [block("0.0.0.0/0", "10.0.0.0/8")] }],
      }),
    ],
  });
  assert.deepEqual(
    overBroadRules.map(({ direction, path, reason, detail }) => `${direction} ${path} ${reason}: ${detail}`),
    [
      "ingress spec.ingress[0].from any-peer: everyone on all ports",
      'ingress spec.ingress[1].from any-peer: everyone on TCP 80, UDP 90-99, all of SCTP, TCP "http"',
      "ingress spec.ingress[2].from[0] all-namespaces: every pod in every namespace on all ports",
      "ingress spec.ingress[3].from[0] wide-addresses: addresses 10.0.0.0/16 on all ports",
      "ingress spec.ingress[3].from[2] wide-addresses: addresses 10.0.0.0/15 except 10.0.0.0/16 on all ports",
      "ingress spec.ingress[3].from[3] wide-addresses: addresses 2001:db8::/56 on all ports",
      "egress spec.egress[0].to[0] wide-addresses: addresses 0.0.0.0/0 except 10.0.0.0/8 on all ports",
    ],
  );
});

test("a rule with very many ports says how many more", () => {
  const ports = Array.from({ length: 25 }, (_, index) => ({ port: index + 1 }));
  const [rule] = details({ policies: [policy("p", ingress({ ports }))] }).overBroadRules;
  assert.equal(
    rule?.detail,
    "everyone on TCP 1, TCP 2, TCP 3, TCP 4, TCP 5, TCP 6, TCP 7, TCP 8, TCP 9, TCP 10 and 15 more",
  );
});

const many = Array.from({ length: 40 }, (_, index) => `team-${String(index).padStart(2, "0")}`);

test("dead peers select no counted pod of the cluster", () => {
  const peers = (...list: readonly unknown[]): unknown => ingress({ from: list });
  const { deadPeers } = details({
    namespaces: [
      namespace("web"),
      namespace("ops", { team: "ops" }),
      namespace("void", { team: "void" }),
      ...many.map((name) => namespace(name, { kind: "team" })),
    ],
    pods: [
      pod("one", { app: "web" }),
      pod("gone", { app: "gone" }, { finished: true }),
      pod("scraper", { app: "scraper" }, { namespace: "ops" }),
      ...many.map((name) => pod("x", { app: name === "team-39" ? "last" : "x" }, { namespace: name })),
    ],
    policies: [
      policy(
        "own",
        peers(
          { podSelector: { matchLabels: { app: "web" } } },
          { podSelector: { matchLabels: { app: "scraper" } } },
          { podSelector: { matchLabels: { app: "gone" } } },
        ),
      ),
      policy("far", {
        podSelector: {},
        policyTypes: ["Egress"],
        egress: [
          {
            to: [
              { namespaceSelector: {} },
              { namespaceSelector: { matchLabels: { team: "ops" } } },
              { namespaceSelector: { matchLabels: { team: "void" } } },
              { namespaceSelector: { matchLabels: { team: "nobody" } } },
              {
                namespaceSelector: { matchLabels: { team: "ops" } },
                podSelector: { matchLabels: { app: "scraper" } },
              },
              {
                namespaceSelector: { matchLabels: { team: "ops" } },
                podSelector: { matchLabels: { app: "web" } },
              },
              {
                namespaceSelector: { matchLabels: { kind: "team" } },
                podSelector: { matchLabels: { app: "last" } },
              },
              {
                namespaceSelector: { matchLabels: { kind: "team" } },
                podSelector: { matchLabels: { app: "web" } },
              },
              {
                namespaceSelector: {},
                podSelector: { matchExpressions: [{ key: "app", operator: "In", values: ["none", "last"] }] },
              },
              {
                namespaceSelector: {},
                podSelector: { matchExpressions: [{ key: "constructor", operator: "Exists" }] },
              },
              {
                namespaceSelector: {
                  matchExpressions: [{ key: "team", operator: "NotIn", values: ["ops"] }],
                },
                podSelector: { matchLabels: { app: "scraper" } },
              },
              block("10.0.0.0/8"),
            ],
          },
        ],
      }),
    ],
  });
  assert.deepEqual(
    deadPeers.map((peer) => `${peer.policy} ${peer.direction} ${peer.path}: ${peer.detail}`),
    [
      "far egress spec.egress[0].to[2]: every pod in namespaces with team=void",
      "far egress spec.egress[0].to[3]: every pod in namespaces with team=nobody",
      "far egress spec.egress[0].to[5]: pods with app=web in namespaces with team=ops",
      "far egress spec.egress[0].to[7]: pods with app=web in namespaces with kind=team",
      "far egress spec.egress[0].to[9]: pods with constructor in every namespace",
      "far egress spec.egress[0].to[10]: pods with app=scraper in namespaces with team notin (ops)",
      "own ingress spec.ingress[0].from[1]: pods with app=scraper in the same namespace",
      "own ingress spec.ingress[0].from[2]: pods with app=gone in the same namespace",
    ],
  );
});

const METADATA: readonly (readonly [
  says: string,
  spec: unknown,
  given: Given,
  addresses: readonly string[],
])[] = [
  ["egress that nothing isolates is another finding", { podSelector: {} }, {}, []],
  ["denied egress does not reach it", egress(), {}, []],
  ["a rule for pods does not reach it", egress({ to: [{ namespaceSelector: {} }] }), {}, []],
  ["an open egress is another finding", egress({}), {}, []],
  [
    "all addresses but the VPC's reach it",
    egress({ to: [block("0.0.0.0/0", "10.0.0.0/8")] }),
    {},
    ["169.254.169.254"],
  ],
  ["excepted it is not reached", egress({ to: [block("0.0.0.0/0", "169.254.169.254/32")] }), {}, []],
  ["the link-local range excepted neither", egress({ to: [block("0.0.0.0/0", "169.254.0.0/16")] }), {}, []],
  ["named alone it is", egress({ to: [block("169.254.169.254/32")] }), {}, ["169.254.169.254"]],
  [
    "on its port",
    egress({ to: [block("169.254.169.254/32")], ports: [{ port: 80 }] }),
    {},
    ["169.254.169.254"],
  ],
  ["not on another port", egress({ to: [block("169.254.169.254/32")], ports: [{ port: 443 }] }), {}, []],
  ["not on another protocol", egress({ ports: [{ port: 80, protocol: "UDP" }] }), {}, []],
  ["a ports-only rule for port 80 reaches it", egress({ ports: [{ port: 80 }] }), {}, ["169.254.169.254"]],
  ["a DNS rule does not", egress({ ports: [{ port: 53, protocol: "UDP" }, { port: 53 }] }), {}, []],
  [
    "an IPv6 cluster has its own address",
    egress({ to: [block("fd00:ec2::/32")] }),
    { ipFamily: "ipv6" },
    ["fd00:ec2::254"],
  ],
  [
    "an IPv6 block around the same number does not",
    egress({ to: [block("::/96")], ports: [{ port: 80 }] }),
    {},
    [],
  ],
  ["which IPv4 rules do not reach", egress({ to: [block("169.254.169.254/32")] }), { ipFamily: "ipv6" }, []],
];

for (const [says, spec, given, addresses] of METADATA) {
  test(`instance metadata: ${says}`, () => {
    const { metadataEgress } = details({ ...given, policies: [policy("p", spec)] });
    assert.deepEqual(
      metadataEgress,
      addresses.map((address) => ({ workload: "Pod/one", address, policies: ["p"] })),
    );
  });
}

test("instance metadata: one reaching pod of a workload is enough", () => {
  const replica = (name: string, app: string) => pod(name, { app }, { owner: owner("StatefulSet", "db") });
  const { metadataEgress } = details({
    pods: [replica("db-0", "closed"), replica("db-1", "open")],
    policies: [
      policy("closed", { podSelector: {}, policyTypes: ["Egress"] }),
      policy("open", {
        podSelector: { matchLabels: { app: "open" } },
        policyTypes: ["Egress"],
        egress: [{ ports: [{ port: 80 }] }],
      }),
    ],
  });
  assert.deepEqual(metadataEgress, [
    { workload: "StatefulSet/db", address: "169.254.169.254", policies: ["open"] },
  ]);
});

test("a pod on the host's network is no peer", () => {
  const { deadPeers } = details({
    pods: [pod("one", { app: "web" }), pod("agent", { app: "agent" }, { hostNetwork: true })],
    policies: [policy("p", ingress({ from: [{ podSelector: { matchLabels: { app: "agent" } } }] }))],
  });
  assert.deepEqual(
    deadPeers.map(({ path }) => path),
    ["spec.ingress[0].from[0]"],
  );
});

test("every policy that lets metadata through is named", () => {
  const { metadataEgress } = details({
    policies: [
      policy("b", egress({ ports: [{ port: 80 }] })),
      policy("a", egress({ to: [block("169.254.0.0/16")] })),
      policy("c", egress()),
    ],
  });
  assert.deepEqual(metadataEgress, [
    { workload: "Pod/one", address: "169.254.169.254", policies: ["a", "b"] },
  ]);
});

test("a policy of an API that the engine does not implement counts for nothing and is said so", () => {
  const raw = {
    apiVersion: "cilium.io/v2",
    kind: "CiliumNetworkPolicy",
    metadata: { name: "l7", namespace: "web" },
    spec: { endpointSelector: {} },
  };
  const isolation = assess({
    pods: [pod("one"), pod("far", {}, { namespace: "other" })],
    other: {
      ...NO_OTHER,
      ciliumNetworkPolicies: seen([raw]),
      clusterNetworkPolicies: seen([
        {
          apiVersion: "policy.networking.k8s.io/v1alpha2",
          kind: "ClusterNetworkPolicy",
          metadata: { name: "cnp" },
        },
      ]),
    },
  });
  const because = "the engine of this cluster does not implement this API, so the policy counts for nothing";
  const cluster = { policy: "ClusterNetworkPolicy.policy.networking.k8s.io/cnp", because };
  assert.deepEqual(detailOf(isolation).ignoredPolicies, [
    { policy: "CiliumNetworkPolicy.cilium.io/l7", because },
    cluster,
  ]);
  assert.deepEqual(detailOf(isolation, "other").ignoredPolicies, [cluster]);
  assert.deepEqual(
    isolation.namespaces.map(({ policies }) => policies),
    [[], []],
  );
});

const NAMED_PORTS: readonly (readonly [spec: unknown, expected: boolean])[] = [
  [ingress({ ports: [{ port: 80 }, { port: "http" }] }), true],
  [ingress({ ports: [{ port: 80 }] }), false],
  [ingress({}), false],
  // A named port of an egress rule is resolved on the destination's pods, wherever they are.
  [egress({ ports: [{ port: "http" }] }), false],
  [{ podSelector: {}, ingress: "http" }, false],
  [undefined, false],
];

for (const [spec, expected] of NAMED_PORTS) {
  test(`${JSON.stringify(spec)} ${expected ? "needs" : "does not need"} container ports`, () => {
    assert.equal(usesNamedPort(policy("p", spec)), expected);
  });
}

test("doubtful policies perhaps select a pod, and none for sure", () => {
  const cluster = {
    apiVersion: "policy.networking.k8s.io/v1alpha1",
    kind: "AdminNetworkPolicy",
    metadata: { name: "wide" },
    spec: { priority: 1, subject: { namespaces: { futureSelector: 1 } }, ingress: [] },
  };
  const { doubtfulPolicies } = details({
    policies: [
      policy("odd", { podSelector: { futureSelector: 1 } }),
      policy("sure", { podSelector: {} }),
      policy("dead", { podSelector: { matchLabels: { app: "nobody" } } }),
    ],
    other: { ...NO_OTHER, adminNetworkPolicies: seen([cluster]) },
    engine: { implements: { ...IMPLEMENTS_NONE, adminNetworkPolicies: true } },
  });
  assert.deepEqual(
    doubtfulPolicies.map(({ policy: name, clusterWide }) => [name, clusterWide]),
    [
      ["AdminNetworkPolicy.policy.networking.k8s.io/wide", true],
      ["odd", false],
    ],
  );
  for (const { because } of doubtfulPolicies)
    assert.match(because, /a field that we do not know, "futureSelector"/);
});
