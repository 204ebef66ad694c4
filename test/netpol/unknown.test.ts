// What cannot be read is never guessed: the direction becomes unknown with its reason, unless the readable
// part alone proves the answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { unseen } from "../../lib/model/observed.ts";
import {
  assess,
  detailOf,
  NO_OTHER,
  IMPLEMENTS_NONE,
  namespaceOf,
  pod,
  policy,
  verdictText,
  workloadOf,
} from "./build-input.ts";

const UNKNOWN = "? ? ? ?";
/** The podSelector and policyTypes are read, so isolation is certain; what the rules allow is not. */
const ISOLATED_BUT = "isolated ? ? ?";
const NOT_ISOLATED = "- cluster external 1";

interface Row {
  readonly spec: unknown;
  readonly because: string;
  readonly ingress?: string;
  readonly egress?: string;
}

const ingress = (rule: unknown): unknown => ({ podSelector: {}, ingress: [rule] });

const ROWS: readonly Row[] = [
  { spec: [], because: "spec is not an object", ingress: UNKNOWN, egress: UNKNOWN },
  {
    spec: { podSelector: {}, tier: "x" },
    because: 'spec has a field that we do not know, "tier"',
    ingress: UNKNOWN,
    egress: UNKNOWN,
  },
  {
    spec: { podSelector: "app=web" },
    because: "spec.podSelector is not an object",
    ingress: UNKNOWN,
    egress: NOT_ISOLATED,
  },
  {
    spec: { podSelector: { matchExpressions: [{ key: "a", operator: "Like", values: ["b"] }] } },
    because: 'spec.podSelector.matchExpressions[0].operator is "Like", which is not an operator that we know',
    ingress: UNKNOWN,
    egress: NOT_ISOLATED,
  },
  {
    spec: { podSelector: {}, policyTypes: ["ingress"] },
    because: 'spec.policyTypes has "ingress", which is not Ingress or Egress',
    ingress: UNKNOWN,
    egress: UNKNOWN,
  },
  {
    spec: { podSelector: {}, policyTypes: ["Ingress", "Both"] },
    because: 'spec.policyTypes has "Both", which is not Ingress or Egress',
    ingress: "isolated - - 0",
    egress: UNKNOWN,
  },
  {
    spec: { podSelector: {}, policyTypes: "Ingress" },
    because: "spec.policyTypes is not a list",
    ingress: UNKNOWN,
    egress: UNKNOWN,
  },
  {
    spec: { podSelector: {}, ingress: {} },
    because: "spec.ingress is not a list",
    ingress: ISOLATED_BUT,
    egress: NOT_ISOLATED,
  },
  {
    spec: { podSelector: {}, egress: "all" },
    because: "spec.egress is not a list",
    ingress: "isolated - - 0",
    egress: ISOLATED_BUT,
  },
  { spec: ingress("all"), because: "spec.ingress[0] is not an object", ingress: ISOLATED_BUT },
  { spec: ingress(null), because: "spec.ingress[0] is not an object", ingress: ISOLATED_BUT },
  {
    spec: ingress({ to: [] }),
    because: 'spec.ingress[0] has a field that we do not know, "to"',
    ingress: ISOLATED_BUT,
  },
  { spec: ingress({ from: {} }), because: "spec.ingress[0].from is not a list", ingress: ISOLATED_BUT },
  {
    spec: ingress({ from: [{ futurePeer: {} }] }),
    because: 'spec.ingress[0].from[0] has a field that we do not know, "futurePeer"',
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ from: [{ podSelector: {}, futurePeer: {} }] }),
    because: 'spec.ingress[0].from[0] has a field that we do not know, "futurePeer"',
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ from: [{ futurePeer: {} }], ports: [{ port: 80 }] }),
    because: 'spec.ingress[0].from[0] has a field that we do not know, "futurePeer"',
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ from: [{}] }),
    because: "spec.ingress[0].from[0] names no peer, which the API forbids",
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ from: [null] }),
    because: "spec.ingress[0].from[0] is not an object",
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ from: [{ podSelector: null }] }),
    because: "spec.ingress[0].from[0] names no peer, which the API forbids",
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ from: [{ podSelector: {}, ipBlock: { cidr: "10.0.0.0/8" } }] }),
    because: "spec.ingress[0].from[0] has an ipBlock beside a selector, which the API forbids",
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ from: [{ namespaceSelector: { matchLabels: { a: 1 } } }] }),
    because: 'spec.ingress[0].from[0].namespaceSelector.matchLabels["a"] is not a string',
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ from: [{ namespaceSelector: {}, podSelector: 7 }] }),
    because: "spec.ingress[0].from[0].podSelector is not an object",
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ from: [{ ipBlock: "10.0.0.0/8" }] }),
    because: "spec.ingress[0].from[0].ipBlock is not an object",
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ from: [{ ipBlock: { cidr: "10.0.0.0/8", only: 1 } }] }),
    because: 'spec.ingress[0].from[0].ipBlock has a field that we do not know, "only"',
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ from: [{ ipBlock: {} }] }),
    because: "spec.ingress[0].from[0].ipBlock.cidr is undefined, which is not a CIDR",
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ from: [{ ipBlock: { cidr: "10.0.0.0" } }] }),
    because: 'spec.ingress[0].from[0].ipBlock.cidr is "10.0.0.0", which is not a CIDR',
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ from: [{ ipBlock: { cidr: "10.0.0.0/8", except: "10.1.0.0/16" } }] }),
    because: "spec.ingress[0].from[0].ipBlock.except is not a list",
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ from: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.1"] } }] }),
    because: 'spec.ingress[0].from[0].ipBlock.except[0] is "10.1", which is not a CIDR',
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ from: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["11.0.0.0/16"] } }] }),
    because: 'spec.ingress[0].from[0].ipBlock.except[0] is "11.0.0.0/16", which is not inside the cidr',
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ from: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.0.0.0/8"] } }] }),
    because: 'spec.ingress[0].from[0].ipBlock.except[0] is "10.0.0.0/8", which is not inside the cidr',
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ from: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["8.0.0.0/7"] } }] }),
    because: 'spec.ingress[0].from[0].ipBlock.except[0] is "8.0.0.0/7", which is not inside the cidr',
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ from: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["::/1"] } }] }),
    because: 'spec.ingress[0].from[0].ipBlock.except[0] is "::/1", which is not inside the cidr',
    ingress: ISOLATED_BUT,
  },
  { spec: ingress({ ports: {} }), because: "spec.ingress[0].ports is not a list", ingress: ISOLATED_BUT },
  {
    spec: ingress({ ports: [80] }),
    because: "spec.ingress[0].ports[0] is not an object",
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ ports: [{ port: 80, nodePort: 1 }] }),
    because: 'spec.ingress[0].ports[0] has a field that we do not know, "nodePort"',
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ ports: [{ protocol: "ICMP" }] }),
    because: 'spec.ingress[0].ports[0].protocol is "ICMP", which is not TCP, UDP or SCTP',
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ ports: [{ protocol: "tcp" }] }),
    because: 'spec.ingress[0].ports[0].protocol is "tcp", which is not TCP, UDP or SCTP',
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ ports: [{ port: 0 }] }),
    because: "spec.ingress[0].ports[0].port is 0, which is not a port number",
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ ports: [{ port: 65_536 }] }),
    because: "spec.ingress[0].ports[0].port is 65536, which is not a port number",
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ ports: [{ port: 80.5 }] }),
    because: "spec.ingress[0].ports[0].port is 80.5, which is not a port number",
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ ports: [{ port: "80" }] }),
    because: 'spec.ingress[0].ports[0].port is "80", which is not a port',
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ ports: [{ port: "a--b" }] }),
    because: 'spec.ingress[0].ports[0].port is "a--b", which is not a port',
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ ports: [{ port: "longer-than-fifteen" }] }),
    because: 'spec.ingress[0].ports[0].port is "longer-than-fifteen", which is not a port',
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ ports: [{ port: true }] }),
    because: "spec.ingress[0].ports[0].port is true, which is not a port",
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ ports: [{ port: 80, endPort: 79 }] }),
    because: "spec.ingress[0].ports[0].endPort is 79, which does not end a range from 80",
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ ports: [{ port: 80, endPort: "90" }] }),
    because: 'spec.ingress[0].ports[0].endPort is "90", which does not end a range from 80',
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ ports: [{ endPort: 90 }] }),
    because: "spec.ingress[0].ports[0].endPort stands without a numeric port, which the API forbids",
    ingress: ISOLATED_BUT,
  },
  {
    spec: ingress({ ports: [{ port: "http", endPort: 90 }] }),
    because: "spec.ingress[0].ports[0].endPort stands without a numeric port, which the API forbids",
    ingress: ISOLATED_BUT,
  },
];

for (const row of ROWS) {
  test(`unknown: ${row.because}`, () => {
    const isolation = assess({ pods: [pod("one")], policies: [policy("odd", row.spec)] });
    const workload = workloadOf(isolation, "Pod/one");
    if (row.ingress !== undefined) assert.equal(verdictText(workload.ingress), row.ingress);
    if (row.egress !== undefined) assert.equal(verdictText(workload.egress), row.egress);
    const unknown = verdictText(workload.ingress).includes("?") ? workload.ingress : workload.egress;
    assert.equal(unknown.because, `NetworkPolicy odd: ${row.because}`);
    assert.deepEqual(detailOf(isolation).problems, [{ policy: "odd", because: row.because }]);
    const isClosed = verdictText(workload.ingress) === "isolated - - 0";
    assert.equal(namespaceOf(isolation).posture === "isolated", isClosed);
  });
}

test("a field beside the spec makes the policy unknown", () => {
  const odd = { ...policy("odd", { podSelector: {} }), enforcement: "later" };
  const isolation = assess({ pods: [pod("one")], policies: [odd] });
  assert.equal(verdictText(workloadOf(isolation, "Pod/one").ingress), UNKNOWN);
});

test("status is the server's own and changes nothing", () => {
  const isolation = assess({
    pods: [pod("one")],
    policies: [{ ...policy("p", { podSelector: {} }), status: { conditions: [] } }],
  });
  assert.equal(verdictText(workloadOf(isolation, "Pod/one").ingress), "isolated - - 0");
});

test("an openness that the readable part proves stays true", () => {
  const isolation = assess({
    pods: [pod("one")],
    policies: [policy("odd", ingress({ from: [{ futurePeer: {} }] })), policy("open", ingress({}))],
  });
  const { ingress: report } = workloadOf(isolation, "Pod/one");
  assert.equal(verdictText(report), "isolated cluster external 1");
  assert.deepEqual(report.nullifiedBy, ["open"]);
  assert.equal(report.because, undefined);
});

test("a readable peer beside an unreadable one counts for itself", () => {
  const isolation = assess({
    pods: [pod("one")],
    policies: [policy("odd", ingress({ from: [{ namespaceSelector: {} }, { futurePeer: {} }] }))],
  });
  assert.equal(verdictText(workloadOf(isolation, "Pod/one").ingress), "isolated cluster ? ?");
});

test("a readable policy isolates, whatever another one's selector means", () => {
  const isolation = assess({
    pods: [pod("one")],
    policies: [policy("odd", { podSelector: 1 }), policy("deny", { podSelector: {} })],
  });
  // The odd one has no rules: even if it selects the pod, it adds nothing.
  assert.equal(verdictText(workloadOf(isolation, "Pod/one").ingress), "isolated - - 0");
});

test("a policy that is certainly for other pods does no harm", () => {
  const spec = { podSelector: { matchLabels: { app: "other" } }, ingress: [{ from: [{ futurePeer: {} }] }] };
  const isolation = assess({ pods: [pod("one", { app: "web" })], policies: [policy("odd", spec)] });
  assert.equal(verdictText(workloadOf(isolation, "Pod/one").ingress), NOT_ISOLATED);
});

test("foreign text in a reason is quoted and cut", () => {
  const field = `\u001B[31m${"x".repeat(1_000_000)}`;
  const isolation = assess({
    pods: [pod("one")],
    policies: [policy("odd", { podSelector: {}, [field]: 1 })],
  });
  const because = workloadOf(isolation, "Pod/one").ingress.because ?? "";
  assert.ok(because.length < 200, String(because.length));
  assert.equal(because.includes("\u001B"), false);
});

test("policies of an API that counts and could not be read make everything unknown but proven isolation", () => {
  const given = {
    pods: [pod("one")],
    other: {
      ...NO_OTHER,
      awsClusterNetworkPolicies: unseen("access-denied", "403 on clusternetworkpolicies"),
    },
    engine: { implements: { ...IMPLEMENTS_NONE, awsClusterNetworkPolicies: true } },
  };
  const free = workloadOf(assess(given), "Pod/one").ingress;
  assert.equal(verdictText(free), UNKNOWN);
  assert.equal(
    free.because,
    "awsClusterNetworkPolicies could not be read: access-denied, 403 on clusternetworkpolicies",
  );
  const denied = assess({ ...given, policies: [policy("deny", { podSelector: {} })] });
  assert.equal(verdictText(workloadOf(denied, "Pod/one").ingress), ISOLATED_BUT);
});

test("policies of an API that does not count need not be read", () => {
  const isolation = assess({
    pods: [pod("one")],
    other: { ...NO_OTHER, calicoNetworkPolicies: unseen("access-denied", "403") },
  });
  assert.equal(verdictText(workloadOf(isolation, "Pod/one").ingress), NOT_ISOLATED);
});

/** Distinct ranges of so many rules, from half of the addresses each. */
function manyPorts(rules: number, cidr: string): unknown {
  const one = (index: number): unknown => ({
    from: [{ ipBlock: { cidr } }],
    ports: [{ port: 1 + index, endPort: 60_000 - index }],
  });
  return { podSelector: {}, ingress: Array.from({ length: rules }, (_, index) => one(index)) };
}

test("more port ranges than can be compared leave only what they decide unknown", () => {
  const given = { pods: [pod("one")], policies: [policy("many", manyPorts(1_000, "0.0.0.0/0"))] };
  const { ingress: report } = workloadOf(assess(given), "Pod/one");
  assert.equal(verdictText(report), "isolated - ? ?");
  assert.equal(report.because, "its policies have too many port ranges to be compared one by one");
  const half = assess({ ...given, policies: [policy("many", manyPorts(1_000, "0.0.0.0/1"))] });
  assert.equal(verdictText(workloadOf(half, "Pod/one").ingress), "isolated - - ?");
  const open = assess({ ...given, policies: [...given.policies, policy("open", ingress({}))] });
  assert.equal(verdictText(workloadOf(open, "Pod/one").ingress), "isolated cluster external 1");
  const few = assess({ ...given, policies: [policy("few", manyPorts(500, "0.0.0.0/0"))] });
  assert.equal(verdictText(workloadOf(few, "Pod/one").ingress), "isolated - - 1");
});
