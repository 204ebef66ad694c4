// What a namespace's report says: workloads, counts, dead policies, default-deny states and posture.

import assert from "node:assert/strict";
import { test } from "node:test";
import { seen } from "../../lib/model/observed.ts";
import type { PodException } from "../../lib/model/enforcement-detail.ts";
import type { Pod } from "../../lib/model/kubernetes.ts";
import type { UnprocessedPolicy } from "../../lib/model/unprocessed-policies.ts";
import {
  assess,
  detail,
  enforcement,
  job,
  namespace,
  namespaceOf,
  owner,
  pod,
  policy,
  verdictText,
  workloadOf,
  IMPLEMENTS_NONE,
  NO_OTHER,
  type Given,
} from "./build-input.ts";

const DENY = { podSelector: {} };
const DENY_BOTH = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };
const ALLOW_ALL = { podSelector: {}, ingress: [{}] };
const only = (app: string, more: object = {}): unknown => ({
  podSelector: { matchLabels: { app } },
  ...more,
});

const deployed = (name: string, hash: string, labels = {}): Pod =>
  pod(
    `${name}-${hash}-abcde`,
    { ...labels, "pod-template-hash": hash },
    { owner: owner("ReplicaSet", `${name}-${hash}`) },
  );

test("namespaces come in code-unit order, those that are only referred to as well", () => {
  const { namespaces, details } = assess({
    namespaces: [namespace("b"), namespace("B")],
    pods: [pod("one", {}, { namespace: "a" })],
    policies: [policy("p", DENY, "__proto__")],
  });
  const names = ["B", "__proto__", "a", "b"];
  assert.deepEqual(
    namespaces.map(({ name }) => name),
    names,
  );
  assert.deepEqual(
    details.map(({ name }) => name),
    names,
  );
});

test("a namespace's labels are its own, and its name is one of them", () => {
  const byName = {
    podSelector: {},
    ingress: [{ from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ops" } } }] }],
  };
  const isolation = assess({
    pods: [pod("one"), pod("two", {}, { namespace: "ops" })],
    policies: [policy("p", byName)],
  });
  assert.deepEqual(
    isolation.details.map(({ deadPeers }) => deadPeers),
    [[], []],
  );
});

test("pods are grouped to the workload that people know", () => {
  const isolation = assess({
    pods: [
      deployed("api", "5d4f"),
      deployed("api", "77c9"),
      deployed("my-5d4f", "5d4f"),
      pod("loose-x", {}, { owner: owner("ReplicaSet", "loose-5d4f") }),
      pod("odd-x", { "pod-template-hash": "zz" }, { owner: owner("ReplicaSet", "odd-5d4f") }),
      pod("empty-x", { "pod-template-hash": "" }, { owner: owner("ReplicaSet", "empty-") }),
      pod("tick-1-x", {}, { owner: owner("Job", "tick-1") }),
      pod("tick-2-x", {}, { owner: owner("Job", "tick-2") }),
      pod("once-x", {}, { owner: owner("Job", "once") }),
      pod("db-0", {}, { owner: owner("StatefulSet", "db") }),
      pod("static-node", {}, { owner: owner("Node", "node-1") }),
      pod("bare"),
      pod("proto-x", {}, { owner: owner("__proto__", "constructor") }),
    ],
    jobs: [
      job("tick-1", "tick"),
      job("tick-2", "tick"),
      job("once", null),
      job("once", "elsewhere", "other"),
    ],
  });
  const workloads = namespaceOf(isolation).workloads.map(
    ({ kind, name, pods }) => `${kind}/${name} ${pods.counted}`,
  );
  assert.deepEqual(workloads, [
    "CronJob/tick 2",
    "Deployment/api 2",
    "Deployment/my-5d4f 1",
    "Job/once 1",
    "Pod/bare 1",
    "Pod/static-node 1",
    "ReplicaSet/empty- 1",
    "ReplicaSet/loose-5d4f 1",
    "ReplicaSet/odd-5d4f 1",
    "StatefulSet/db 1",
    "__proto__/constructor 1",
  ]);
});

test("without the jobs a job stays a job", () => {
  const isolation = assess({ pods: [pod("tick-1-x", {}, { owner: owner("Job", "tick-1") })] });
  assert.equal(workloadOf(isolation, "Job/tick-1").pods.counted, 1);
});

test("hostNetwork, finished and terminating pods are out of the count", () => {
  const isolation = assess({
    pods: [
      pod("live"),
      pod("host", {}, { hostNetwork: true }),
      pod("done", {}, { finished: true }),
      pod("going", {}, { terminating: true }),
      pod("host-done", {}, { hostNetwork: true, finished: true }),
    ],
    policies: [policy("deny", DENY)],
  });
  const { workloads } = namespaceOf(isolation);
  assert.deepEqual(
    workloads.map(({ name, pods, hostNetwork }) => [name, pods.counted, hostNetwork]),
    [
      ["host", 0, true],
      ["live", 1, false],
    ],
  );
  const host = workloadOf(isolation, "Pod/host");
  assert.equal(verdictText(host.ingress), "? ? ? ?");
  assert.match(host.ingress.because ?? "", /host's network/);
  assert.deepEqual(host.pods, { counted: 0, isolatedIngress: 0, isolatedEgress: 0 });
});

test("pods whose labels differ keep their own verdict: isolated only if all are, open if any is", () => {
  const isolation = assess({
    pods: [
      deployed("api", "1", { app: "api" }),
      deployed("api", "2", { app: "api", canary: "yes" }),
      deployed("api", "2", { app: "api", canary: "yes" }),
    ],
    policies: [
      policy("stable", {
        podSelector: { matchExpressions: [{ key: "canary", operator: "DoesNotExist" }] },
        policyTypes: ["Ingress", "Egress"],
      }),
      policy("canary", { podSelector: { matchLabels: { canary: "yes" } }, ingress: [{}] }),
    ],
  });
  const { pods, ingress, egress } = workloadOf(isolation, "Deployment/api");
  assert.deepEqual(pods, { counted: 3, isolatedIngress: 3, isolatedEgress: 1 });
  assert.equal(verdictText(ingress), "isolated cluster external 1");
  assert.deepEqual(ingress.policies, ["canary", "stable"]);
  assert.deepEqual(ingress.nullifiedBy, ["canary"]);
  assert.equal(verdictText(egress), "- cluster external 1");
  assert.deepEqual(egress.policies, ["stable"]);
  assert.deepEqual(egress.nullifiedBy, []);
});

test("one pod that is unknown makes its workload unknown, unless another one settles it", () => {
  const odd = policy("odd", only("odd", { ingress: [{ from: [{ futurePeer: 1 }] }] }));
  const quiet = deployed("api", "1", { app: "quiet" });
  const unknown = assess({
    pods: [deployed("api", "1", { app: "odd" }), quiet],
    policies: [odd, policy("deny", DENY)],
  });
  assert.equal(verdictText(workloadOf(unknown, "Deployment/api").ingress), "isolated ? ? ?");
  const settled = assess({
    pods: [deployed("api", "1", { app: "odd" }), quiet],
    policies: [odd, policy("deny", DENY), policy("open", only("quiet", { ingress: [{}] }))],
  });
  assert.equal(verdictText(workloadOf(settled, "Deployment/api").ingress), "isolated cluster external 1");
  const unselected = assess({
    pods: [deployed("api", "1", { app: "odd" }), quiet],
    policies: [policy("odd", { podSelector: { futureSelector: 1 } }), policy("deny", only("odd"))],
  });
  const { pods, ingress } = workloadOf(unselected, "Deployment/api");
  assert.equal(verdictText(ingress), "? ? ? ?");
  assert.equal(pods.isolatedIngress, null);
});

test("dead policies select no counted pod", () => {
  const isolation = assess({
    pods: [
      pod("web", { app: "web" }),
      pod("host", { app: "host" }, { hostNetwork: true }),
      pod("far", { app: "far" }, { namespace: "other" }),
    ],
    policies: [
      policy("z-live", only("web")),
      policy("a-typo", only("wbe")),
      policy("host-only", only("host")),
      policy("elsewhere", only("far")),
      policy("unreadable", { podSelector: { what: 1 } }),
    ],
  });
  const { policies, deadPolicies } = namespaceOf(isolation);
  assert.deepEqual(policies, ["a-typo", "elsewhere", "host-only", "unreadable", "z-live"]);
  assert.deepEqual(deadPolicies, ["a-typo", "elsewhere", "host-only"]);
});

const DEFAULT_DENIES: readonly (readonly [
  says: string,
  specs: readonly unknown[],
  ingress: string,
  egress: string,
])[] = [
  ["no policy", [], "absent", "absent"],
  ["ingress", [DENY], "effective", "absent"],
  ["both", [DENY_BOTH], "effective", "effective"],
  ["egress only", [{ ...DENY, policyTypes: ["Egress"] }], "absent", "effective"],
  ["a podSelector that is not empty", [only("web")], "absent", "absent"],
  ["any rule", [{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }], "absent", "absent"],
  ["beside an allow-all", [DENY, ALLOW_ALL], "nullified", "absent"],
  ["beside an allow-all for some pods", [DENY, only("web", { ingress: [{}] })], "nullified", "absent"],
  [
    "beside an opening to all addresses",
    [DENY, { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }] }],
    "nullified",
    "absent",
  ],
  [
    "beside an opening on one port",
    [DENY, { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }],
    "effective",
    "absent",
  ],
  [
    "beside an allow-all for the other direction",
    [DENY, { podSelector: {}, policyTypes: ["Egress"], egress: [{}] }],
    "effective",
    "absent",
  ],
  [
    "beside a policy that cannot be read",
    [DENY, { podSelector: {}, ingress: [{ from: [{ futurePeer: 1 }] }] }],
    "declared",
    "absent",
  ],
  ["a policy whose selector cannot be read", [{ podSelector: { what: 1 } }], "unknown", "absent"],
  [
    "a policy whose types cannot be read",
    [{ podSelector: {}, policyTypes: ["egress"] }],
    "unknown",
    "unknown",
  ],
  ["an unreadable selector with rules", [{ podSelector: { what: 1 }, ingress: [{}] }], "absent", "absent"],
  ["an unreadable rule is a rule or none", [{ podSelector: {}, ingress: ["what"] }], "unknown", "absent"],
];

for (const [says, specs, ingress, egress] of DEFAULT_DENIES) {
  test(`default deny: ${says}`, () => {
    const isolation = assess({
      pods: [pod("one", { app: "web" })],
      policies: specs.map((spec, index) => policy(`p${index}`, spec)),
    });
    assert.deepEqual(namespaceOf(isolation).defaultDeny, { ingress, egress });
  });
}

test("an empty namespace keeps its declared default deny", () => {
  const isolation = assess({ namespaces: [namespace("web")], policies: [policy("deny", DENY)] });
  assert.deepEqual(namespaceOf(isolation), {
    name: "web",
    posture: "empty",
    assumesEnforcement: true,
    policies: ["deny"],
    deadPolicies: ["deny"],
    defaultDeny: { ingress: "effective", egress: "absent" },
    workloads: [],
  });
});

test("default deny: by a policy of an API that the engine perhaps does not implement is not known", () => {
  const object = {
    apiVersion: "networking.k8s.aws/v1alpha1",
    kind: "ApplicationNetworkPolicy",
    metadata: policy("deny", {}).metadata,
    spec: DENY,
  };
  const isolation = assess({
    pods: [pod("one")],
    other: { ...NO_OTHER, awsApplicationNetworkPolicies: seen([object]) },
    engine: { implements: { ...IMPLEMENTS_NONE, awsApplicationNetworkPolicies: null } },
  });
  assert.deepEqual(namespaceOf(isolation).defaultDeny, { ingress: "unknown", egress: "absent" });
});

function exception(name: string, effect: PodException["effect"]): PodException {
  return { namespace: "web", name, kind: "not-managed", effect, because: "" };
}

const ONE = [pod("one", { app: "web" }, { owner: owner("StatefulSet", "one") })];
const TWO = [...ONE, pod("two", { app: "api" }, { owner: owner("StatefulSet", "two") })];
const ON_NODES = [
  pod("one", { app: "web" }, { detail: detail({ nodeName: "good" }) }),
  pod("two", { app: "api" }, { detail: detail({ nodeName: "bad" }) }),
];
const FARGATE = "eks.amazonaws.com/fargate-profile";
const NODES = [
  { name: "good", verdict: "enforced" },
  { name: "bad", verdict: "not-enforced" },
  { name: "dark", verdict: "unknown" },
] as const;

const BY_AWS = { ...enforcement("enforced"), engine: "vpc-cni" } as const;

function not(name: string, state: UnprocessedPolicy["state"], namespaceName = "web"): UnprocessedPolicy {
  return { namespace: namespaceName, name, state, because: "" };
}

const POSTURES: readonly (readonly [
  says: string,
  given: Given,
  specs: readonly unknown[],
  posture: string,
])[] = [
  ["nothing in it", {}, [], "empty"],
  ["only uncounted pods", { pods: [pod("host", {}, { hostNetwork: true })] }, [DENY], "empty"],
  ["no policy", { pods: ONE }, [], "unprotected"],
  ["a policy that selects nothing", { pods: ONE }, [only("x")], "unprotected"],
  [
    "an allow-all both ways",
    { pods: ONE },
    [{ podSelector: {}, ingress: [{}], egress: [{}] }],
    "unprotected",
  ],
  ["every pod denied", { pods: TWO }, [DENY], "isolated"],
  [
    "ingress decides",
    { pods: TWO },
    [DENY, { podSelector: {}, policyTypes: ["Egress"], egress: [{}] }],
    "isolated",
  ],
  ["one of two pods", { pods: TWO }, [only("web")], "partial"],
  ["egress only", { pods: TWO }, [{ ...DENY, policyTypes: ["Egress"] }], "partial"],
  [
    "open to all addresses but not to pods",
    { pods: ONE },
    [{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }] }],
    "partial",
  ],
  ["unreadable", { pods: ONE }, [{ podSelector: {}, ingress: ["what"] }], "unknown"],
  [
    "unreadable beside one that is certainly open",
    { pods: TWO },
    [only("web", { ingress: ["what"] })],
    "unknown",
  ],
  [
    "unreadable beside one that is certainly denied in part",
    { pods: TWO },
    [only("web", { ingress: ["what"] }), only("api", { policyTypes: ["Egress"] })],
    "partial",
  ],
  ["denied by the engine", { pods: ONE, engine: { unselectedPods: "denied" } }, [], "isolated"],
  ["enforced", { pods: ONE, enforcement: enforcement("enforced") }, [DENY], "isolated"],
  ["nothing enforces", { pods: ONE, enforcement: enforcement("not-enforced") }, [DENY], "inert"],
  [
    "configured but not enforced",
    { pods: ONE, enforcement: enforcement("configured-not-enforced") },
    [DENY],
    "inert",
  ],
  [
    "nothing enforces an allow-all either",
    { pods: ONE, enforcement: enforcement("not-enforced") },
    [ALLOW_ALL],
    "inert",
  ],
  [
    "nothing enforces and nothing selects",
    { pods: ONE, enforcement: enforcement("not-enforced") },
    [only("x")],
    "unprotected",
  ],
  ["unknown enforcement", { pods: ONE, enforcement: enforcement("unknown") }, [DENY], "unknown"],
  ["unknown enforcement of nothing", { pods: ONE, enforcement: enforcement("unknown") }, [], "unprotected"],
  [
    "enforced, on a node that is not listed",
    { pods: ON_NODES, enforcement: enforcement("enforced") },
    [DENY],
    "isolated",
  ],
  [
    "not enforced, on a node that is not listed",
    { pods: ON_NODES, enforcement: enforcement("not-enforced") },
    [DENY],
    "inert",
  ],
  [
    "partly enforced, on a node that is not listed",
    { pods: ON_NODES, enforcement: enforcement("partial") },
    [DENY],
    "unknown",
  ],
  [
    "partly enforced, nodes not known",
    { pods: ONE, enforcement: enforcement("partial", NODES) },
    [DENY],
    "unknown",
  ],
  [
    "partly enforced, by node",
    { pods: ON_NODES, enforcement: enforcement("partial", NODES) },
    [DENY],
    "partial",
  ],
  [
    "partly enforced, selected on the bad node only",
    { pods: ON_NODES, enforcement: enforcement("partial", NODES) },
    [only("api")],
    "inert",
  ],
  [
    "partly enforced, every selected pod listed on a bad node",
    { pods: ONE, enforcement: enforcement("partial", NODES), podsOnUncoveredNodes: { bad: ONE, dark: [] } },
    [DENY],
    "inert",
  ],
  [
    "partly enforced, not among the listed",
    { pods: ONE, enforcement: enforcement("partial", NODES), podsOnUncoveredNodes: { bad: [], dark: [] } },
    [DENY],
    "isolated",
  ],
  [
    "partly enforced, listed on a node of which nothing is known",
    { pods: ONE, enforcement: enforcement("partial", NODES), podsOnUncoveredNodes: { bad: [], dark: ONE } },
    [DENY],
    "unknown",
  ],
  [
    "partly enforced, a bad node not listed",
    { pods: ONE, enforcement: enforcement("partial", NODES), podsOnUncoveredNodes: { dark: [] } },
    [DENY],
    "unknown",
  ],
  [
    "partly enforced, listed on a node that has gone",
    {
      pods: ONE,
      enforcement: enforcement("partial", NODES),
      podsOnUncoveredNodes: { bad: [], dark: [], gone: ONE },
    },
    [DENY],
    "unknown",
  ],
  [
    "partly enforced, on Fargate, where nobody has to look for pods",
    {
      pods: [pod("one", { app: "web", [FARGATE]: "p" }, { owner: owner("StatefulSet", "one") })],
      enforcement: enforcement("partial", NODES),
      podsOnUncoveredNodes: { bad: [], dark: [] },
    },
    [DENY],
    "inert",
  ],
  [
    "partly enforced, not on Fargate, whose nodes are not listed",
    {
      pods: ONE,
      enforcement: enforcement("partial", [
        { name: "fargate", verdict: "not-enforced", computeType: "fargate" },
      ]),
      podsOnUncoveredNodes: {},
    },
    [DENY],
    "isolated",
  ],
  [
    "a pod that its node's engine does not police",
    { pods: ONE, enforcement: enforcement("partial"), podExceptions: [exception("one", "not-enforced")] },
    [DENY],
    "inert",
  ],
  [
    "a pod that is perhaps not policed, and for another reason certainly not",
    {
      pods: ONE,
      enforcement: enforcement("partial"),
      podExceptions: [exception("one", "not-enforced"), exception("one", "unknown")],
    },
    [DENY],
    "inert",
  ],
  [
    "a pod that is perhaps not policed",
    { pods: ONE, enforcement: enforcement("unknown"), podExceptions: [exception("one", "unknown")] },
    [DENY],
    "unknown",
  ],
  [
    "a pod that is perhaps not policed, where the others are",
    { pods: ONE, enforcement: enforcement("enforced"), podExceptions: [exception("one", "unknown")] },
    [DENY],
    "unknown",
  ],
  [
    "a pod beside one that is perhaps not policed",
    { pods: TWO, enforcement: enforcement("enforced"), podExceptions: [exception("two", "unknown")] },
    [DENY],
    "unknown",
  ],
  [
    "a pod beside one that is not policed",
    {
      pods: TWO,
      enforcement: enforcement("partial"),
      podsOnUncoveredNodes: {},
      podExceptions: [exception("two", "not-enforced")],
    },
    [DENY],
    "partial",
  ],
  [
    "a bare pod that the engine leaves out",
    { pods: [pod("bare")], enforcement: enforcement("enforced"), engine: { appliesToBarePods: false } },
    [DENY],
    "inert",
  ],
  [
    "an owned pod beside it",
    {
      pods: [...ONE, pod("bare")],
      enforcement: enforcement("enforced"),
      engine: { appliesToBarePods: false },
    },
    [DENY],
    "partial",
  ],
  [
    "a policy that AWS's controller has made no rules of",
    { pods: ONE, enforcement: BY_AWS, unprocessedPolicies: [not("p0", "unprocessed")] },
    [DENY],
    "inert",
  ],
  [
    "a policy of which the rules say something else",
    { pods: ONE, enforcement: BY_AWS, unprocessedPolicies: [not("p0", "stale")] },
    [DENY],
    "unknown",
  ],
  [
    "a policy that hangs in its deletion",
    { pods: ONE, enforcement: BY_AWS, unprocessedPolicies: [not("p0", "stuck-terminating")] },
    [DENY],
    "unknown",
  ],
  [
    "a policy of that name in another namespace",
    { pods: ONE, enforcement: BY_AWS, unprocessedPolicies: [not("p0", "unprocessed", "other")] },
    [DENY],
    "isolated",
  ],
  [
    "no rules of a policy that allows, beside a default deny",
    { pods: TWO, enforcement: BY_AWS, unprocessedPolicies: [not("p1", "unprocessed")] },
    [DENY, only("web", { ingress: [{ from: [{ podSelector: {} }] }] })],
    "isolated",
  ],
  [
    "no rules of a policy that isolates for egress, beside one that does not",
    { pods: ONE, enforcement: BY_AWS, unprocessedPolicies: [not("p1", "unprocessed")] },
    [DENY, DENY_BOTH],
    "unknown",
  ],
  [
    "no rules of the default deny, beside a policy for one workload",
    { pods: TWO, enforcement: BY_AWS, unprocessedPolicies: [not("p0", "unprocessed")] },
    [DENY, only("web")],
    "partial",
  ],
  [
    "no rules of a policy where pods start denied",
    {
      pods: ONE,
      enforcement: BY_AWS,
      engine: { unselectedPods: "denied" },
      unprocessedPolicies: [not("p0", "unprocessed")],
    },
    [DENY],
    "unknown",
  ],
  [
    "no rules of a policy where another engine may enforce it",
    {
      pods: ONE,
      enforcement: enforcement("enforced"),
      unprocessedPolicies: [not("p0", "unprocessed")],
    },
    [DENY],
    "unknown",
  ],
];

test("policies that are not processed are named, and what the policies say stays what they say", () => {
  const { namespaces, details } = assess({
    pods: TWO,
    enforcement: BY_AWS,
    policies: [policy("deny", DENY), policy("more", DENY)],
    unprocessedPolicies: [not("more", "unprocessed"), not("deny", "stale"), not("deny", "stale", "other")],
  });
  const [web] = namespaces;
  assert.deepEqual(web?.unprocessedPolicies, ["deny", "more"]);
  assert.equal(web?.defaultDeny.ingress, "effective");
  assert.deepEqual(details[0]?.selected, { enforced: 2, notEnforced: 0, unknown: 0 });
});

test("namespaces of one template differ where a policy of one is not processed", () => {
  const apart = assess({
    pods: ["a", "b"].map((name) => pod("one", {}, { namespace: name, owner: owner("StatefulSet", "one") })),
    enforcement: BY_AWS,
    policies: ["a", "b"].map((name) => policy("deny", DENY, name)),
    unprocessedPolicies: [not("deny", "unprocessed", "b")],
  });
  assert.deepEqual(
    apart.namespaces.map(({ posture, unprocessedPolicies }) => [posture, unprocessedPolicies]),
    [
      ["isolated", undefined],
      ["inert", ["deny"]],
    ],
  );
});

for (const [says, given, specs, posture] of POSTURES) {
  test(`posture: ${says}`, () => {
    const isolation = assess({
      namespaces: [namespace("web")],
      ...given,
      policies: specs.map((spec, index) => policy(`p${index}`, spec)),
    });
    const report = namespaceOf(isolation);
    assert.equal(report.posture, posture);
    assert.equal(report.assumesEnforcement, given.enforcement === undefined ? true : undefined);
  });
}

test("a workload's shares and reasons are those of all its pods", () => {
  const replica = (name: string, app: string): Pod =>
    pod(name, { app }, { owner: owner("StatefulSet", "db") });
  const from = (app: string, peer: unknown): unknown => only(app, { ingress: [{ from: [peer] }] });
  const half = { ipBlock: { cidr: "0.0.0.0/1" } };
  const shares = assess({
    pods: [replica("db-0", "a"), replica("db-1", "b")],
    policies: [policy("half", from("a", half)), policy("none", from("b", { podSelector: {} }))],
  });
  const { ingress } = workloadOf(shares, "StatefulSet/db");
  assert.equal(verdictText(ingress), "isolated - - 0.5");
  assert.deepEqual(ingress.policies, ["half", "none"]);
  const odd = assess({
    pods: ["a", "b", "c", "d"].map((app) => replica(`db-${app}`, app)),
    policies: ["a", "b", "c", "d"].map((app) => policy(app, from(app, { future: 1 }))),
  });
  const clause = (app: string): string =>
    `NetworkPolicy ${app}: spec.ingress[0].from[0] has a field that we do not know, "future"`;
  assert.equal(
    workloadOf(odd, "StatefulSet/db").ingress.because,
    `${clause("a")}; ${clause("b")}; ${clause("c")}`,
  );
});

test("what nullifies a workload is about its isolated pods", () => {
  const isolation = assess({
    pods: [
      pod("db-0", { app: "a" }, { owner: owner("StatefulSet", "db") }),
      pod("db-1", { app: "free" }, { owner: owner("StatefulSet", "db") }),
    ],
    policies: [policy("open", only("a", { ingress: [{}] }))],
  });
  const { ingress, hostNetwork } = workloadOf(isolation, "StatefulSet/db");
  assert.equal(ingress.isolated, false);
  assert.deepEqual(ingress.nullifiedBy, ["open"]);
  assert.equal(hostNetwork, false);
});

test("a workload is on the host's network where none of its pods has its own", () => {
  const set = (name: string, hostNetwork: boolean): Pod =>
    pod(name, {}, { owner: owner("DaemonSet", "agent"), hostNetwork });
  const hostOnly = (pods: readonly Pod[]): boolean =>
    workloadOf(assess({ pods }), "DaemonSet/agent").hostNetwork;
  assert.deepEqual(
    [hostOnly([set("a", true)]), hostOnly([set("a", true), set("b", false)]), hostOnly([set("b", false)])],
    [true, false, false],
  );
  const { ingress } = workloadOf(assess({ pods: [set("a", true)] }), "DaemonSet/agent");
  assert.deepEqual([ingress.policies, ingress.nullifiedBy], [[], []]);
});

test("pods that the same policies select, with other ports, have their own verdicts", () => {
  const named = {
    podSelector: {},
    ingress: [{ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ port: "http" }] }],
  };
  const web = (name: string, ports: readonly (readonly [string, number])[] | null): Pod =>
    pod(name, {}, { detail: ports === null ? null : detail({ ports }) });
  const isolation = assess({
    pods: [web("a", [["http", 80]]), web("b", [["grpc", 90]]), web("c", null)],
    policies: [policy("deny", DENY_BOTH), policy("named", named)],
  });
  const texts = ["a", "b", "c"].map((name) => verdictText(workloadOf(isolation, `Pod/${name}`).ingress));
  assert.deepEqual(texts, ["isolated - - 1", "isolated - - 0", "isolated - - ?"]);
  assert.equal(
    workloadOf(isolation, "Pod/c").ingress.because,
    "NetworkPolicy named: spec.ingress[0] names port http, and the container ports of the pod were not read",
  );
});
