// What is known of single rules beyond the verdicts: for whom it is looked up, what a dead peer selects all the same,
// and what is not known and so never called dead.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Labels, Pod } from "../../lib/model/kubernetes.ts";
import type { NamespaceRules } from "../../lib/model/isolation-detail.ts";
import { seen, unseen } from "../../lib/model/observed.ts";
import { compileCluster } from "../../lib/netpol/compile-cluster.ts";
import { createDeadPeerSearch } from "../../lib/netpol/dead-peers.ts";
import { groupPods } from "../../lib/netpol/pod-groups.ts";
import { reviewRules } from "../../lib/netpol/review-rules.ts";
import { IMPLEMENTS_NONE, input, namespace, NO_OTHER, pod, policy, type Given } from "./build-input.ts";

function review(given: Given): NamespaceRules {
  const rules = reviewRules(input(given)).get("web");
  assert.ok(rules !== undefined);
  return rules;
}

const from = (...peers: readonly unknown[]): unknown => ({ podSelector: {}, ingress: [{ from: peers }] });
const app = (name: string): unknown => ({ podSelector: { matchLabels: { app: name } } });
const teamsApp = (name: string): unknown => ({
  namespaceSelector: { matchLabels: { team: "ops" } },
  podSelector: { matchLabels: { app: name } },
});

const of = (name: string, more: Partial<Pod>, labels: Labels = {}): Pod =>
  pod(name, { app: name, ...labels }, more);

describe("a peer without a counted pod says whether it selects others", () => {
  const many = Array.from({ length: 20 }, (_, index) => `team-${String(index)}`);
  const rows: readonly (readonly [says: string, peer: unknown, pods: readonly Pod[], selects: string])[] = [
    ["no pod at all", app("gone"), [], "nothing"],
    ["a pod of another namespace", app("far"), [of("far", { namespace: "ops" })], "nothing"],
    ["on the host's network", app("agent"), [of("agent", { hostNetwork: true })], "uncounted-pods"],
    ["finished", app("batch"), [of("batch", { finished: true })], "uncounted-pods"],
    ["being deleted", app("old"), [of("old", { terminating: true })], "uncounted-pods"],
    [
      "every pod of a namespace of such",
      { namespaceSelector: { matchLabels: { team: "ops" } } },
      [of("x", { namespace: "ops", hostNetwork: true })],
      "uncounted-pods",
    ],
    [
      "there, by name",
      teamsApp("dns"),
      [of("dns", { namespace: "ops", hostNetwork: true })],
      "uncounted-pods",
    ],
    [
      "of a namespace that is not meant",
      teamsApp("dns"),
      [of("dns", { namespace: "web", hostNetwork: true })],
      "nothing",
    ],
    [
      "among many namespaces",
      { namespaceSelector: {}, podSelector: { matchLabels: { app: "dns" } } },
      [of("dns", { namespace: "team-7", hostNetwork: true })],
      "uncounted-pods",
    ],
  ];
  for (const [says, peer, pods, selects] of rows)
    test(says, () => {
      const { deadPeers } = review({
        namespaces: [namespace("web"), namespace("ops", { team: "ops" })],
        pods: [
          pod("one", { app: "web" }),
          ...pods,
          ...many.map((name) => pod("x", { app: "x" }, { namespace: name, hostNetwork: name === "team-3" })),
        ],
        policies: [policy("p", from(peer))],
      });
      assert.deepEqual(
        deadPeers.map((dead) => [dead.path, dead.selects]),
        [["spec.ingress[0].from[0]", selects]],
      );
    });
});

test("only the namespaces that are asked for are reviewed, against the pods of all", () => {
  const rules = reviewRules(
    input({
      namespaces: [namespace("web"), namespace("ops", { team: "ops" })],
      pods: [pod("one", { app: "web" }), pod("two", { app: "dns" }, { namespace: "ops" })],
      policies: [policy("p", from(teamsApp("dns"), teamsApp("none"))), policy("q", from(app("none")), "ops")],
    }),
    (name) => name === "web",
  );
  assert.deepEqual(
    [...rules].map(([name, { deadPeers }]) => [name, deadPeers.map(({ path }) => path)]),
    [["web", ["spec.ingress[0].from[1]"]]],
  );
});

test("a rule that cannot be read is told as that, and its peers are not called dead", () => {
  const { deadPeers, overBroadRules, problems } = review({
    pods: [pod("one", { app: "web" })],
    policies: [policy("p", from({ futurePeer: {} })), policy("q", from({ podSelector: { matchLabels: 7 } }))],
  });
  assert.deepEqual([deadPeers, overBroadRules], [[], []]);
  assert.deepEqual(problems, [
    { policy: "p", because: 'spec.ingress[0].from[0] has a field that we do not know, "futurePeer"' },
    { policy: "q", because: "spec.ingress[0].from[0].podSelector.matchLabels is not a map" },
  ]);
});

test("policies of an API that could not be read are not taken for none", () => {
  const other = { ...NO_OTHER, ciliumNetworkPolicies: unseen("access-denied", "403") };
  const implemented = { ...IMPLEMENTS_NONE, ciliumNetworkPolicies: true };
  const { blind } = review({
    pods: [pod("one")],
    other,
    engine: { implements: implemented },
  });
  assert.equal(blind, "ciliumNetworkPolicies could not be read: access-denied, 403");
  assert.equal(review({ pods: [pod("one")], other, engine: { implements: IMPLEMENTS_NONE } }).blind, null);
});

test("a policy of an API that the engine does not implement is named, and its rules are not", () => {
  const cilium = {
    apiVersion: "cilium.io/v2",
    kind: "CiliumNetworkPolicy",
    metadata: { name: "all", namespace: "web" },
    spec: { endpointSelector: {}, ingress: [{ fromEntities: ["all"] }] },
  };
  const { ignoredPolicies, overBroadRules } = review({
    pods: [pod("one")],
    other: { ...NO_OTHER, ciliumNetworkPolicies: seen([cilium]) },
  });
  assert.deepEqual(overBroadRules, []);
  assert.deepEqual(
    ignoredPolicies.map((ignored) => ignored.policy),
    ["CiliumNetworkPolicy.cilium.io/all"],
  );
});

test("a Calico selector that names a network set is about its addresses", () => {
  const calico = {
    apiVersion: "crd.projectcalico.org/v1",
    kind: "NetworkPolicy",
    metadata: { name: "p", namespace: "web" },
    spec: {
      types: ["Ingress"],
      ingress: ["office", "nobody"].map((label) => ({
        action: "Allow",
        source: { selector: `net == '${label}'` },
      })),
    },
  };
  const set = {
    apiVersion: "crd.projectcalico.org/v1",
    kind: "NetworkSet",
    metadata: { name: "office", namespace: "web", labels: { net: "office" } },
    spec: { nets: ["203.0.113.0/24"] },
  };
  const { deadPeers } = review({
    pods: [pod("one")],
    other: { ...NO_OTHER, calicoNetworkPolicies: seen([calico]), calicoNetworkSets: seen([set]) },
    engine: { implements: { ...IMPLEMENTS_NONE, calicoNetworkPolicies: true } },
  });
  assert.deepEqual(
    deadPeers.map(({ path }) => path),
    ["spec.ingress[1].source"],
  );
});

test("peers beyond the bound on the work are not called dead, and the lists are said to lack them", () => {
  const tier = (index: number): unknown => ({
    podSelector: {
      matchExpressions: [
        { key: `absent-${String(index)}`, operator: "DoesNotExist" },
        { key: "gone", operator: "Exists" },
      ],
    },
  });
  const compiled = compileCluster(
    input({
      namespaces: [namespace("web")],
      pods: Array.from({ length: 40 }, (_, index) => pod(`p-${index}`, { n: String(index), gone: "no" })),
      policies: [policy("p", from(app("none"), ...Array.from({ length: 10 }, (_, index) => tier(index))))],
    }),
  ).namespaces.get("web");
  assert.ok(compiled !== undefined);
  const populated = { compiled, groups: groupPods(compiled.pods, () => null) };
  assert.deepEqual(createDeadPeerSearch([populated])(compiled).isWhole, true);
  const { deadPeers, isWhole } = createDeadPeerSearch([populated], 100)(compiled);
  assert.equal(isWhole, false);
  assert.deepEqual(
    deadPeers.map(({ path }) => path),
    ["spec.ingress[0].from[0]"],
  );
});

test("pods that many peers select in other namespaces than theirs are counted for each", () => {
  const idle = Array.from({ length: 20 }, (_, index) => namespace(`idle-${index}`, { is: "idle" }));
  const peers = Array.from({ length: 10 }, (_, index) => ({
    namespaceSelector: {
      matchLabels: { is: "idle" },
      matchExpressions: [{ key: `absent-${index}`, operator: "DoesNotExist" }],
    },
    podSelector: {
      matchExpressions: [{ key: "app", operator: "In", values: ["popular", "popular", "none"] }],
    },
  }));
  const { namespaces } = compileCluster(
    input({
      namespaces: [namespace("web"), ...idle],
      pods: [
        ...Array.from({ length: 100 }, (_, index) => pod(`p-${index}`, { app: "popular", n: String(index) })),
        ...idle.map(({ name }) => pod("other", { app: "other" }, { namespace: name })),
      ],
      policies: [policy("p", from(...peers))],
    }),
  );
  const populated = [...namespaces.values()].map((compiled) => ({
    compiled,
    groups: groupPods(compiled.pods, () => null),
  }));
  const web = namespaces.get("web");
  assert.ok(web !== undefined);
  assert.equal(createDeadPeerSearch(populated, 600)(web).isWhole, false);
  const { deadPeers, isWhole } = createDeadPeerSearch(populated, 2000)(web);
  assert.deepEqual([deadPeers.length, isWhole], [10, true]);
});
