// Calico's selector language, policies and tiers: isolation and openness, and what is not modelled.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Labels, RawObject } from "../../lib/model/kubernetes.ts";
import { seen, unseen } from "../../lib/model/observed.ts";
import { parseCalicoSelector } from "../../lib/netpol/calico-selector.ts";
import { isEvery, selectorInWords, selectorMatches } from "../../lib/netpol/label-selector.ts";
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

const WEB: Labels = { app: "web", tier: "front", "example.com/a-b": "c d" };

const SELECTORS: readonly (readonly [text: string, matches: boolean | null])[] = [
  ["", true],
  ["all()", true],
  [" all( ) ", true],
  ["app == 'web'", true],
  ['app == "web"', true],
  ["app=='api'", false],
  ["app != 'web'", false],
  ["app != 'api'", true],
  // "Not equal; also matches if label is not present."
  ["none != 'x'", true],
  ["app in {'api', \"web\"}", true],
  ["app in {}", false],
  ["app not in {'api'}", true],
  ["none not in {'api'}", true],
  ["app not in {'web'}", false],
  ["has(app)", true],
  ["has( none )", false],
  ["!has(none)", true],
  ["!!has(app)", true],
  ["app contains 'e'", true],
  ["app contains 'x'", false],
  ["none contains ''", false],
  ["app starts with 'we'", true],
  ["app starts with 'eb'", false],
  ["app ends  with 'eb'", true],
  ["app ends with 'we'", false],
  ["example.com/a-b == 'c d'", true],
  ["app == 'api' || tier == 'front'", true],
  ["app == 'web' && tier == 'back'", false],
  // "and" binds tighter than "or".
  ["app == 'web' || tier == 'back' && has(none)", true],
  ["(app == 'web' || tier == 'back') && has(none)", false],
  ["!(app == 'web' && tier == 'front')", false],
  ["!(app == 'web' && tier == 'back')", true],
  ["all() && app == 'web'", true],
  ["projectcalico.org/orchestrator == 'k8s'", true],
  ["constructor == 'x'", false],
  ["!has(__proto__)", true],
  ["a/b-pcns.c == 'x'", false],
  ["none contains 'x' || none starts with '' || none ends with ''", false],
  ["app == '' || app == 'web'", true],
  ["app ends with 'web' && app starts with 'web'", true],
  ["projectcalico.org/orchestrator in {'x', 'k8s'}", true],
  ["projectcalico.org/orchestrator == 'x'", null],
  ["projectcalico.org/orchestrator != 'k8s'", null],
  ["projectcalico.org/orchestrator contains 'k8s'", null],
  ["projectcalico.org/name == 'one'", null],
  ["all(app)", null],
  ["!(app", null],
  ["!app", null],
  ["(app == 'web'", null],
  ["app not", null],
  ["app is in {'web'}", null],
  ["app not has {'web'}", null],
  ["app starts in 'web'", null],
  ["app in {'web'", null],
  ["app in {web}", null],
  ["app contains web", null],
  ["app not in 'web'", null],
  [")", null],
  ["global()", null],
  ["projectcalico.org/namespace == 'web'", null],
  ["pcns.team == 'a'", null],
  ["has()", null],
  ["app = 'web'", null],
  ["app == web", null],
  ["app == 'web", null],
  ["app == 'web' &&", null],
  ["app == 'web' tier == 'x'", null],
  ["(app == 'web'", null],
  ["app not like 'web'", null],
  ["app in {'a' 'b', }", false],
  ["app in 'a'", null],
  ["matches(app, 'w.*')", null],
  ["app", null],
  ["!", null],
  ["&& app == 'x'", null],
  [`${"(".repeat(100)}all()${")".repeat(100)}`, null],
  ["x".repeat(5_000), null],
];

for (const [text, matches] of SELECTORS) {
  test(`selector ${text.slice(0, 60)}`, () => {
    const selector = parseCalicoSelector(text, "spec.selector", "pods");
    assert.equal(selectorMatches(selector, WEB), matches);
    assert.equal(selector.unknown === null, matches !== null);
  });
}

test("only a selector that asks nothing is every", () => {
  const every = ["", "all()", "all() && all()", "(all())", "projectcalico.org/orchestrator == 'k8s'"];
  for (const text of every) assert.equal(isEvery(parseCalicoSelector(text, "s", "pods")), true, text);
  for (const text of ["has(app)", "!has(none)", "all() && has(app)"])
    assert.equal(isEvery(parseCalicoSelector(text, "s", "pods")), false, text);
});

test("a namespace's own labels are its own: only of a pod are Calico's labels its namespace's", () => {
  const matches = (text: string): boolean | null =>
    selectorMatches(parseCalicoSelector(text, "s", "namespaces"), { team: "a" });
  assert.deepEqual(["team == 'a'", "projectcalico.org/orchestrator == 'k8s'"].map(matches), [true, null]);
});

test("parentheses nest fifty times", () => {
  const nested = (depth: number): string => `${"(".repeat(depth)}all()${")".repeat(depth)}`;
  const negated = (depth: number): string => `${"!".repeat(depth)}has(app)`;
  const matches = (text: string): boolean | null =>
    selectorMatches(parseCalicoSelector(text, "s", "pods"), WEB);
  assert.deepEqual([nested(50), nested(51), negated(50), negated(51)].map(matches), [true, null, true, null]);
});

test("a selector has at most 4096 characters", () => {
  const withName = (length: number): string => `!has(${"x".repeat(length - "!has()".length)})`;
  const matches = (length: number): boolean | null =>
    selectorMatches(parseCalicoSelector(withName(length), "s", "pods"), WEB);
  assert.deepEqual([matches(4_096), matches(4_097)], [true, null]);
});

test("a namespace is selected by its name", () => {
  const selector = parseCalicoSelector("projectcalico.org/name == 'web'", "s", "namespaces");
  assert.equal(selectorMatches(selector, { "kubernetes.io/metadata.name": "web" }), true);
});

test("a selector in words", () => {
  const words = selectorInWords(
    parseCalicoSelector("(a == 'b' || !has(c)) && d starts with 'e'", "s", "pods"),
  );
  assert.equal(words, "(a=b or not (c)), d startswith (e)");
  assert.equal(
    selectorInWords(parseCalicoSelector("!(a == 'b' && c in {'d', 'e'})", "s", "pods")),
    "not ((a=b and c in (d, e)))",
  );
});

const FREE = "- cluster external 1";
const CLOSED = "isolated - - 0";
const OPEN = "isolated cluster external 1";

interface Calico {
  readonly policies?: Readonly<Record<string, unknown>>;
  readonly global?: Readonly<Record<string, unknown>>;
  readonly tiers?: Readonly<Record<string, unknown>>;
  readonly native?: unknown;
  /** Of namespace `web`, and of the cluster: labels and nets. */
  readonly sets?: readonly RawObject[];
  readonly globalSets?: readonly RawObject[];
}

function set(labels: Labels, spec: unknown, namespaceName?: string): RawObject {
  return {
    apiVersion: "crd.projectcalico.org/v1",
    kind: namespaceName === undefined ? "GlobalNetworkSet" : "NetworkSet",
    metadata: { name: "set", labels, ...(namespaceName === undefined ? {} : { namespace: namespaceName }) },
    spec,
  };
}

function objects(
  kind: string,
  specs: Readonly<Record<string, unknown>> | undefined,
  namespaceName?: string,
): readonly RawObject[] {
  return Object.entries(specs ?? {}).map(([name, spec]) => ({
    apiVersion: "crd.projectcalico.org/v1",
    kind,
    metadata: { name, ...(namespaceName === undefined ? {} : { namespace: namespaceName }) },
    spec,
  }));
}

function given({ policies, global, tiers, native, sets = [], globalSets = [] }: Calico): Given {
  return {
    namespaces: [namespace("web", { team: "a" }), namespace("ops", { team: "ops" })],
    pods: [
      pod("one", { app: "web" }, { detail: detail({ podIPs: ["10.0.0.5"], ports: [["http", 8080]] }) }),
      pod("scraper", { app: "scraper" }, { namespace: "ops", detail: detail({ podIPs: ["10.0.0.6"] }) }),
    ],
    policies: native === undefined ? [] : [policy("native", native)],
    other: {
      ...NO_OTHER,
      calicoNetworkPolicies: seen(objects("NetworkPolicy", policies, "web")),
      calicoGlobalNetworkPolicies: seen(objects("GlobalNetworkPolicy", global)),
      calicoTiers: seen(objects("Tier", tiers)),
      calicoNetworkSets: seen(sets),
      calicoGlobalNetworkSets: seen(globalSets),
    },
    engine: {
      ipBlocksMatchPods: true,
      implements: { ...IMPLEMENTS_NONE, calicoNetworkPolicies: true, calicoGlobalNetworkPolicies: true },
    },
  };
}

const ALLOW = { action: "Allow" };
const DENY = { action: "Deny" };
const PASS = { action: "Pass" };
const ingress = (...rules: readonly unknown[]): unknown => ({ types: ["Ingress"], ingress: rules });
const egress = (...rules: readonly unknown[]): unknown => ({ types: ["Egress"], egress: rules });
const NP = "NetworkPolicy.crd.projectcalico.org";
const GNP = "GlobalNetworkPolicy.crd.projectcalico.org";

const ROWS: readonly (readonly [
  says: string,
  calico: Calico,
  ingress: string,
  egress: string,
  nullifiedBy?: readonly string[],
])[] = [
  ["no types and no rules: ingress", { policies: { p: {} } }, CLOSED, FREE],
  ["no types and egress rules only: egress", { policies: { p: { egress: [ALLOW] } } }, FREE, OPEN],
  ["no types and both rules: both", { policies: { p: { ingress: [DENY], egress: [ALLOW] } } }, CLOSED, OPEN],
  [
    "a selected pod is denied what no rule allows",
    { policies: { p: ingress({ ...ALLOW, source: { selector: "app == 'x'" } }) } },
    CLOSED,
    FREE,
  ],
  ["an allow without criteria", { policies: { p: ingress(ALLOW) } }, OPEN, FREE, [`${NP}/p`]],
  ["a log rule does nothing", { policies: { p: ingress({ action: "Log" }) } }, CLOSED, FREE],
  [
    "every pod of the namespace is not the cluster",
    { policies: { p: ingress({ ...ALLOW, source: { selector: "all()" } }) } },
    CLOSED,
    FREE,
  ],
  [
    "every namespace",
    { policies: { p: ingress({ ...ALLOW, source: { namespaceSelector: "all()" } }) } },
    "isolated cluster - 0",
    FREE,
    [`${NP}/p`],
  ],
  [
    "in a global policy every pod is every pod",
    { global: { g: ingress({ ...ALLOW, source: { selector: "all()" } }) } },
    "isolated cluster - 0",
    FREE,
    [`${GNP}/g`],
  ],
  [
    "nets are about pods, too",
    { policies: { p: ingress({ ...ALLOW, source: { nets: ["0.0.0.0/0"] } }) } },
    OPEN,
    FREE,
    [`${NP}/p`],
  ],
  [
    "nets less notNets",
    { policies: { p: egress({ ...ALLOW, destination: { nets: ["0.0.0.0/0"], notNets: ["0.0.0.0/1"] } }) } },
    FREE,
    "isolated - - 0.5",
  ],
  [
    "notNets alone",
    { policies: { p: egress({ ...ALLOW, destination: { notNets: ["0.0.0.0/2"] } }) } },
    FREE,
    "isolated - - 0.75",
  ],
  [
    "a bare address",
    { policies: { p: egress({ ...ALLOW, destination: { nets: ["1.2.3.4"] } }) } },
    FREE,
    `isolated - - ${2 ** -32}`,
  ],
  ["one protocol", { policies: { p: ingress({ ...ALLOW, protocol: "TCP" }) } }, "isolated - - 1", FREE],
  [
    "all three protocols, by name and by number",
    {
      policies: {
        p: ingress({ ...ALLOW, protocol: "tcp" }, { ...ALLOW, protocol: 17 }, { ...ALLOW, protocol: "SCTP" }),
      },
    },
    OPEN,
    FREE,
  ],
  ["a protocol less", { policies: { p: ingress({ ...ALLOW, notProtocol: "UDP" }) } }, "isolated - - 1", FREE],
  ["ICMP is none of the three", { policies: { p: ingress({ ...ALLOW, protocol: "ICMP" }) } }, CLOSED, FREE],
  ["all but ICMP is all three", { policies: { p: ingress({ ...ALLOW, notProtocol: "ICMP" }) } }, OPEN, FREE],
  [
    "ports, ranges and names",
    { policies: { p: ingress({ ...ALLOW, protocol: "TCP", destination: { ports: [80, "1:79", "http"] } }) } },
    "isolated - - 1",
    FREE,
  ],
  [
    "ports and the rest of the ports",
    {
      policies: {
        p: ingress(
          { ...ALLOW, protocol: "TCP", destination: { ports: ["1:100"] } },
          { ...ALLOW, protocol: "TCP", destination: { notPorts: ["1:100"] } },
          { ...ALLOW, notProtocol: "TCP" },
        ),
      },
    },
    OPEN,
    FREE,
  ],
  ["the first rule that matches decides", { policies: { p: ingress(DENY, ALLOW) } }, CLOSED, FREE],
  [
    "the lower order goes first",
    {
      policies: {
        z: { order: 1, ...(ingress(DENY) as object) },
        a: { order: 2, ...(ingress(ALLOW) as object) },
      },
    },
    CLOSED,
    FREE,
  ],
  [
    "no order is last",
    { policies: { a: ingress(DENY), z: { order: 5000, ...(ingress(ALLOW) as object) } } },
    OPEN,
    FREE,
    [`${NP}/z`],
  ],
  [
    "of one order the name decides",
    {
      policies: {
        b: { order: 5, ...(ingress(DENY) as object) },
        a: { order: 5, ...(ingress(ALLOW) as object) },
      },
    },
    OPEN,
    FREE,
    [`${NP}/a`],
  ],
  [
    "NetworkPolicies stand in the same tier at order 1000",
    { policies: { p: { order: 2000, ...(ingress(ALLOW) as object) } }, native: { podSelector: {} } },
    OPEN,
    FREE,
    [`${NP}/p`],
  ],
  [
    "a deny before them",
    {
      policies: { p: { order: 500, ...(ingress(DENY) as object) } },
      native: { podSelector: {}, ingress: [{}] },
    },
    CLOSED,
    FREE,
  ],
  [
    "a deny after them comes too late",
    {
      policies: { p: { order: 2000, ...(ingress(DENY) as object) } },
      native: { podSelector: {}, ingress: [{}] },
    },
    OPEN,
    FREE,
    ["native"],
  ],
  [
    "an earlier tier decides",
    {
      tiers: { first: { order: 10 } },
      global: { g: { tier: "first", ...(ingress(ALLOW) as object) } },
      native: { podSelector: {} },
    },
    OPEN,
    FREE,
    [`${GNP}/g`],
  ],
  [
    "an earlier tier denies the rest",
    {
      tiers: { first: { order: 10 } },
      global: {
        g: { tier: "first", ...(ingress({ ...ALLOW, source: { selector: "app == 'x'" } }) as object) },
      },
      native: { podSelector: {}, ingress: [{}] },
    },
    CLOSED,
    FREE,
  ],
  [
    "unless its default is to pass",
    {
      tiers: { first: { order: 10, defaultAction: "Pass" } },
      global: {
        g: { tier: "first", ...(ingress({ ...ALLOW, source: { selector: "app == 'x'" } }) as object) },
      },
    },
    FREE,
    FREE,
  ],
  [
    "what a tier passes on is open where the next one opens it",
    {
      tiers: { first: { order: 10 } },
      global: {
        g: { tier: "first", ...(ingress({ ...PASS, source: { selector: "app == 'x'" } }, ALLOW) as object) },
      },
      policies: { p: ingress(ALLOW) },
    },
    OPEN,
    FREE,
    [`${GNP}/g`],
  ],
  [
    "and denied where the next one denies it",
    {
      tiers: { first: { order: 10 } },
      global: {
        g: { tier: "first", ...(ingress({ ...PASS, source: { selector: "app == 'x'" } }, ALLOW) as object) },
      },
      policies: { p: ingress(DENY) },
    },
    "isolated - external 1",
    FREE,
    [`${GNP}/g`],
  ],
  [
    "what passes by labels and by addresses is not known",
    {
      tiers: { first: { order: 10 } },
      global: {
        g: {
          tier: "first",
          ...(ingress(
            { ...PASS, source: { selector: "app == 'x'" } },
            { ...PASS, source: { nets: ["10.0.0.0/8"] } },
          ) as object),
        },
      },
      policies: { p: ingress(ALLOW) },
    },
    "? ? ? ?",
    FREE,
  ],
  [
    "tiers without an order are asked by name, each for itself",
    {
      tiers: { second: {}, first: { defaultAction: "Pass" }, third: {} },
      global: {
        a: { tier: "second", ...(ingress(DENY) as object) },
        b: { tier: "first", ...(ingress(ALLOW) as object) },
      },
    },
    OPEN,
    FREE,
    [`${GNP}/b`],
  ],
  [
    "a pass goes to the next tier",
    {
      tiers: { first: { order: 10 } },
      global: { g: { tier: "first", ...(ingress(PASS) as object) } },
      native: { podSelector: {} },
    },
    CLOSED,
    FREE,
  ],
  [
    "and beyond the last one it is allowed",
    { tiers: { first: { order: 10 } }, global: { g: { tier: "first", ...(ingress(PASS) as object) } } },
    FREE,
    FREE,
  ],
  [
    "a tier without order is after the default one",
    {
      tiers: { last: {} },
      global: { g: { tier: "last", ...(ingress(ALLOW) as object) } },
      native: { podSelector: {} },
    },
    CLOSED,
    FREE,
  ],
  [
    "a baseline tier comes last",
    {
      global: { g: { tier: "baselineadminnetworkpolicy", ...(ingress(DENY) as object) } },
      native: { podSelector: {}, ingress: [{}] },
    },
    OPEN,
    FREE,
  ],
  [
    "and does not deny the rest",
    {
      global: {
        g: { tier: "kube-baseline", ...(ingress({ ...DENY, source: { selector: "app == 'x'" } }) as object) },
        h: { tier: "kube-admin", ...(ingress({ ...DENY, source: { selector: "app == 'x'" } }) as object) },
      },
    },
    "- - external 1",
    FREE,
  ],
  [
    "the fixed tiers need not be listed",
    {
      global: { g: { tier: "adminnetworkpolicy", ...(ingress(DENY) as object) } },
      native: { podSelector: {}, ingress: [{}] },
    },
    CLOSED,
    FREE,
  ],
  [
    "of tiers of one order the name decides",
    {
      tiers: { z: { order: 10 }, a: { order: 10 } },
      global: {
        first: { tier: "z", ...(ingress(DENY) as object) },
        second: { tier: "a", ...(ingress(ALLOW) as object) },
      },
    },
    OPEN,
    FREE,
    [`${GNP}/second`],
  ],
  [
    "and the name only then",
    {
      tiers: { b: { order: 10 }, a: { order: 10.5 } },
      global: {
        first: { tier: "b", ...(ingress(ALLOW) as object) },
        second: { tier: "a", ...(ingress(DENY) as object) },
      },
    },
    OPEN,
    FREE,
    [`${GNP}/first`],
  ],
  [
    "nobody redefines a fixed tier",
    {
      tiers: { default: { order: 1, defaultAction: "Pass" }, "kube-admin": { order: 1e9 } },
      global: {
        g: { tier: "kube-admin", ...(ingress({ ...DENY, source: { selector: "app == 'x'" } }) as object) },
      },
      policies: { p: ingress() },
    },
    CLOSED,
    FREE,
  ],
  ...(["adminnetworkpolicy", "kube-admin", "baselineadminnetworkpolicy", "kube-baseline"] as const).map(
    (tier) =>
      [
        `the tier ${tier} lets the rest go on`,
        { global: { g: { tier, ...(ingress({ ...DENY, source: { selector: "app == 'x'" } }) as object) } } },
        "- - external 1",
        FREE,
      ] as const,
  ),
  ...(["baselineadminnetworkpolicy", "kube-baseline"] as const).map(
    (tier) =>
      [
        `the tier ${tier} comes after NetworkPolicies`,
        {
          global: { g: { tier, ...(ingress(ALLOW) as object) } },
          native: { podSelector: {} },
        },
        CLOSED,
        FREE,
      ] as const,
  ),
  ...(["adminnetworkpolicy", "kube-admin"] as const).map(
    (tier) =>
      [
        `the tier ${tier} comes before NetworkPolicies`,
        {
          global: { g: { tier, ...(ingress(ALLOW) as object) } },
          native: { podSelector: {} },
        },
        OPEN,
        FREE,
      ] as const,
  ),
  ["types that are empty are none", { policies: { p: { types: [], egress: [ALLOW] } } }, FREE, OPEN],
  ["empty lists of rules are none", { policies: { p: { ingress: [], egress: [] } } }, CLOSED, FREE],
  [
    "a policy before the address translation is not about pods",
    { global: { g: { preDNAT: true, applyOnForward: true, ingress: [DENY] } } },
    FREE,
    FREE,
  ],
  [
    "what is off counts as not written",
    { global: { g: { preDNAT: false, doNotTrack: false, ...(ingress(DENY) as object) } } },
    CLOSED,
    FREE,
  ],
  [
    "nets of the other family say nothing of these pods",
    { policies: { p: egress({ ...ALLOW, destination: { nets: ["::/0", "10.0.0.0/8"] } }) } },
    FREE,
    `isolated - - ${2 ** -8}`,
  ],
  [
    "notNets of the other family neither",
    { policies: { p: egress({ ...ALLOW, destination: { nets: ["10.0.0.0/8"], notNets: ["::/0"] } }) } },
    FREE,
    `isolated - - ${2 ** -8}`,
  ],
  [
    "a global policy by namespace",
    { global: { g: { namespaceSelector: "team == 'ops'", ...(ingress(DENY) as object) } } },
    FREE,
    FREE,
  ],
  [
    "a global policy for this namespace",
    {
      global: {
        g: {
          namespaceSelector: "projectcalico.org/name == 'web'",
          selector: "app == 'web'",
          ...(egress() as object),
        },
      },
    },
    FREE,
    CLOSED,
  ],
  [
    "a policy for hosts is not about pods",
    { global: { g: { doNotTrack: true, applyOnForward: true, ingress: [DENY] } } },
    FREE,
    FREE,
  ],
];

for (const [says, calico, inward, outward, nullifiedBy] of ROWS) {
  test(`projectcalico.org: ${says}`, () => {
    const isolation = assess(given(calico));
    const report = workloadOf(isolation, "Pod/one");
    assert.equal(verdictText(report.ingress), inward, report.ingress.because);
    assert.equal(verdictText(report.egress), outward, report.egress.because);
    if (nullifiedBy !== undefined) assert.deepEqual(report.ingress.nullifiedBy, nullifiedBy);
    assert.deepEqual(detailOf(isolation).problems, []);
  });
}

const NOT_MODELLED: readonly (readonly [spec: unknown, because: string])[] = [
  ["what", "spec is not an object"],
  [{ future: 1 }, 'spec has a field that we do not know, "future"'],
  [{ selector: "matches(app)" }, 'spec.selector is "matches(app)", which is not a selector that we know'],
  [{ serviceAccountSelector: "a == 'b'" }, "spec.serviceAccountSelector is not modelled"],
  [{ tier: "same" }, 'the tier "same" has the order of a tier that every installation has'],
  [{ tier: "none" }, 'spec.tier is "none", and there is no such tier'],
  [{ tier: "odd" }, 'the tier "odd" cannot be read'],
  [{ tier: "text" }, 'the tier "text" cannot be read'],
  [{ tier: "late" }, 'the tier "late" cannot be read'],
  [{ order: "1" }, 'spec.order is "1", which is not a number'],
  [{ types: ["Both"] }, "spec.types is not a list of Ingress and Egress"],
  [{ types: ["Egress", "Both"] }, "spec.types is not a list of Ingress and Egress"],
  [{ types: "Ingress" }, "spec.types is not a list of Ingress and Egress"],
  [{ types: ["Ingress"], ingress: {} }, "spec.ingress is not a list"],
  [ingress("allow"), "spec.ingress[0] is not an object"],
  [ingress({ action: "Permit" }), 'spec.ingress[0].action is "Permit", which we do not know'],
  [ingress({ ...ALLOW, http: { methods: ["GET"] } }), 'spec.ingress[0] has "http", which is not modelled'],
  [ingress({ ...ALLOW, ipVersion: 4 }), 'spec.ingress[0] has "ipVersion", which is not modelled'],
  [
    ingress({ ...ALLOW, source: { serviceAccounts: { names: ["a"] } } }),
    'spec.ingress[0].source has "serviceAccounts", which is not modelled',
  ],
  [
    ingress({ ...ALLOW, source: { ports: [1] } }),
    'spec.ingress[0].source has "ports", which is not modelled',
  ],
  [
    ingress({ ...ALLOW, destination: { nets: ["10.0.0.0/8"] } }),
    'spec.ingress[0].destination has "nets", which is not modelled',
  ],
  [
    egress({ ...ALLOW, source: { selector: "all()" } }),
    'spec.egress[0].source has "selector", which is not modelled',
  ],
  [
    ingress({ ...ALLOW, source: { notSelector: "a == 'b'" } }),
    'spec.ingress[0].source has "notSelector", which is not modelled',
  ],
  [
    ingress({ ...ALLOW, source: { selector: "all()", nets: ["10.0.0.0/8"] } }),
    "spec.ingress[0].source has nets beside a selector, which is not modelled",
  ],
  [
    ingress({ ...ALLOW, source: { namespaceSelector: "global()" } }),
    'spec.ingress[0].source.namespaceSelector is "global()", which is not a selector that we know',
  ],
  [
    ingress({ ...ALLOW, source: { nets: ["10/8"] } }),
    'spec.ingress[0].source.nets[0] is "10/8", which is not a CIDR',
  ],
  [
    ingress({ ...ALLOW, protocol: "TCP", destination: { ports: ["90:80"] } }),
    'spec.ingress[0].destination.ports[0] is "90:80", which is not a port',
  ],
  [ingress({ ...ALLOW, protocol: [] }), "spec.ingress[0] has a protocol that we cannot read"],
  [
    ingress({ ...ALLOW, protocol: "TCP", destination: { ports: [80], notPorts: [81] } }),
    "spec.ingress[0].destination.notPorts is not modelled here",
  ],
];

for (const [spec, because] of NOT_MODELLED) {
  test(`projectcalico.org, not modelled: ${because}`, () => {
    const tiers = { odd: "x", text: { order: "1" }, late: { defaultAction: "Allow" }, same: { order: 1e6 } };
    const isolation = assess(given({ policies: { odd: spec }, tiers }));
    assert.equal(detailOf(isolation).problems[0]?.because, because);
    const { ingress: inward, egress: outward } = workloadOf(isolation, "Pod/one");
    const unknown = [inward, outward].filter((report) => report.openToExternal === null);
    assert.ok(unknown.length > 0, `${verdictText(inward)} / ${verdictText(outward)}`);
    assert.ok(
      unknown.some((report) => report.because?.includes(because)),
      unknown[0]?.because,
    );
  });
}

const OFFICE = "role == 'office'";
const EVERYWHERE = { nets: ["0.0.0.0/0"] };
const SELECTED = ingress({ ...ALLOW, source: { selector: OFFICE } });

/** [says, what there is, ingress or the clause that makes it unknown] */
const NETWORK_SETS: readonly (readonly [says: string, calico: Calico, expected: string | RegExp])[] = [
  ["no set: only pods", { global: { p: SELECTED } }, CLOSED],
  [
    "a set with other labels",
    { global: { p: SELECTED }, globalSets: [set({ role: "vpn" }, EVERYWHERE)] },
    CLOSED,
  ],
  [
    "every address under a label is every address",
    { global: { p: SELECTED }, globalSets: [set({ role: "office" }, EVERYWHERE)] },
    "isolated cluster external 1",
  ],
  [
    "half of all addresses is half",
    { global: { p: SELECTED }, globalSets: [set({ role: "office" }, { nets: ["0.0.0.0/1"] })] },
    "isolated - - 0.5",
  ],
  [
    "a set without nets matches nothing",
    { global: { p: SELECTED }, globalSets: [set({ role: "office" }, {})] },
    CLOSED,
  ],
  [
    "a policy of a namespace means sets of its namespace",
    { policies: { p: SELECTED }, sets: [set({ role: "office" }, EVERYWHERE, "web")] },
    "isolated cluster external 1",
  ],
  [
    "and no other ones",
    {
      policies: { p: SELECTED },
      sets: [set({ role: "office" }, EVERYWHERE, "ops")],
      globalSets: [set({ role: "office" }, EVERYWHERE)],
    },
    CLOSED,
  ],
  [
    "a set of a selected namespace is not guessed",
    {
      policies: {
        p: ingress({ ...ALLOW, source: { selector: OFFICE, namespaceSelector: "team == 'ops'" } }),
      },
      sets: [set({ role: "office" }, EVERYWHERE, "ops")],
    },
    /may match the NetworkSet "set" of "ops", which is not modelled/,
  ],
  [
    "domains of a set are not modelled",
    {
      global: { p: SELECTED },
      globalSets: [set({ role: "office" }, { allowedEgressDomains: ["example.com"] })],
    },
    /the network set "set" has "allowedEgressDomains", which is not modelled/,
  ],
  [
    "a net that is none",
    { global: { p: SELECTED }, globalSets: [set({ role: "office" }, { nets: ["10/8"] })] },
    /nets\[0\] is "10\/8", which is not a CIDR/,
  ],
];

for (const [says, calico, expected] of NETWORK_SETS)
  test(`projectcalico.org, network sets: ${says}`, () => {
    const { ingress: inward } = workloadOf(assess(given(calico)), "Pod/one");
    if (typeof expected === "string") assert.equal(verdictText(inward), expected, inward.because);
    else assert.match(inward.because ?? "", expected);
  });

test("network sets that could not be read make a selector that may mean them unknown, and no other rule", () => {
  const blind = { calicoNetworkSets: unseen("access-denied", "403"), calicoGlobalNetworkSets: seen([]) };
  const ask = (spec: unknown) => {
    const base = given({ global: { p: spec } });
    return workloadOf(assess({ ...base, other: { ...NO_OTHER, ...base.other, ...blind } }), "Pod/one")
      .ingress;
  };
  assert.match(ask(SELECTED).because ?? "", /network sets, which could not be read: access-denied/);
  assert.equal(verdictText(ask(ingress())), CLOSED);
  assert.equal(
    verdictText(ask(ingress({ ...ALLOW, source: { nets: ["10.1.0.0/16"] } }))).startsWith("isolated"),
    true,
  );
});

test("tiers that could not be read leave their policies unknown, and only them", () => {
  const base = given({ policies: { a: { tier: "first", ...(ingress(ALLOW) as object) } } });
  const blind = {
    ...base,
    other: { ...NO_OTHER, ...base.other, calicoTiers: unseen("access-denied", "403") },
  };
  assert.match(
    workloadOf(assess(blind), "Pod/one").ingress.because ?? "",
    /the tiers could not be read: access-denied/,
  );
  const inDefault = given({ policies: { a: ingress() } });
  const isolation = assess({
    ...inDefault,
    other: { ...NO_OTHER, ...inDefault.other, calicoTiers: unseen("access-denied", "403") },
  });
  assert.equal(verdictText(workloadOf(isolation, "Pod/one").ingress), CLOSED);
});

test("a namespace's default deny may be Calico's", () => {
  const isolation = assess(
    given({ policies: { deny: { selector: "all()", types: ["Ingress", "Egress"] } } }),
  );
  assert.deepEqual(namespaceOf(isolation).defaultDeny, { ingress: "effective", egress: "effective" });
});

test("a connection through a named port, by selectors and by address", () => {
  const bySelector = ingress({
    ...ALLOW,
    protocol: "TCP",
    source: { selector: "app == 'scraper'", namespaceSelector: "team == 'ops'" },
    destination: { ports: ["http"] },
  });
  const byAddress = ingress({ ...ALLOW, source: { nets: ["10.0.0.6/32"] } });
  const at = (namespaceName: string, name: string) =>
    ({ kind: "workload", namespace: namespaceName, workload: { kind: "Pod", name } }) as const;
  const ask = (spec: unknown, port: number): boolean | null =>
    createReachability(input(given({ policies: { p: spec } }))).isAllowed(
      at("ops", "scraper"),
      at("web", "one"),
      { port, protocol: "TCP" },
    ).allowed;
  assert.deepEqual([ask(bySelector, 8080), ask(bySelector, 80), ask(byAddress, 80)], [true, false, true]);
});

test("the rest of the world gets in through nets that are all addresses, whatever narrower ones stand beside", () => {
  const ask = (nets: readonly string[], notNets: readonly string[] = []): boolean | null =>
    createReachability(
      input(given({ policies: { p: ingress({ ...ALLOW, source: { nets, notNets } }) } })),
    ).isAllowed(
      { kind: "external" },
      { kind: "workload", namespace: "web", workload: { kind: "Pod", name: "one" } },
      { port: 80, protocol: "TCP" },
    ).allowed;
  assert.deepEqual(
    [
      ask(["0.0.0.0/0"]),
      ask(["0.0.0.0/0", "10.0.0.0/8"]),
      ask(["10.0.0.0/8"]),
      ask(["0.0.0.0/1"]),
      ask(["10.0.0.0/8", "fd00::/8"]),
      ask([], ["10.0.0.0/8"]),
    ],
    [true, true, false, false, false, true],
  );
});
