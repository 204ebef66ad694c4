// NETPOL.9's advice fits what keeps a cluster dark: who may look is one thing, the way there another.

import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_CREDENTIALS } from "../../lib/model/next-step.ts";
import { seen, unseen, WHYS, type Observed, type Why } from "../../lib/model/observed.ts";
import type { ClusterDescription } from "../../lib/model/snapshot.ts";
import { remedyBlindness, type Gap } from "../../lib/remediation/remedy-blindness.ts";
import { cluster } from "../enforcement/facts.ts";

const gap = (name: Gap["name"], why: Why, detail = "what came back"): Gap => ({ name, why, detail });
const NOT_TOLD = unseen("access-denied", "AccessDeniedException");

const ACCESS = /access entry/;
const ROWS: readonly (readonly [
  says: string,
  gaps: readonly Gap[],
  cluster: Observed<ClusterDescription>,
  matches: readonly RegExp[],
  not: readonly RegExp[],
])[] = [
  [
    "the cluster refuses",
    [gap("pods", "access-denied")],
    seen(cluster()),
    [/^Map the role/, ACCESS],
    [/publicAccess/],
  ],
  [
    "the cluster refuses, without AWS around it",
    [gap("pods", "access-denied")],
    unseen("not-attempted", "no AWS"),
    [/ringfence-reader\.yaml/],
    [ACCESS],
  ],
  [
    "a server is not reached, without AWS around it",
    [gap("pods", "unreachable")],
    unseen("not-attempted", "no AWS"),
    [/kubeconfig's context answers from here/],
    [ACCESS, /publicAccess|spoke/],
  ],
  [
    "a private endpoint is not reached",
    [gap("pods", "unreachable")],
    seen(cluster({ endpointPublicAccess: false, endpointPrivateAccess: true })),
    [/^The endpoint is private only/, /spoke/],
    [ACCESS],
  ],
  [
    "an endpoint that lets in some addresses",
    [gap("pods", "unreachable"), gap("nodes", "unreachable")],
    seen(cluster({ publicAccessCidrs: ["198.51.100.0/24"] })),
    [/only from 198\.51\.100\.0\/24: add the address/],
    [ACCESS],
  ],
  [
    "an endpoint that lets everybody in",
    [gap("pods", "unreachable")],
    seen(cluster()),
    [/DNS, proxy and firewall/],
    [ACCESS],
  ],
  ["a time that was too short", [gap("pods", "deadline")], seen(cluster()), [/deadlineSeconds/], [ACCESS]],
  ["a server that was throttled", [gap("pods", "throttled")], seen(cluster()), [/concurrency/], [ACCESS]],
  [
    "the EKS API refuses the description, and so all the rest",
    [gap("cluster", "access-denied"), gap("pods", "access-denied")],
    NOT_TOLD,
    [/deploy\/member-role\.yaml .*eks:DescribeCluster/, /service control policy/],
    [ACCESS],
  ],
  [
    "the EKS API refuses the add-on alone",
    [gap("vpcCniAddon", "access-denied")],
    seen(cluster()),
    [/eks:DescribeAddon/],
    [ACCESS],
  ],
  [
    "nobody is signed in",
    [gap("cluster", "access-denied", `${NO_CREDENTIALS}: none`)],
    NOT_TOLD,
    [/^Sign in first/],
    [ACCESS, /member-role/],
  ],
  [
    "the EKS API is not reached",
    [gap("cluster", "unreachable"), gap("pods", "unreachable")],
    unseen("unreachable", "ENOTFOUND"),
    [/EKS and STS endpoints/],
    [ACCESS, /publicAccess/],
  ],
  [
    "two reasons at once",
    [gap("vpcCniAddon", "throttled"), gap("pods", "access-denied"), gap("nodes", "deadline")],
    seen(cluster()),
    [ACCESS, /deadlineSeconds/, /same quota/],
    [],
  ],
];

for (const [says, gaps, description, matches, not] of ROWS)
  test(says, () => {
    const { text } = remedyBlindness(gaps, description);
    for (const words of matches) assert.match(text, words);
    for (const words of not) assert.doesNotMatch(text, words);
  });

test("every reason has advice, and only a refusal speaks of access", () => {
  for (const why of WHYS)
    for (const name of ["pods", "vpcCniAddon"] as const) {
      const { text } = remedyBlindness([gap(name, why)], seen(cluster()));
      assert.match(text, /^[A-Z].+\.$/u, `${name} ${why}`);
      assert.equal(ACCESS.test(text), name === "pods" && why === "access-denied", `${name} ${why}: ${text}`);
    }
});
