// Cluster-wide policies with tiers, priorities and actions: one table, spelt in the words of each API.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import { seen, unseen } from "../../lib/model/observed.ts";
import type { EngineBehaviour, OtherPolicies, PolicyApi } from "../../lib/netpol/isolation-input.ts";
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

type Action = "Accept" | "Deny" | "Pass";

interface PlainRule {
  readonly action: Action;
  readonly peers: readonly unknown[];
  /** TCP ports or ranges; `all` protocols one by one. */
  readonly ports?: readonly (number | readonly [number, number] | string)[];
}

interface PlainPolicy {
  readonly tier: "Admin" | "Baseline";
  readonly priority?: number;
  readonly subject?: unknown;
  readonly ingress?: readonly PlainRule[];
  readonly egress?: readonly PlainRule[];
}

interface Dialect {
  readonly title: string;
  readonly spell: (policies: readonly PlainPolicy[]) => {
    readonly other: OtherPolicies;
    readonly implements: EngineBehaviour["implements"];
  };
  /** How reports name the n-th policy of a tier. */
  readonly name: (tier: "Admin" | "Baseline", index: number) => string;
}

const portByKind = (port: number | readonly [number, number] | string): unknown => {
  if (typeof port === "string") return { namedPort: port };
  if (typeof port === "number") return { portNumber: { protocol: "TCP", port } };
  return { portRange: { start: port[0], end: port[1] } };
};
const protocolOf = (port: number | readonly [number, number] | string): unknown => {
  if (typeof port === "string") return { destinationNamedPort: port };
  if (typeof port === "number") return { tcp: { destinationPort: { number: port } } };
  return { tcp: { destinationPort: { range: { start: port[0], end: port[1] } } } };
};

function spellRules(
  rules: readonly PlainRule[] | undefined,
  field: "from" | "to",
  accept: string,
  portsField: string,
  spellPort: typeof portByKind,
): readonly object[] | undefined {
  return rules?.map(({ action, peers, ports }) => ({
    name: "rule",
    action: action === "Accept" ? accept : action,
    [field]: peers,
    ...(ports === undefined ? {} : { [portsField]: ports.map(spellPort) }),
  }));
}

function raw(apiVersion: string, kind: string, name: string, spec: unknown): RawObject {
  return { apiVersion, kind, metadata: { name }, spec };
}

function given(apis: Partial<Record<PolicyApi, readonly RawObject[]>>): ReturnType<Dialect["spell"]> {
  const names = Object.keys(apis) as PolicyApi[];
  return {
    other: { ...NO_OTHER, ...Object.fromEntries(names.map((api) => [api, seen(apis[api] ?? [])])) },
    implements: { ...IMPLEMENTS_NONE, ...Object.fromEntries(names.map((api) => [api, true])) },
  };
}

const EVERY_NAMESPACE = { namespaces: {} };

function clusterNetworkPolicies(apiVersion: string, portsField: string, spellPort: typeof portByKind) {
  return (policies: readonly PlainPolicy[]): readonly RawObject[] =>
    policies.map(({ tier, priority, subject, ingress, egress }, index) =>
      raw(apiVersion, "ClusterNetworkPolicy", `p${index}`, {
        tier,
        priority: priority ?? index,
        subject: subject ?? EVERY_NAMESPACE,
        ingress: spellRules(ingress, "from", "Accept", portsField, spellPort),
        egress: spellRules(egress, "to", "Accept", portsField, spellPort),
      }),
    );
}

const AWS: Dialect = {
  title: "networking.k8s.aws",
  spell: (policies) =>
    given({
      awsClusterNetworkPolicies: clusterNetworkPolicies(
        "networking.k8s.aws/v1alpha1",
        "ports",
        portByKind,
      )(policies),
    }),
  name: (_, index) => `ClusterNetworkPolicy.networking.k8s.aws/p${index}`,
};

const UPSTREAM: Dialect = {
  title: "policy.networking.k8s.io/v1alpha2",
  spell: (policies) =>
    given({
      clusterNetworkPolicies: clusterNetworkPolicies(
        "policy.networking.k8s.io/v1alpha2",
        "protocols",
        protocolOf,
      )(policies),
    }),
  name: (_, index) => `ClusterNetworkPolicy.policy.networking.k8s.io/p${index}`,
};

const ADMIN: Dialect = {
  title: "policy.networking.k8s.io/v1alpha1",
  spell: (policies) => {
    const spell = ({ tier, priority, subject, ingress, egress }: PlainPolicy, index: number): RawObject =>
      raw(
        "policy.networking.k8s.io/v1alpha1",
        tier === "Admin" ? "AdminNetworkPolicy" : "BaselineAdminNetworkPolicy",
        tier === "Admin" ? `p${index}` : "default",
        {
          ...(tier === "Admin" ? { priority: priority ?? index } : {}),
          subject: subject ?? EVERY_NAMESPACE,
          ingress: spellRules(ingress, "from", "Allow", "ports", portByKind),
          egress: spellRules(egress, "to", "Allow", "ports", portByKind),
        },
      );
    const of = (tier: PlainPolicy["tier"]): readonly RawObject[] =>
      policies.flatMap((policy, index) => (policy.tier === tier ? [spell(policy, index)] : []));
    return given({ adminNetworkPolicies: of("Admin"), baselineAdminNetworkPolicies: of("Baseline") });
  },
  name: (tier, index) =>
    tier === "Admin"
      ? `AdminNetworkPolicy.policy.networking.k8s.io/p${index}`
      : "BaselineAdminNetworkPolicy.policy.networking.k8s.io/default",
};

const PODS = { namespaces: {} };
const TEAM_A = { namespaces: { matchLabels: { team: "a" } } };
const WORLD = { networks: ["0.0.0.0/0", "::/0"] };
const DENY_ALL: PlainRule = { action: "Deny", peers: [PODS, WORLD] };
const NP_DENY = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };
const NP_OPEN = { podSelector: {}, ingress: [{}], egress: [{}] };

const FREE = "- cluster external 1";
const CLOSED = "isolated - - 0";
const OPEN = "isolated cluster external 1";

interface Row {
  readonly says: string;
  readonly policies: readonly PlainPolicy[];
  readonly native?: unknown;
  readonly ingress?: string;
  readonly egress?: string;
  readonly nullifiedBy?: readonly number[];
  readonly unselectedPods?: "denied";
}

const ROWS: readonly Row[] = [
  { says: "no rules affect nothing", policies: [{ tier: "Admin" }], ingress: FREE, egress: FREE },
  {
    says: "a baseline deny-all isolates egress without any NetworkPolicy",
    policies: [{ tier: "Baseline", egress: [DENY_ALL] }],
    ingress: FREE,
    egress: CLOSED,
  },
  {
    says: "an admin deny-all does as well",
    policies: [{ tier: "Admin", egress: [DENY_ALL] }],
    egress: CLOSED,
  },
  {
    says: "networks are about pods, too",
    policies: [{ tier: "Admin", egress: [{ action: "Deny", peers: [WORLD] }] }],
    egress: CLOSED,
  },
  {
    says: "an ingress deny from every pod leaves the outside",
    policies: [{ tier: "Admin", ingress: [{ action: "Deny", peers: [PODS] }] }],
    ingress: "- - external 1",
  },
  {
    says: "a deny for some pods leaves the others",
    policies: [{ tier: "Admin", ingress: [{ action: "Deny", peers: [TEAM_A] }] }],
    ingress: "- - external 1",
  },
  {
    says: "a deny on one port leaves the others",
    policies: [{ tier: "Admin", egress: [{ action: "Deny", peers: [PODS, WORLD], ports: [80] }] }],
    egress: "- - - 1",
  },
  {
    says: "a deny of half the addresses",
    policies: [{ tier: "Admin", egress: [{ action: "Deny", peers: [{ networks: ["0.0.0.0/1"] }] }] }],
    egress: "- - - 0.5",
  },
  {
    says: "a baseline deny does not reach a pod that a NetworkPolicy selects",
    policies: [{ tier: "Baseline", egress: [DENY_ALL] }],
    native: NP_OPEN,
    egress: OPEN,
  },
  {
    says: "an admin deny does",
    policies: [{ tier: "Admin", egress: [DENY_ALL] }],
    native: NP_OPEN,
    egress: CLOSED,
  },
  {
    says: "an admin accept overrides a default deny",
    policies: [{ tier: "Admin", ingress: [{ action: "Accept", peers: [PODS] }] }],
    native: NP_DENY,
    ingress: "isolated cluster - 0",
    nullifiedBy: [0],
  },
  {
    says: "an accept on one port does not open all",
    policies: [{ tier: "Admin", ingress: [{ action: "Accept", peers: [PODS], ports: [80, [443, 8443]] }] }],
    native: NP_DENY,
    ingress: CLOSED,
  },
  {
    says: "an accept of everything is what opens",
    policies: [{ tier: "Admin", egress: [{ action: "Accept", peers: [PODS, WORLD] }] }],
    native: NP_DENY,
    egress: OPEN,
    nullifiedBy: [0],
  },
  {
    says: "a baseline accept does not override",
    policies: [{ tier: "Baseline", egress: [{ action: "Accept", peers: [PODS, WORLD] }] }],
    native: NP_DENY,
    egress: CLOSED,
  },
  {
    says: "an accept alone isolates nothing",
    policies: [{ tier: "Admin", egress: [{ action: "Accept", peers: [TEAM_A] }] }],
    egress: FREE,
  },
  {
    says: "the lower priority number goes first",
    policies: [
      { tier: "Admin", priority: 10, egress: [{ action: "Accept", peers: [PODS, WORLD] }] },
      { tier: "Admin", priority: 5, egress: [DENY_ALL] },
    ],
    egress: CLOSED,
  },
  {
    says: "an accept before a deny-all opens and is named",
    policies: [
      { tier: "Admin", priority: 5, egress: [{ action: "Accept", peers: [PODS, WORLD] }] },
      { tier: "Admin", priority: 10, egress: [DENY_ALL] },
    ],
    egress: OPEN,
    nullifiedBy: [0],
  },
  {
    says: "a deny of what was accepted is nothing",
    policies: [
      { tier: "Admin", priority: 1, egress: [{ action: "Accept", peers: [TEAM_A] }] },
      { tier: "Admin", priority: 2, egress: [{ action: "Deny", peers: [TEAM_A] }] },
    ],
    egress: FREE,
  },
  {
    says: "a pass skips the rest of the tier",
    policies: [
      { tier: "Admin", priority: 1, egress: [{ action: "Pass", peers: [PODS, WORLD] }] },
      { tier: "Admin", priority: 2, egress: [DENY_ALL] },
    ],
    egress: FREE,
  },
  {
    says: "and meets the NetworkPolicies",
    policies: [
      { tier: "Admin", priority: 1, egress: [{ action: "Pass", peers: [PODS, WORLD] }] },
      { tier: "Admin", priority: 2, egress: [{ action: "Accept", peers: [PODS, WORLD] }] },
    ],
    native: NP_DENY,
    egress: CLOSED,
  },
  {
    says: "a pass for some pods keeps their way open, so nothing is isolated",
    policies: [
      { tier: "Admin", priority: 1, egress: [{ action: "Pass", peers: [TEAM_A] }] },
      { tier: "Admin", priority: 2, egress: [DENY_ALL] },
    ],
    egress: "- - - 0",
  },
  {
    says: "who passes opens as well",
    policies: [
      { tier: "Admin", priority: 1, egress: [{ action: "Pass", peers: [PODS, WORLD] }] },
      { tier: "Admin", priority: 2, egress: [DENY_ALL] },
    ],
    native: NP_OPEN,
    egress: OPEN,
  },
  {
    says: "what is passed may be denied in the next tier",
    policies: [
      { tier: "Admin", egress: [{ action: "Pass", peers: [TEAM_A] }] },
      { tier: "Baseline", egress: [{ action: "Deny", peers: [TEAM_A] }] },
    ],
    egress: "- - external 1",
  },
  {
    says: "what is accepted may not",
    policies: [
      { tier: "Admin", egress: [{ action: "Accept", peers: [TEAM_A] }] },
      { tier: "Baseline", egress: [{ action: "Deny", peers: [TEAM_A] }] },
    ],
    egress: FREE,
  },
  {
    says: "a deny of networks that were accepted is nothing",
    policies: [
      { tier: "Admin", priority: 1, egress: [{ action: "Accept", peers: [{ networks: ["10.0.0.0/8"] }] }] },
      { tier: "Admin", priority: 2, egress: [{ action: "Deny", peers: [{ networks: ["10.0.0.0/8"] }] }] },
    ],
    egress: FREE,
  },
  {
    says: "a subject of namespaces that are not there",
    policies: [
      { tier: "Admin", subject: { namespaces: { matchLabels: { team: "none" } } }, egress: [DENY_ALL] },
    ],
    egress: FREE,
  },
  {
    says: "a subject of pods",
    policies: [
      {
        tier: "Admin",
        subject: {
          pods: {
            namespaceSelector: { matchLabels: { team: "a" } },
            podSelector: { matchLabels: { app: "web" } },
          },
        },
        egress: [DENY_ALL],
      },
    ],
    egress: CLOSED,
  },
  {
    says: "a subject of other pods",
    policies: [
      {
        tier: "Admin",
        subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: "api" } } } },
        egress: [DENY_ALL],
      },
    ],
    egress: FREE,
  },
  {
    says: "domain names open no whole space",
    policies: [
      {
        tier: "Admin",
        priority: 1,
        egress: [{ action: "Accept", peers: [{ domainNames: ["*.example.test"] }] }],
      },
      { tier: "Admin", priority: 2, egress: [DENY_ALL] },
    ],
    egress: CLOSED,
  },
  {
    says: "what passes every tier meets the default",
    policies: [{ tier: "Admin", egress: [{ action: "Pass", peers: [PODS, WORLD] }] }],
    egress: CLOSED,
    unselectedPods: "denied",
  },
  {
    says: "an accept opens against a default deny",
    policies: [{ tier: "Baseline", egress: [{ action: "Accept", peers: [PODS, WORLD] }] }],
    egress: OPEN,
    nullifiedBy: [0],
    unselectedPods: "denied",
  },
];

const WEB = pod("one", { app: "web" });

function verdictsOf(dialect: Dialect, row: Row): ReturnType<typeof assess> {
  const { other, implements: implemented } = dialect.spell(row.policies);
  return assess({
    namespaces: [namespace("web", { team: "a" })],
    pods: [WEB],
    policies: row.native === undefined ? [] : [policy("native", row.native)],
    other,
    engine: {
      implements: implemented,
      ...(row.unselectedPods ? { unselectedPods: row.unselectedPods } : {}),
    },
  });
}

for (const dialect of [AWS, UPSTREAM, ADMIN]) {
  for (const row of ROWS) {
    test(`${dialect.title}: ${row.says}`, () => {
      const isolation = verdictsOf(dialect, row);
      const { ingress, egress } = workloadOf(isolation, "Pod/one");
      if (row.ingress !== undefined) assert.equal(verdictText(ingress), row.ingress, ingress.because);
      if (row.egress !== undefined) assert.equal(verdictText(egress), row.egress, egress.because);
      if (row.nullifiedBy !== undefined) {
        const named = row.nullifiedBy.map((index) =>
          dialect.name(row.policies[index]?.tier ?? "Admin", index),
        );
        assert.deepEqual([...new Set([...ingress.nullifiedBy, ...egress.nullifiedBy])], named);
      }
      assert.deepEqual(detailOf(isolation).problems, []);
    });
  }
}

const RIVALS: readonly PlainPolicy[] = [
  { tier: "Admin", priority: 7, egress: [{ action: "Accept", peers: [PODS, WORLD] }] },
  { tier: "Admin", priority: 7, egress: [DENY_ALL] },
];

test("networking.k8s.aws: of equal priorities the deny wins, in one policy as well", () => {
  const two = verdictsOf(AWS, { says: "", policies: RIVALS });
  assert.equal(verdictText(workloadOf(two, "Pod/one").egress), CLOSED);
  const one = verdictsOf(AWS, {
    says: "",
    policies: [{ tier: "Admin", egress: [{ action: "Accept", peers: [PODS, WORLD] }, DENY_ALL] }],
  });
  assert.equal(verdictText(workloadOf(one, "Pod/one").egress), CLOSED);
});

test("networking.k8s.aws: and an accept before a pass", () => {
  const isolation = verdictsOf(AWS, {
    says: "",
    policies: [
      { tier: "Admin", priority: 7, egress: [{ action: "Pass", peers: [PODS, WORLD] }] },
      { tier: "Admin", priority: 7, egress: [{ action: "Accept", peers: [PODS, WORLD] }] },
    ],
    native: NP_DENY,
  });
  assert.equal(verdictText(workloadOf(isolation, "Pod/one").egress), OPEN);
});

test("of equal priorities with one action everything is known", () => {
  const policies = RIVALS.slice(1).flatMap((rival) => [rival, rival]);
  const { egress } = workloadOf(verdictsOf(UPSTREAM, { says: "", policies }), "Pod/one");
  assert.equal(verdictText(egress), CLOSED);
});

test("what a policy that perhaps counts adds is in doubt, what others decide is not", () => {
  const verdict = (action: Action, native: unknown): string => {
    const { other, implements: implemented } = AWS.spell([
      { tier: "Admin", egress: [{ action, peers: [PODS, WORLD] }] },
    ]);
    const isolation = assess({
      pods: [WEB],
      policies: [policy("native", native)],
      other,
      engine: { implements: { ...implemented, awsClusterNetworkPolicies: null } },
    });
    return verdictText(workloadOf(isolation, "Pod/one").egress);
  };
  assert.equal(verdict("Accept", NP_OPEN), OPEN);
  assert.equal(verdict("Deny", NP_DENY), CLOSED);
  assert.equal(verdict("Accept", NP_DENY), "isolated ? ? ?");
  assert.equal(verdict("Deny", NP_OPEN), "isolated ? ? ?");
  assert.equal(verdict("Pass", NP_DENY), "? ? ? ?");
});

for (const dialect of [UPSTREAM, ADMIN]) {
  test(`${dialect.title}: of equal priorities nothing is known, in one policy the order decides`, () => {
    const { egress } = workloadOf(verdictsOf(dialect, { says: "", policies: RIVALS }), "Pod/one");
    assert.equal(verdictText(egress), "? ? ? ?");
    assert.match(egress.because ?? "", /have the same priority and different actions/);
    const one = verdictsOf(dialect, {
      says: "",
      policies: [{ tier: "Admin", egress: [{ action: "Accept", peers: [PODS, WORLD] }, DENY_ALL] }],
    });
    assert.equal(verdictText(workloadOf(one, "Pod/one").egress), OPEN);
  });
}

test("a cluster-wide policy is named where it selects something", () => {
  const { other, implements: implemented } = AWS.spell([
    { tier: "Admin", subject: { namespaces: { matchLabels: { team: "a" } } }, egress: [DENY_ALL] },
  ]);
  const isolation = assess({
    namespaces: [namespace("web", { team: "a" }), namespace("ops"), namespace("void", { team: "a" })],
    pods: [WEB, pod("two", {}, { namespace: "ops" })],
    other,
    engine: { implements: implemented },
  });
  const name = AWS.name("Admin", 0);
  assert.deepEqual(namespaceOf(isolation).policies, [name]);
  assert.deepEqual(namespaceOf(isolation).deadPolicies, []);
  assert.deepEqual(workloadOf(isolation, "Pod/one").egress.policies, [name]);
  assert.deepEqual(namespaceOf(isolation, "ops").policies, []);
  assert.deepEqual(namespaceOf(isolation, "void").policies, []);
});

test("an API that may be implemented makes its pods unknown", () => {
  const { other, implements: implemented } = AWS.spell([{ tier: "Baseline", egress: [DENY_ALL] }]);
  const isolation = assess({
    pods: [WEB],
    other,
    engine: { implements: { ...implemented, awsClusterNetworkPolicies: null } },
  });
  const { ingress, egress } = workloadOf(isolation, "Pod/one");
  assert.equal(verdictText(ingress), FREE);
  assert.equal(verdictText(egress), "? ? ? ?");
  assert.match(egress.because ?? "", /not known/);
  // Only what certainly selects the pod is named.
  assert.deepEqual(egress.policies, []);
});

test("VPC CNI: the baseline is in doubt where a namespace's policy leaves the direction alone", () => {
  const { other, implements: implemented } = AWS.spell([{ tier: "Baseline", egress: [DENY_ALL] }]);
  const egressWith = (...policyTypes: readonly string[]) =>
    workloadOf(
      assess({
        pods: [WEB],
        policies: policyTypes.length === 0 ? [] : [policy("own", { podSelector: {}, policyTypes })],
        other,
        engine: { implements: implemented },
      }),
      "Pod/one",
    ).egress;
  const denied = verdictText(egressWith("Ingress", "Egress"));
  assert.equal(verdictText(egressWith()), denied);
  assert.equal(verdictText(egressWith("Ingress")), "? ? ? ?");
  assert.match(egressWith("Ingress").because ?? "", /may let everything through before it/);
  const admin = AWS.spell([{ tier: "Admin", egress: [DENY_ALL] }]).other;
  const first = { pods: [WEB], policies: [policy("own", { podSelector: {}, policyTypes: ["Ingress"] })] };
  const { egress } = workloadOf(
    assess({ ...first, other: admin, engine: { implements: implemented } }),
    "Pod/one",
  );
  assert.equal(verdictText(egress), denied);
});

const UNREADABLE: readonly (readonly [spec: unknown, because: RegExp])[] = [
  ["what", /^spec is not an object$/],
  [{ tier: "Admin", priority: 1, subject: PODS, mode: 1 }, /^spec has a field that we do not know, "mode"$/],
  [
    { tier: "Middle", priority: 1, subject: PODS },
    /^spec\.tier is "Middle", which is not Admin or Baseline$/,
  ],
  ...[-1, 1.5, "1"].map(
    (priority) =>
      [
        { tier: "Admin", priority, subject: PODS },
        /^spec\.priority is .*, which is not from 0 to 1000$/,
      ] as const,
  ),
  [{ tier: "Admin", priority: 1001, subject: PODS }, /^spec\.priority is 1001, which is not from 0 to 1000$/],
  [
    { tier: "Admin", priority: 1, subject: {}, egress: [{ action: "Deny", to: [PODS] }] },
    /^spec\.subject has not exactly one field$/,
  ],
  [
    { tier: "Admin", priority: 1, subject: { namespaces: {}, pods: {} }, egress: [] },
    /^spec\.subject has not exactly one field$/,
  ],
  [{ tier: "Admin", priority: 1, subject: PODS, egress: {} }, /^spec\.egress is not a list$/],
  [
    { tier: "Admin", priority: 1, subject: PODS, egress: [{ action: "Allow", to: [PODS] }] },
    /^spec\.egress\[0\]\.action is "Allow", which we do not know$/,
  ],
  [
    { tier: "Admin", priority: 1, subject: PODS, egress: [{ action: "Deny", to: [] }] },
    /^spec\.egress\[0\]\.to is not a list of at least one peer$/,
  ],
  [
    { tier: "Admin", priority: 1, subject: PODS, egress: [{ action: "Deny", to: [{}] }] },
    /^spec\.egress\[0\]\.to\[0\] has not exactly one field$/,
  ],
  [
    {
      tier: "Admin",
      priority: 1,
      subject: PODS,
      egress: [{ action: "Deny", to: [{ networks: ["10.0.0.0/8"], namespaces: {} }] }],
    },
    /^spec\.egress\[0\]\.to\[0\] has not exactly one field$/,
  ],
  [
    { tier: "Admin", priority: 1, subject: PODS, egress: [{ action: "Deny", to: [{ futurePeer: {} }] }] },
    /^spec\.egress\[0\]\.to\[0\] has a field that we do not know, "futurePeer"$/,
  ],
  [
    { tier: "Admin", priority: 1, subject: PODS, egress: [{ action: "Deny", to: [{ networks: ["10/8"] }] }] },
    /^spec\.egress\[0\]\.to\[0\]\.networks\[0\] is "10\/8", which is not a CIDR$/,
  ],
  [
    {
      tier: "Admin",
      priority: 1,
      subject: PODS,
      egress: [{ action: "Deny", to: [{ domainNames: ["a.test"] }] }],
    },
    /^spec\.egress\[0\]\.to\[0\] is about nodes or domain names, of which no address is known$/,
  ],
  [
    { tier: "Admin", priority: 1, subject: PODS, egress: [{ action: "Deny", to: [PODS], ports: [] }] },
    /^spec\.egress\[0\]\.ports is not a list of at least one item$/,
  ],
  [
    {
      tier: "Admin",
      priority: 1,
      subject: PODS,
      egress: [{ action: "Deny", to: [PODS], ports: [{ portNumber: { port: 0 } }] }],
    },
    /^spec\.egress\[0\]\.ports\[0\]\.portNumber is not a range of ports$/,
  ],
  [
    { tier: "Admin", priority: 1, subject: PODS, ingress: [{ action: "Deny", from: [WORLD] }] },
    /^spec\.ingress\[0\]\.from\[0\] has a field that we do not know, "networks"$/,
  ],
];

for (const [spec, because] of UNREADABLE) {
  test(`networking.k8s.aws, unreadable: ${because.source}`, () => {
    const isolation = assess({
      pods: [WEB],
      ...(() => {
        const { other, implements: implemented } = given({
          awsClusterNetworkPolicies: [
            raw("networking.k8s.aws/v1alpha1", "ClusterNetworkPolicy", "odd", spec),
          ],
        });
        return { other, engine: { implements: implemented } };
      })(),
    });
    const [problem] = detailOf(isolation).problems;
    assert.match(problem?.because ?? "", because);
    const { ingress, egress } = workloadOf(isolation, "Pod/one");
    if (JSON.stringify(spec).includes('gress":[]')) return;
    assert.ok(
      [ingress, egress].some((report) => verdictText(report).includes("?")),
      `${verdictText(ingress)} / ${verdictText(egress)}`,
    );
  });
}

const APPLICATION = (spec: unknown): Given => {
  const object = {
    apiVersion: "networking.k8s.aws/v1alpha1",
    kind: "ApplicationNetworkPolicy",
    metadata: { name: "anp", namespace: "web" },
    spec,
  };
  const { other, implements: implemented } = given({ awsApplicationNetworkPolicies: [object] });
  const pods = [WEB, pod("other", { app: "other" })];
  return { namespaces: [namespace("web")], pods, other, engine: { implements: implemented } };
};

test("an ApplicationNetworkPolicy is a NetworkPolicy whose egress may name domains", () => {
  const isolation = assess(
    APPLICATION({
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [{ namespaceSelector: {} }] }],
      egress: [{ to: [{ domainNames: ["*.example.test"] }] }],
    }),
  );
  const { ingress, egress } = workloadOf(isolation, "Pod/one");
  assert.equal(verdictText(ingress), "isolated cluster - 0");
  assert.equal(verdictText(egress), CLOSED);
  assert.deepEqual(ingress.nullifiedBy, ["ApplicationNetworkPolicy.networking.k8s.aws/anp"]);
  assert.deepEqual(namespaceOf(isolation).policies, ["ApplicationNetworkPolicy.networking.k8s.aws/anp"]);
});

test("one that names domains may count for nothing where not every node applies those", () => {
  const elsewhere = { appliesDomainNames: false };
  const judged = (spec: object, more: Given = {}) => {
    const given = APPLICATION({ podSelector: {}, policyTypes: ["Ingress", "Egress"], ...spec });
    const { ingress, egress } = workloadOf(
      assess({ ...given, ...more, engine: { ...given.engine, ...elsewhere } }),
      "Pod/one",
    );
    return { verdicts: `${verdictText(ingress)} / ${verdictText(egress)}`, because: egress.because };
  };
  const named = { egress: [{ to: [{ domainNames: ["*.example.test"] }] }] };
  const { verdicts, because } = judged(named);
  assert.equal(verdicts, "? ? ? ? / ? ? ? ?");
  assert.match(because ?? "", /names domains, which only nodes of EKS Auto Mode apply/);
  assert.equal(judged({ egress: [] }).verdicts, `${CLOSED} / ${CLOSED}`, "the API itself is implemented");
  const denied = [policy("deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] })];
  assert.equal(judged(named, { policies: denied }).verdicts, `${CLOSED} / ${CLOSED}`, "rules only add");
});

test("it adds up with NetworkPolicies of its namespace", () => {
  const given = APPLICATION({
    podSelector: {},
    policyTypes: ["Egress"],
    egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/1" } }] }],
  });
  const half = policy("half", {
    podSelector: {},
    policyTypes: ["Egress"],
    egress: [{ to: [{ ipBlock: { cidr: "128.0.0.0/1" } }] }],
  });
  const { egress } = workloadOf(assess({ ...given, policies: [half] }), "Pod/one");
  assert.equal(verdictText(egress), "isolated - external 1");
  assert.deepEqual(egress.nullifiedBy, ["ApplicationNetworkPolicy.networking.k8s.aws/anp"]);
});

const DOMAINS = "spec.egress[0].to[0]";
for (const [peer, because] of [
  [
    { domainNames: ["a.test"], podSelector: {} },
    `${DOMAINS} has domainNames beside another peer, which the API forbids`,
  ],
  [{ domainNames: [] }, `${DOMAINS}.domainNames is not a list of names`],
  [{ domainNames: "a.test" }, `${DOMAINS}.domainNames is not a list of names`],
  ["a.test", `${DOMAINS} is not an object`],
] as const) {
  test(`an ApplicationNetworkPolicy's peer that is not read: ${JSON.stringify(peer)}`, () => {
    const isolation = assess(
      APPLICATION({ podSelector: {}, policyTypes: ["Egress"], egress: [{ to: [peer] }] }),
    );
    const { egress } = workloadOf(isolation, "Pod/one");
    assert.equal(verdictText(egress), "isolated ? ? ?");
    assert.equal(egress.because, `ApplicationNetworkPolicy.networking.k8s.aws/anp: ${because}`);
  });
}

test("only its egress names domains", () => {
  const isolation = assess(
    APPLICATION({ podSelector: {}, ingress: [{ from: [{ domainNames: ["a.test"] }] }] }),
  );
  assert.equal(
    detailOf(isolation).problems[0]?.because,
    'spec.ingress[0].from[0] has a field that we do not know, "domainNames"',
  );
});

test("which address a domain name has is not known, but it is no pod's", () => {
  const { isAllowed } = createReachability(
    input(
      APPLICATION({
        podSelector: {},
        policyTypes: ["Egress"],
        egress: [{ to: [{ domainNames: ["a.test"] }] }],
      }),
    ),
  );
  const web = { kind: "workload", namespace: "web", workload: { kind: "Pod", name: "one" } } as const;
  const https = { port: 443, protocol: "TCP" } as const;
  assert.equal(isAllowed(web, { kind: "address", address: "1.2.3.4" }, https).allowed, null);
  assert.equal(isAllowed(web, { kind: "external" }, https).allowed, null);
  const other = { kind: "workload", namespace: "web", workload: { kind: "Pod", name: "other" } } as const;
  assert.equal(isAllowed(web, other, https).allowed, false);
});

test("a connection meets the tiers in their order", () => {
  const { other, implements: implemented } = AWS.spell([
    { tier: "Admin", priority: 1, ingress: [{ action: "Accept", peers: [TEAM_A], ports: [80] }] },
    { tier: "Admin", priority: 2, ingress: [{ action: "Deny", peers: [PODS] }] },
  ]);
  const { isAllowed, openPaths } = createReachability(
    input({
      namespaces: [namespace("web"), namespace("a", { team: "a" }), namespace("b")],
      pods: [WEB, pod("from-a", {}, { namespace: "a" }), pod("from-b", {}, { namespace: "b" })],
      other,
      engine: { implements: implemented },
    }),
  );
  const at = (namespace: string, name: string) =>
    ({ kind: "workload", namespace, workload: { kind: "Pod", name } }) as const;
  const ask = (namespace: string, name: string, port: number): boolean | null =>
    isAllowed(at(namespace, name), at("web", "one"), { port, protocol: "TCP" }).allowed;
  assert.deepEqual(
    [ask("a", "from-a", 80), ask("a", "from-a", 81), ask("b", "from-b", 80)],
    [true, false, false],
  );
  assert.deepEqual(
    openPaths(at("web", "one"), { port: 80, protocol: "TCP" })?.map(({ detail }) => detail),
    ["every pod in namespaces with team=a"],
  );
});

test("a priority is from 0 to 1000", () => {
  for (const priority of [0, 1000])
    assert.equal(
      verdictText(
        workloadOf(
          verdictsOf(AWS, { says: "", policies: [{ tier: "Admin", priority, egress: [DENY_ALL] }] }),
          "Pod/one",
        ).egress,
      ),
      CLOSED,
    );
});

test("a connection that no rule is about goes through every tier to the default", () => {
  const { other, implements: implemented } = AWS.spell([
    { tier: "Admin", ingress: [{ action: "Deny", peers: [TEAM_A] }] },
    { tier: "Baseline", ingress: [{ action: "Deny", peers: [PODS], ports: [81] }] },
  ]);
  const given = {
    namespaces: [namespace("web"), namespace("b")],
    pods: [WEB, pod("from-b", {}, { namespace: "b" })],
    other,
  };
  const at = (namespace: string, name: string) =>
    ({ kind: "workload", namespace, workload: { kind: "Pod", name } }) as const;
  const ask = (port: number, unselectedPods: "allowed" | "denied"): boolean | null =>
    createReachability(input({ ...given, engine: { implements: implemented, unselectedPods } })).isAllowed(
      at("b", "from-b"),
      at("web", "one"),
      { port, protocol: "TCP" },
    ).allowed;
  assert.deepEqual([ask(80, "allowed"), ask(81, "allowed"), ask(80, "denied")], [true, false, false]);
});

test("a connection that is passed meets the next tier", () => {
  const { other, implements: implemented } = AWS.spell([
    { tier: "Admin", priority: 1, ingress: [{ action: "Pass", peers: [PODS] }] },
    { tier: "Admin", priority: 2, ingress: [{ action: "Accept", peers: [PODS] }] },
  ]);
  const ask = (native: unknown): boolean | null =>
    createReachability(
      input({
        namespaces: [namespace("web"), namespace("b")],
        pods: [WEB, pod("from-b", {}, { namespace: "b" })],
        policies: [policy("native", native)],
        other,
        engine: { implements: implemented },
      }),
    ).isAllowed(
      { kind: "workload", namespace: "b", workload: { kind: "Pod", name: "from-b" } },
      { kind: "workload", namespace: "web", workload: { kind: "Pod", name: "one" } },
      { port: 80, protocol: "TCP" },
    ).allowed;
  assert.deepEqual([ask({ podSelector: {} }), ask(NP_OPEN)], [false, true]);
});

test("a default that is not known leaves what no rule decides unknown, also beside a certain policy", () => {
  const { other, implements: implemented } = AWS.spell([
    { tier: "Admin", egress: [{ action: "Accept", peers: [TEAM_A] }] },
  ]);
  const { egress } = workloadOf(
    assess({ pods: [WEB], other, engine: { implements: implemented, unselectedPods: null } }),
    "Pod/one",
  );
  assert.equal(verdictText(egress), "? ? ? ?");
  assert.match(egress.because ?? "", /pod that no policy selects/);
});

test("one policy of which nothing is known is enough to know nothing", () => {
  const object = raw("networking.k8s.aws/v1alpha1", "ClusterNetworkPolicy", "odd", {
    tier: "Admin",
    priority: 1,
    subject: PODS,
    mode: 1,
  });
  const { other, implements: implemented } = given({ awsClusterNetworkPolicies: [object] });
  const isolation = assess({
    pods: [WEB],
    policies: [policy("native", NP_OPEN)],
    other,
    engine: { implements: implemented },
  });
  assert.equal(verdictText(workloadOf(isolation, "Pod/one").ingress), "? ? ? ?");
});

test("policies that could not be seen open nothing in the details", () => {
  const isolation = assess({
    pods: [WEB],
    policies: [policy("native", NP_DENY)],
    other: { ...NO_OTHER, awsClusterNetworkPolicies: unseen("access-denied", "403") },
    engine: { implements: { ...IMPLEMENTS_NONE, awsClusterNetworkPolicies: true } },
  });
  assert.equal(verdictText(workloadOf(isolation, "Pod/one").ingress), "isolated ? ? ?");
  assert.deepEqual(detailOf(isolation).openings, []);
  assert.deepEqual(workloadOf(isolation, "Pod/one").ingress.nullifiedBy, []);
});

test("very many denied port ranges are bounded from both sides", () => {
  const rule = (index: number): PlainRule => ({
    action: "Deny",
    peers: [PODS],
    ports: [[1 + index, 60_000 - index]],
  });
  const { other, implements: implemented } = AWS.spell([
    { tier: "Admin", ingress: Array.from({ length: 1_000 }, (_, index) => rule(index)) },
  ]);
  const { ingress } = workloadOf(
    assess({ pods: [WEB], other, engine: { implements: implemented } }),
    "Pod/one",
  );
  assert.equal(verdictText(ingress), "- ? external 1");
});

test("a pod of two families is opened to the cluster by both, and to the outside by one", () => {
  const verdict = (networks: readonly string[]): string => {
    const { other, implements: implemented } = AWS.spell([
      { tier: "Admin", egress: [{ action: "Accept", peers: [{ networks }] }] },
      { tier: "Admin", priority: 2, egress: [{ action: "Deny", peers: [TEAM_A], ports: [7] }] },
    ]);
    const dual = pod("dual", {}, { detail: detail({ podIPs: ["10.0.0.1", "fd00::1"] }) });
    const isolation = assess({
      pods: [dual],
      policies: [policy("native", NP_DENY)],
      other,
      engine: { implements: implemented },
    });
    return verdictText(workloadOf(isolation, "Pod/dual").egress);
  };
  assert.equal(verdict(["0.0.0.0/0"]), "isolated - external 1");
  assert.equal(verdict(["::/0"]), "isolated - external 1");
  assert.equal(verdict(["0.0.0.0/0", "::/0"]), OPEN);
});

test("in strict mode a cluster-wide policy opens no other direction, a namespace's own does", () => {
  const verdict = (native: readonly RawObject[], implemented: boolean | null = true): string => {
    const { other } = AWS.spell([{ tier: "Admin", ingress: [{ action: "Accept", peers: [TEAM_A] }] }]);
    const isolation = assess({
      pods: [WEB],
      policies: native,
      other,
      engine: {
        unselectedPods: "denied",
        selectionOpensOtherDirection: true,
        implements: { ...IMPLEMENTS_NONE, awsClusterNetworkPolicies: implemented },
      },
    });
    return verdictText(workloadOf(isolation, "Pod/one").egress);
  };
  const own = policy("own", { podSelector: {} });
  const odd = policy("odd", { podSelector: 1, policyTypes: ["Ingress"] });
  assert.equal(verdict([]), CLOSED);
  assert.equal(verdict([own]), FREE);
  assert.equal(verdict([own, odd]), FREE);
  assert.equal(verdict([odd]), "? ? ? ?");
});

test("a rule that denies is no broad one, and domain names are none", () => {
  const { other, implements: implemented } = AWS.spell([
    { tier: "Admin", ingress: [{ action: "Deny", peers: [PODS] }] },
    { tier: "Admin", egress: [{ action: "Accept", peers: [{ domainNames: ["a.test"] }, WORLD] }] },
  ]);
  const { overBroadRules } = detailOf(assess({ pods: [WEB], other, engine: { implements: implemented } }));
  assert.deepEqual(
    overBroadRules.map(({ direction, path, reason }) => [direction, path, reason]),
    [
      ["egress", "spec.egress[0].to[1].networks", "wide-addresses"],
      ["egress", "spec.egress[0].to[1].networks", "wide-addresses"],
    ],
  );
});

test("where isolation is not known, nothing is an opening or a way to instance metadata", () => {
  const { other, implements: implemented } = AWS.spell([
    { tier: "Admin", egress: [{ action: "Accept", peers: [PODS, { networks: ["169.254.0.0/16"] }] }] },
  ]);
  const { openings, metadataEgress } = detailOf(
    assess({ pods: [WEB], other, engine: { implements: implemented, unselectedPods: null } }),
  );
  assert.deepEqual({ openings, metadataEgress }, { openings: [], metadataEgress: [] });
});

test("a connection that is denied names what isolates, one that is allowed who allows it", () => {
  const { other, implements: implemented } = AWS.spell([
    { tier: "Admin", priority: 1, ingress: [{ action: "Accept", peers: [PODS], ports: [80] }] },
    { tier: "Admin", priority: 2, ingress: [{ action: "Deny", peers: [PODS] }] },
  ]);
  const { isAllowed, allowed } = createReachability(
    input({
      namespaces: [namespace("b")],
      pods: [WEB, pod("two", {}, { namespace: "b" })],
      other,
      engine: { implements: implemented },
    }),
  );
  const at = (namespace: string, name: string) =>
    ({ kind: "workload", namespace, workload: { kind: "Pod", name } }) as const;
  const because = (port: number): string =>
    isAllowed(at("b", "two"), at("web", "one"), { port, protocol: "TCP" }).because;
  assert.equal(
    because(80),
    "nothing denies it for egress of b/Pod/two; ClusterNetworkPolicy.networking.k8s.aws/p0 allows it for ingress of web/Pod/one",
  );
  assert.equal(
    because(81),
    "no rule allows it for ingress of web/Pod/one, which is isolated by ClusterNetworkPolicy.networking.k8s.aws/p0, ClusterNetworkPolicy.networking.k8s.aws/p1",
  );
  // What no rule is about goes on.
  assert.equal(allowed(at("web", "one"), "ingress")?.[0]?.otherwise, "allow");
});

test("what was not seen may deny and allow anything, before every rule", () => {
  const { allowed } = createReachability(
    input({
      pods: [WEB],
      other: { ...NO_OTHER, awsClusterNetworkPolicies: unseen("access-denied", "403") },
      engine: { implements: { ...IMPLEMENTS_NONE, awsClusterNetworkPolicies: true } },
    }),
  );
  const web = { kind: "workload", namespace: "web", workload: { kind: "Pod", name: "one" } } as const;
  assert.deepEqual(
    allowed(web, "ingress")?.map(({ rules, doubts }) => ({
      rules: rules.map(
        ({ action, policy: name, detail: peer, ports }) => `${action} ${name}: ${peer} ${ports}`,
      ),
      doubts,
    })),
    [
      {
        rules: ["deny policies that were not seen: everyone on all ports"],
        doubts: ["awsClusterNetworkPolicies could not be read: access-denied, 403"],
      },
    ],
  );
});

test("a deny for some namespaces closes no path for others", () => {
  const { other, implements: implemented } = AWS.spell([
    {
      tier: "Admin",
      priority: 1,
      ingress: [{ action: "Deny", peers: [{ namespaces: { matchLabels: { team: "b" } } }] }],
    },
    { tier: "Admin", priority: 2, ingress: [{ action: "Accept", peers: [TEAM_A] }] },
    { tier: "Admin", priority: 3, ingress: [{ action: "Deny", peers: [PODS] }] },
  ]);
  const { openPaths } = createReachability(
    input({
      namespaces: [namespace("web"), namespace("a", { team: "a" }), namespace("b", { team: "b" })],
      pods: [WEB],
      other,
      engine: { implements: implemented },
    }),
  );
  const web = { kind: "workload", namespace: "web", workload: { kind: "Pod", name: "one" } } as const;
  assert.deepEqual(
    openPaths(web, { port: 80, protocol: "TCP" })?.map(({ detail: who }) => who),
    ["every pod in namespaces with team=a"],
  );
});
