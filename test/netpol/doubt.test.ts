// What is in doubt is bounded from both sides, in every order of rules: where both bounds agree the answer is
// certain, where they differ it is unknown. In Calico's words, whose rules deny and pass as well as allow.

import assert from "node:assert/strict";
import { test } from "node:test";
import { seen } from "../../lib/model/observed.ts";
import { createReachability } from "../../lib/netpol/reachability.ts";
import {
  assess,
  detail,
  detailOf,
  IMPLEMENTS_NONE,
  input,
  namespace,
  NO_OTHER,
  pod,
  policy,
  verdictText,
  workloadOf,
  type Given,
} from "./build-input.ts";

const ALLOW = { action: "Allow" };
const HTTP = { protocol: "TCP", destination: { ports: ["http"] } };
const NETS = { source: { nets: ["10.0.0.0/8"] } };
const HALF = { source: { nets: ["0.0.0.0/1"] } };
const DENY_SOME = { action: "Deny", source: { selector: "app == 'x'" } };
const UNREAD = { http: { methods: ["GET"] } };

/** Ingress rules of one policy each, in order. The pod `one` has no container ports or addresses that were read. */
function given(policies: readonly (readonly object[])[], more: Given = {}): Given {
  const objects = policies.map((ingress, order) => ({
    apiVersion: "crd.projectcalico.org/v1",
    kind: "NetworkPolicy",
    metadata: { name: `p${order}`, namespace: "web" },
    spec: { order, types: ["Ingress"], ingress },
  }));
  return {
    namespaces: [namespace("web")],
    pods: [
      pod("one"),
      pod("two"),
      pod("four", {}, { detail: detail({ podIPs: ["10.0.0.6"] }) }),
      pod("near", {}, { detail: detail({ podIPs: ["10.0.0.6", "::a00:6"] }) }),
    ],
    other: { ...NO_OTHER, calicoNetworkPolicies: seen(objects) },
    engine: {
      ipBlocksMatchPods: true,
      implements: { ...IMPLEMENTS_NONE, calicoNetworkPolicies: true },
    },
    ...more,
  };
}

const VERDICTS: readonly (readonly [says: string, rules: readonly object[], verdict: string])[] = [
  ["a named port that is denied may be any", [{ ...HTTP, action: "Deny" }, ALLOW], "isolated ? ? 1"],
  [
    "or the only one that was allowed",
    [
      { ...HTTP, action: "Deny" },
      { ...ALLOW, protocol: "TCP" },
    ],
    "isolated - - ?",
  ],
  [
    "a named port that is allowed beside a deny",
    [DENY_SOME, { ...ALLOW, ...HTTP, ...HALF }],
    "isolated - - ?",
  ],
  ["what is passed by a name may meet anything", [{ ...HTTP, action: "Pass" }, ALLOW], "? ? ? ?"],
  ["a deny that is not read", [{ ...UNREAD, action: "Deny" }, ALLOW], "isolated ? ? ?"],
  ["a deny that is not read, of what nothing allows", [{ ...UNREAD, action: "Deny" }], "isolated - - 0"],
  ["an allow that is not read", [{ ...UNREAD, ...ALLOW }], "isolated ? ? ?"],
  [
    "an allow that is not read, of what is allowed anyway",
    [{ ...UNREAD, ...ALLOW }, ALLOW],
    "isolated cluster external 1",
  ],
  ["a pass that is not read", [{ ...UNREAD, action: "Pass" }, ALLOW], "? ? ? ?"],
];

for (const [says, rules, verdict] of VERDICTS)
  test(`in doubt: ${says}`, () => {
    const report = workloadOf(assess(given([rules])), "Pod/one").ingress;
    assert.equal(verdictText(report), verdict);
    assert.equal(report.because !== undefined, verdict.includes("?"));
  });

test("a pass that was read takes no certainty from the rest", () => {
  const passed = { action: "Pass", source: { selector: "app == 'x'" } };
  const report = workloadOf(assess(given([[passed, { ...UNREAD, ...ALLOW }]])), "Pod/one").ingress;
  assert.equal(verdictText(report), "- ? ? ?");
});

test("a named port that was read is in no doubt", () => {
  const pods = [pod("one", {}, { detail: detail({ ports: [["http", 8080]] }) })];
  const verdict = (...rules: readonly object[]): string =>
    verdictText(workloadOf(assess(given([rules], { pods })), "Pod/one").ingress);
  assert.equal(verdict({ ...HTTP, action: "Deny" }, ALLOW), "isolated - - 1");
  assert.equal(verdict({ ...HTTP, action: "Pass" }, ALLOW), "- cluster external 1");
  assert.equal(verdict({ ...HTTP, action: "Pass" }, { action: "Deny" }), "- - - 1");
});

const CONNECTIONS: readonly (readonly [
  says: string,
  policies: readonly (readonly object[])[],
  from: "two" | "near" | "four",
  allowed: boolean | null,
])[] = [
  ["denied perhaps, else allowed", [[{ ...NETS, action: "Deny" }, ALLOW]], "two", null],
  ["denied perhaps, and otherwise too", [[{ ...NETS, action: "Deny" }, { action: "Deny" }]], "two", false],
  ["allowed perhaps, else denied", [[{ ...NETS, ...ALLOW }]], "two", null],
  ["allowed perhaps, and otherwise too", [[{ ...NETS, ...ALLOW }, ALLOW]], "two", true],
  ["passed perhaps, else denied", [[{ ...NETS, action: "Pass" }, { action: "Deny" }]], "two", null],
  ["passed perhaps, else allowed", [[{ ...NETS, action: "Pass" }, ALLOW]], "two", null],
  ["passed for certain, beyond the end of the tier", [[{ action: "Pass" }, { action: "Deny" }]], "two", true],
  ["denied by an address that was read", [[{ ...NETS, action: "Deny" }, ALLOW]], "near", false],
  [
    "an address of the other family is another",
    [[{ action: "Allow", source: { nets: ["::/96"] } }]],
    "near",
    true,
  ],
  [
    "an IPv4 address is in no IPv6 block",
    [[{ action: "Allow", source: { nets: ["::/96"] } }]],
    "four",
    false,
  ],
];

const PORT = { port: 80, protocol: "TCP" } as const;
const at = (name: string) =>
  ({ kind: "workload", namespace: "web", workload: { kind: "Pod", name } }) as const;

for (const [says, policies, from, allowed] of CONNECTIONS)
  test(`a connection in doubt: ${says}`, () => {
    const { isAllowed } = createReachability(input(given(policies)));
    const reach = isAllowed(at(from), at("one"), PORT);
    assert.equal(reach.allowed, allowed, reach.because);
  });

test("only a policy that certainly allows a connection is named for it", () => {
  const { isAllowed } = createReachability(
    input(given([[{ ...NETS, ...ALLOW }], [ALLOW], [{ action: "Deny" }]])),
  );
  assert.match(
    isAllowed(at("two"), at("one"), PORT).because,
    /; NetworkPolicy\.crd\.projectcalico\.org\/p1 allows it for ingress/,
  );
});

test("who may reach it, though perhaps not, is listed as unknown", () => {
  const { whoCanReach } = createReachability(input(given([[{ ...NETS, ...ALLOW }]])));
  const reachers = whoCanReach(at("one"), PORT).map(({ from, allowed }) => [
    from.kind === "workload" ? from.workload.name : from.kind,
    allowed,
  ]);
  assert.deepEqual(reachers, [
    ["four", true],
    ["near", true],
    ["one", true],
    ["two", null],
  ]);
});

test("what the engine does by default is no reason for a pod that is certainly isolated", () => {
  const odd = policy("odd", { podSelector: {}, ingress: [{ from: [{ future: 1 }] }] });
  const facts: Given = {
    pods: [pod("one")],
    policies: [policy("deny", { podSelector: {} }), odd],
    engine: { unselectedPods: null },
  };
  assert.equal(
    workloadOf(assess(facts), "Pod/one").ingress.because,
    'NetworkPolicy odd: spec.ingress[0].from[0] has a field that we do not know, "future"',
  );
  const perhaps = assess({ ...facts, policies: [policy("perhaps", { podSelector: 1 })] });
  assert.match(
    workloadOf(perhaps, "Pod/one").ingress.because ?? "",
    /; what the engine does with a pod that no policy selects is not known$/,
  );
  const { allowed } = createReachability(input({ ...facts, policies: [] }));
  assert.equal(allowed(at("one"), "ingress")?.[0]?.otherwise, "deny");
});

/** So many ranges in one rule, times so many rules, that they are not compared one by one. */
function tooMany(action: string): readonly object[] {
  const ports = Array.from({ length: 5_100 }, (_, index) => 2 * index + 1);
  return [
    { action, protocol: "TCP", destination: { ports } },
    ...Array.from({ length: 99 }, (_, index) => ({
      action: "Deny",
      source: { selector: `app == 'x${index}'` },
    })),
    ALLOW,
  ];
}

test("too many ranges that are denied leave open what the bounds leave open, and name no opening", () => {
  const isolation = assess(given([tooMany("Deny")]));
  assert.equal(verdictText(workloadOf(isolation, "Pod/one").ingress), "isolated - ? ?");
  assert.deepEqual(detailOf(isolation).openings, []);
});

test("too many ranges that are passed leave nothing known", () => {
  assert.equal(verdictText(workloadOf(assess(given([tooMany("Pass")])), "Pod/one").ingress), "? ? ? ?");
});

test("rules that can open no whole space are not compared, however many they are", () => {
  const narrow = Array.from({ length: 1_000 }, (_, index) => ({
    from: [{ podSelector: {} }],
    ports: [{ port: 1 + index }],
  }));
  const broad = { from: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ port: 80 }] };
  const isolation = assess({
    pods: [pod("one")],
    policies: [policy("many", { podSelector: {}, ingress: [...narrow, broad] })],
  });
  assert.equal(verdictText(workloadOf(isolation, "Pod/one").ingress), "isolated - - 1");
});
