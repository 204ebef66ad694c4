// Single connections: egress of the source and ingress of the destination, with the reason.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Endpoint } from "../../lib/netpol/endpoint.ts";
import { endpointInWords } from "../../lib/netpol/endpoint.ts";
import { createQuestionBudget } from "../../lib/netpol/work-budget.ts";
import { createReachability } from "../../lib/netpol/reachability.ts";
import { detail, input, namespace, owner, pod, policy, type Given } from "./build-input.ts";

const api = pod(
  "api-0",
  { app: "api" },
  {
    owner: owner("StatefulSet", "api"),
    detail: detail({
      podIPs: ["10.0.0.7"],
      ports: [
        ["http", 8080],
        ["dns", 53, "UDP"],
      ],
    }),
  },
);
const WORLD: Given = {
  namespaces: [namespace("web"), namespace("ops", { team: "ops" })],
  pods: [
    api,
    pod("client-a", { app: "client" }, { owner: owner("ReplicaSet", "client") }),
    pod("client-b", { app: "client" }, { owner: owner("ReplicaSet", "client") }),
    pod("scraper", { app: "scraper" }, { namespace: "ops" }),
    pod("stranger", { app: "api" }, { namespace: "ops" }),
    pod("host", { app: "client" }, { hostNetwork: true }),
    pod("done", { app: "client" }, { finished: true }),
  ],
};

function endpoint(text: string): Endpoint {
  if (text === "external") return { kind: "external" };
  const [namespaceName, kind, name] = text.split("/");
  if (namespaceName === undefined || kind === undefined || name === undefined)
    return { kind: "address", address: text };
  return { kind: "workload", namespace: namespaceName, workload: { kind, name } };
}

const ingress = (...rules: readonly unknown[]): unknown => ({
  podSelector: { matchLabels: { app: "api" } },
  ingress: rules,
});
const fromClient = { podSelector: { matchLabels: { app: "client" } } };
const API = "web/StatefulSet/api";
const CLIENT = "web/ReplicaSet/client";

type Row = readonly [
  says: string,
  policies: readonly unknown[],
  from: string,
  to: string,
  port: number | string,
  allowed: boolean | null,
  more?: Given,
];

const ROWS: readonly Row[] = [
  ["nothing selects either end", [], CLIENT, API, 80, true],
  ["the kind in any case", [], "web/replicaset/client", "web/STATEFULSET/api", 80, true],
  ["denied ingress", [ingress()], CLIENT, API, 80, false],
  ["allowed by its label", [ingress({ from: [fromClient] })], CLIENT, API, 80, true],
  [
    "the same label in another namespace",
    [ingress({ from: [{ podSelector: { matchLabels: { app: "scraper" } } }] })],
    "ops/Pod/scraper",
    API,
    80,
    false,
  ],
  [
    "another namespace by its label",
    [ingress({ from: [{ namespaceSelector: { matchLabels: { team: "ops" } } }] })],
    "ops/Pod/scraper",
    API,
    80,
    true,
  ],
  [
    "its pod by both selectors",
    [
      ingress({
        from: [
          {
            namespaceSelector: { matchLabels: { team: "ops" } },
            podSelector: { matchLabels: { app: "scraper" } },
          },
        ],
      }),
    ],
    "ops/Pod/stranger",
    API,
    80,
    false,
  ],
  [
    "two peers are either",
    [
      ingress({
        from: [
          { namespaceSelector: { matchLabels: { team: "ops" } } },
          { podSelector: { matchLabels: { app: "scraper" } } },
        ],
      }),
    ],
    "ops/Pod/stranger",
    API,
    80,
    true,
  ],
  ["the first port of a range", [ingress({ ports: [{ port: 80, endPort: 90 }] })], CLIENT, API, 80, true],
  ["the last port of a range", [ingress({ ports: [{ port: 80, endPort: 90 }] })], CLIENT, API, 90, true],
  ["the port after a range", [ingress({ ports: [{ port: 80, endPort: 90 }] })], CLIENT, API, 91, false],
  ["the port before a range", [ingress({ ports: [{ port: 80, endPort: 90 }] })], CLIENT, API, 79, false],
  ["another protocol", [ingress({ ports: [{ port: 80, protocol: "UDP" }] })], CLIENT, API, 80, false],
  ["a named port of a rule", [ingress({ ports: [{ port: "http" }] })], CLIENT, API, 8080, true],
  ["another port than the named one", [ingress({ ports: [{ port: "http" }] })], CLIENT, API, 80, false],
  ["a named port in the question", [ingress({ ports: [{ port: 8080 }] })], CLIENT, API, "http", true],
  ["a name that the pod does not have", [], CLIENT, API, "grpc", null],
  ["a name of another protocol", [], CLIENT, API, "dns", null],
  ["a name of an address", [], CLIENT, "1.2.3.4", "http", null],
  ["a name of a pod that was not read", [], API, CLIENT, "http", null],
  [
    "a named port of a rule for a pod that was not read",
    [{ podSelector: { matchLabels: { app: "client" } }, ingress: [{ ports: [{ port: "http" }] }] }],
    API,
    CLIENT,
    80,
    null,
  ],
  [
    "the source's egress counts as well",
    [{ podSelector: { matchLabels: { app: "client" } }, policyTypes: ["Egress"] }],
    CLIENT,
    API,
    80,
    false,
  ],
  [
    "egress to a named port of the destination",
    [
      {
        podSelector: { matchLabels: { app: "client" } },
        policyTypes: ["Egress"],
        egress: [{ ports: [{ port: "http" }] }],
      },
    ],
    CLIENT,
    API,
    8080,
    true,
  ],
  [
    "egress to another port",
    [
      {
        podSelector: { matchLabels: { app: "client" } },
        policyTypes: ["Egress"],
        egress: [{ ports: [{ port: "http" }] }],
      },
    ],
    CLIENT,
    API,
    80,
    false,
  ],
  [
    "allowed there, denied here",
    [{ podSelector: { matchLabels: { app: "client" } }, policyTypes: ["Egress"], egress: [{}] }, ingress()],
    CLIENT,
    API,
    80,
    false,
  ],
  [
    "from an address outside",
    [ingress({ from: [{ ipBlock: { cidr: "1.2.3.0/24", except: ["1.2.3.4/32"] } }] })],
    "1.2.3.5",
    API,
    80,
    true,
  ],
  [
    "from an excepted address",
    [ingress({ from: [{ ipBlock: { cidr: "1.2.3.0/24", except: ["1.2.3.4/32"] } }] })],
    "1.2.3.4",
    API,
    80,
    false,
  ],
  [
    "from an address of the other family",
    [ingress({ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] })],
    "::1",
    API,
    80,
    false,
  ],
  ["an address is no pod", [ingress({ from: [{ namespaceSelector: {} }] })], "10.0.0.9", API, 80, false],
  [
    "external through /0",
    [ingress({ from: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }] })],
    "external",
    API,
    80,
    true,
  ],
  [
    "external through two halves: no address is in neither",
    [ingress({ from: [{ ipBlock: { cidr: "0.0.0.0/1" } }, { ipBlock: { cidr: "128.0.0.0/1" } }] })],
    "external",
    API,
    80,
    null,
  ],
  [
    "external through two halves on other ports",
    [
      ingress({ from: [{ ipBlock: { cidr: "0.0.0.0/1" } }] }),
      ingress({ from: [{ ipBlock: { cidr: "128.0.0.0/1" } }], ports: [{ port: 443 }] }),
    ],
    "external",
    API,
    80,
    false,
  ],
  [
    "external through three quarters",
    [ingress({ from: [{ ipBlock: { cidr: "0.0.0.0/1" } }, { ipBlock: { cidr: "128.0.0.0/2" } }] })],
    "external",
    API,
    80,
    false,
  ],
  [
    "external through two halves beside an empty rule",
    [ingress({}, { from: [{ ipBlock: { cidr: "0.0.0.0/1" } }, { ipBlock: { cidr: "128.0.0.0/1" } }] })],
    "external",
    API,
    80,
    true,
  ],
  ["external through an empty rule", [ingress({})], "external", API, 80, true],
  [
    "to external",
    [{ podSelector: {}, policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: { cidr: "::/0" } }] }] }],
    CLIENT,
    "external",
    443,
    true,
  ],
  [
    "an ipBlock is not for pods",
    [{ podSelector: {}, policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }] }],
    CLIENT,
    API,
    80,
    false,
  ],
  [
    "unless the engine matches them",
    [{ podSelector: {}, policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }] }],
    CLIENT,
    API,
    80,
    true,
    { engine: { ipBlocksMatchPods: true } },
  ],
  [
    "there an except counts too",
    [
      {
        podSelector: {},
        policyTypes: ["Egress"],
        egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.0.0.0/24"] } }] }],
      },
    ],
    CLIENT,
    API,
    80,
    false,
    { engine: { ipBlocksMatchPods: true } },
  ],
  [
    "and an address that was not read is not guessed",
    [
      {
        podSelector: { matchLabels: { app: "api" } },
        policyTypes: ["Egress"],
        egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }],
      },
    ],
    API,
    CLIENT,
    80,
    null,
    { engine: { ipBlocksMatchPods: true } },
  ],
  [
    "a pod cannot block access to itself",
    [{ podSelector: {}, policyTypes: ["Ingress", "Egress"] }],
    API,
    API,
    80,
    true,
  ],
  [
    "but replicas are others",
    [{ podSelector: {}, policyTypes: ["Ingress", "Egress"] }],
    CLIENT,
    CLIENT,
    80,
    false,
  ],
  ["a pod on the host's network", [], "web/Pod/host", API, 80, null],
  ["a finished pod is no one", [], "web/Pod/done", API, 80, null],
  ["a workload that is not there", [], "web/Deployment/none", API, 80, null],
  ["an address that is none", [], "10.0.0.300", API, 80, null],
  ["addresses among themselves", [], "external", "1.2.3.4", 80, null],
  ["a policy that cannot be read", [ingress({ from: [{ futurePeer: {} }] })], CLIENT, API, 80, null],
  [
    "a policy that cannot be read beside one that allows",
    [ingress({ from: [{ futurePeer: {} }] }), ingress({ from: [fromClient] })],
    CLIENT,
    API,
    80,
    true,
  ],
  ["denied by the engine's default", [], CLIENT, API, 80, false, { engine: { unselectedPods: "denied" } }],
  ["a default that is not known", [], CLIENT, API, 80, null, { engine: { unselectedPods: null } }],
];

for (const [says, specs, from, to, port, allowed, more] of ROWS) {
  test(`probe: ${says}`, () => {
    const policies = specs.map((spec, index) => policy(`p${index}`, spec));
    const { isAllowed } = createReachability(input({ ...WORLD, policies, ...more }));
    const reach = isAllowed(endpoint(from), endpoint(to), { port, protocol: "TCP" });
    assert.equal(reach.allowed, allowed, reach.because);
    assert.ok(reach.because.length > 0);
  });
}

test("every pair of pods has to get through", () => {
  const mixed: Given = {
    pods: [
      api,
      pod("a", { app: "client" }, { owner: owner("ReplicaSet", "mixed") }),
      pod("b", { app: "other" }, { owner: owner("ReplicaSet", "mixed") }),
    ],
    policies: [policy("p", ingress({ from: [fromClient] }))],
  };
  const { isAllowed, whoCanReach } = createReachability(input(mixed));
  const http = { port: 80, protocol: "TCP" } as const;
  assert.equal(isAllowed(endpoint("web/ReplicaSet/mixed"), endpoint(API), http).allowed, false);
  // Who can reach: it takes one pod.
  assert.deepEqual(
    whoCanReach(endpoint(API), http).map(({ from, allowed }) => [endpointInWords(from), allowed]),
    [
      ["web/ReplicaSet/mixed", true],
      [API, true],
    ],
  );
});

test("the reason names the policies", () => {
  const policies = [
    policy("deny", { podSelector: {} }),
    policy("allow", ingress({ from: [fromClient], ports: [{ port: 80 }] })),
  ];
  const { isAllowed } = createReachability(input({ ...WORLD, policies }));
  const ask = (port: number): string =>
    isAllowed(endpoint(CLIENT), endpoint(API), { port, protocol: "TCP" }).because;
  assert.equal(
    ask(80),
    "nothing denies it for egress of web/ReplicaSet/client; allow allows it for ingress of web/StatefulSet/api",
  );
  assert.equal(
    ask(81),
    "no rule allows it for ingress of web/StatefulSet/api, which is isolated by allow, deny",
  );
});

test("the reason where nobody's rule decides", () => {
  const { isAllowed } = createReachability(input({ ...WORLD, engine: { unselectedPods: "denied" } }));
  const http = { port: 80, protocol: "TCP" } as const;
  const ask = (from: string, to: string): string => isAllowed(endpoint(from), endpoint(to), http).because;
  assert.equal(
    ask(CLIENT, API),
    "no rule allows it for egress of web/ReplicaSet/client, which is isolated by the engine's default",
  );
  assert.equal(ask("web/Pod/none", API), "no live pod of web/Pod/none is known");
  assert.equal(ask(API, "web/Pod/none"), "no live pod of web/Pod/none is known");
  assert.equal(ask("external", "1.2.3.4"), "no pod takes part, so no policy decides it");
});

test("the reason names several policies that allow it, and asks for a port name of the receiver", () => {
  const policies = [
    policy("b", ingress({ from: [fromClient] })),
    policy("a", ingress({ ports: [{ port: 80 }] })),
  ];
  const { isAllowed } = createReachability(input({ ...WORLD, policies }));
  const ask = (to: string, port: number | string): string =>
    isAllowed(endpoint(CLIENT), endpoint(to), { port, protocol: "TCP" }).because;
  assert.match(ask(API, 80), /; a, b allows it for ingress of web\/StatefulSet\/api$/);
  assert.equal(ask("ops/Pod/scraper", "http"), "the container ports of ops/Pod/scraper were not read");
  assert.equal(ask("1.2.3.4", "http"), "port http is a name, and an address has no named ports");
});

test("a port name in an egress rule is a port of each receiver", () => {
  const toHttp = {
    podSelector: { matchLabels: { app: "client" } },
    policyTypes: ["Egress"],
    egress: [{ ports: [{ port: "http" }] }],
  };
  const other = pod(
    "other",
    {},
    { owner: owner("StatefulSet", "other"), detail: detail({ ports: [["http", 9090]] }) },
  );
  const { isAllowed } = createReachability(
    input({ ...WORLD, pods: [...(WORLD.pods ?? []), other], policies: [policy("p", toHttp)] }),
  );
  const ask = (to: string, port: number): boolean | null =>
    isAllowed(endpoint(CLIENT), endpoint(to), { port, protocol: "TCP" }).allowed;
  const OTHER = "web/StatefulSet/other";
  assert.deepEqual(
    [ask(API, 8080), ask(OTHER, 9090), ask(OTHER, 8080), ask(API, 9090), ask("1.2.3.4", 8080)],
    [true, true, false, false, false],
  );
});

test("what is beyond the budget of a run is unknown, and what was decided before stays", () => {
  const sources = Array.from({ length: 20 }, (_, index) =>
    pod(
      `c${index}`,
      { app: index % 2 === 0 ? "client" : "other" },
      { owner: owner("StatefulSet", `c${index}`) },
    ),
  );
  const given = input({
    pods: [api, ...sources],
    policies: [policy("p", ingress({ from: [fromClient] }))],
  });
  const http = { port: 80, protocol: "TCP" } as const;
  const ask = (steps: number) =>
    createReachability(given, () => false, createQuestionBudget(steps)).whoCanReach(endpoint(API), http);
  const all = ask(1_000);
  assert.equal(all.length, 11, "ten clients and the pod itself");
  assert.ok(all.every(({ allowed }) => allowed === true));
  // For external, and for some of the sources: one step for the egress of each, two for the ingress.
  const some = ask(2 + 3 * 6);
  assert.deepEqual(some.slice(0, 3), all.slice(0, 3));
  const unknown = some.filter(({ allowed }) => allowed === null);
  assert.equal(unknown.length, 14, "nobody who was not asked about is left out");
  for (const { because } of unknown) assert.match(because, /ask about a single pod, as NAMESPACE\/Pod\/NAME/);
  assert.deepEqual(ask(2 + 3 * 6), some, "the same each time");
});

test("who can reach lists external and every workload, the doubtful too", () => {
  const policies = [policy("allow", ingress({ from: [fromClient, { ipBlock: { cidr: "0.0.0.0/0" } }] }))];
  const { whoCanReach } = createReachability(input({ ...WORLD, policies }));
  const reachers = whoCanReach(endpoint(API), { port: 80, protocol: "TCP" });
  assert.deepEqual(
    reachers.map(({ from, allowed }) => [endpointInWords(from), allowed]),
    [
      ["external", true],
      ["web/Pod/host", null],
      [CLIENT, true],
      [API, true],
    ],
  );
});

const PATHS: readonly (readonly [
  says: string,
  specs: readonly unknown[],
  port: number | string,
  paths: readonly string[],
  more?: Given,
])[] = [
  ["nothing isolates it", [], 80, ["- : nothing isolates it for ingress"]],
  ["closed", [ingress()], 80, []],
  ["the own namespace is no path", [ingress({ from: [{ podSelector: {} }] })], 80, []],
  [
    "everyone on this port",
    [ingress({}), ingress({ ports: [{ port: 80 }] }), ingress({ ports: [{ port: 81 }] })],
    80,
    ["p0 spec.ingress[0].from: everyone", "p1 spec.ingress[0].from: everyone"],
  ],
  [
    "every namespace",
    [ingress({ from: [fromClient, { namespaceSelector: {} }] })],
    80,
    ["p0 spec.ingress[0].from[1]: every pod in every namespace"],
  ],
  [
    "every namespace, some pods",
    [ingress({ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: "none" } } }] })],
    80,
    ["p0 spec.ingress[0].from[0]: pods with app=none in every namespace"],
  ],
  [
    "one other namespace",
    [ingress({ from: [{ namespaceSelector: { matchLabels: { team: "ops" } } }] })],
    80,
    ["p0 spec.ingress[0].from[0]: every pod in namespaces with team=ops"],
  ],
  [
    "a selector for the own namespace alone",
    [ingress({ from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "web" } } }] })],
    80,
    [],
  ],
  [
    "a selector for a namespace that is not there",
    [ingress({ from: [{ namespaceSelector: { matchLabels: { team: "none" } } }] })],
    80,
    [],
  ],
  ["addresses are not namespaces", [ingress({ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] })], 80, []],
  [
    "unless the engine matches pods",
    [ingress({ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] })],
    80,
    ["p0 spec.ingress[0].from[0]: addresses 0.0.0.0/0"],
    { engine: { ipBlocksMatchPods: true } },
  ],
  ["a named port", [ingress({ ports: [{ port: "http" }] })], "http", ["p0 spec.ingress[0].from: everyone"]],
  [
    "a port that the pod does not name",
    [ingress()],
    "grpc",
    ["?: web/StatefulSet/api has no TCP port named grpc"],
  ],
  [
    "what cannot be read may be a path",
    [ingress({ from: [{ futurePeer: 1 }] })],
    80,
    ['?: NetworkPolicy p0: spec.ingress[0].from[0] has a field that we do not know, "futurePeer"'],
  ],
];

for (const [says, specs, port, paths, more] of PATHS) {
  test(`open path: ${says}`, () => {
    const policies = specs.map((spec, index) => policy(`p${index}`, spec));
    const { openPaths } = createReachability(input({ ...WORLD, policies, ...more }));
    const found = openPaths(endpoint(API), { port, protocol: "TCP" });
    assert.deepEqual(
      found?.map((path) => `${path.certain ? `${path.policy ?? "-"} ${path.path}` : "?"}: ${path.detail}`),
      paths,
    );
  });
}

test("no path to a workload that is not there", () => {
  const { openPaths } = createReachability(input(WORLD));
  assert.deepEqual(openPaths({ kind: "external" }, { port: 80, protocol: "TCP" }), []);
  assert.equal(openPaths(endpoint("web/Deployment/none"), { port: 80, protocol: "TCP" }), null);
});

test("what is allowed is peers times ports, in order", () => {
  const policies = [
    policy("deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] }),
    policy(
      "allow",
      ingress({
        from: [fromClient, { ipBlock: { cidr: "10.0.0.0/8" } }],
        ports: [{ port: 80 }, { port: "http" }],
      }),
    ),
  ];
  const { allowed } = createReachability(input({ ...WORLD, policies }));
  const inward = allowed(endpoint(API), "ingress")?.map(({ rules, otherwise }) => ({
    rules: rules.map((rule) => `${rule.action} ${rule.policy}: ${rule.detail} ${rule.ports}`),
    otherwise,
  }));
  assert.deepEqual(inward, [
    {
      rules: [
        "allow allow: pods with app=client in the same namespace on TCP 80, TCP 8080",
        "allow allow: addresses 10.0.0.0/8 on TCP 80, TCP 8080",
      ],
      otherwise: "deny",
    },
  ]);
  assert.deepEqual(allowed(endpoint(API), "egress"), [{ rules: [], otherwise: "deny", doubts: [] }]);
  assert.deepEqual(allowed(endpoint("ops/Pod/scraper"), "egress"), [
    { rules: [], otherwise: "allow", doubts: [] },
  ]);
  assert.equal(allowed(endpoint("web/Pod/none"), "egress"), null);
  assert.deepEqual(allowed({ kind: "external" }, "egress"), []);
});
