// Where objects stand: --namespace for those that do not say, and namespaces that are only referred to.

import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluateObjects, workloadOf, workloadsOf, type Evaluated } from "./evaluate-text.ts";
import { deployment, object, pod, policy } from "./objects.ts";

function names({ namespaces }: Evaluated): readonly string[] {
  return namespaces.map(({ name }) => name);
}

test("objects without a namespace get the one of --namespace, others keep theirs", async () => {
  const objects = [pod("a"), pod("b", { namespace: "" }), pod("c", { namespace: "own" })];
  assert.deepEqual(workloadsOf(await evaluateObjects(objects, { namespace: "given" })), [
    "given: Pod/a (1)",
    "given: Pod/b (1)",
    "own: Pod/c (1)",
  ]);
  assert.deepEqual(names(await evaluateObjects(objects)), ["default", "own"]);
});

test("what is cluster-wide gets none, and calls no namespace into being", async () => {
  const result = await evaluateObjects([
    object("v1", "Namespace", "shop"),
    object("v1", "Node", "node-1"),
    object("rbac.authorization.k8s.io/v1", "ClusterRole", "reader"),
    object("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", "all", { spec: {} }),
  ]);
  assert.deepEqual(result.problems, []);
  assert.deepEqual(names(result), ["shop"]);
});

test("a namespace that a template wrote on something cluster-wide is no namespace of it", async () => {
  const result = await evaluateObjects([
    deployment("web", { namespace: "shop" }),
    object("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", "all", {
      namespace: "elsewhere",
      spec: {
        priority: 1,
        subject: { namespaces: {} },
        ingress: [{ action: "Deny", from: [{ namespaces: {} }] }],
      },
    }),
  ]);
  assert.deepEqual(names(result), ["shop"]);
  assert.notEqual(workloadOf(result, "web").ingress.openToCluster, true);
});

test("a namespace that is no text is malformed, not the default", async () => {
  const result = await evaluateObjects([{ ...pod("a"), metadata: { name: "a", namespace: 5 } }, pod("b")]);
  assert.match(result.problems[0] ?? "", /Pod a is malformed: .*metadata\.namespace/);
  assert.deepEqual(workloadsOf(result), ["default: Pod/b (1)"]);
  assert.equal(result.exitCode, 3);
});

test("a namespace in which anything stands exists, whatever it is", async () => {
  const result = await evaluateObjects([
    object("v1", "ServiceAccount", "x", { namespace: "accounts" }),
    object("v1", "Service", "x", { namespace: "services", spec: {} }),
  ]);
  assert.deepEqual(names(result), ["accounts", "services"]);
});

test("a name that is no namespace's is refused", async () => {
  for (const namespace of ["Shop", "a/b", "", "-a", "a".repeat(64)])
    await assert.rejects(evaluateObjects([pod("a")], { namespace }), /cannot be the name of a namespace/);
});

const FROM_SHOP = (namespaceSelector: object): object =>
  policy("p", { podSelector: {}, ingress: [{ from: [{ namespaceSelector }] }] }, "web");
const PROBE = { probe: ["shop/deployment/client -> web/deployment/web:80/TCP"] };
const PAIR = [deployment("web", { namespace: "web" }), deployment("client", { namespace: "shop" })];

test("every namespace has the label with its name, in the input or not", async () => {
  const byName = FROM_SHOP({ matchLabels: { "kubernetes.io/metadata.name": "shop" } });
  for (const extra of [[], [object("v1", "Namespace", "shop", { labels: { team: "a" } })]]) {
    const result = await evaluateObjects([...PAIR, ...extra, byName], PROBE);
    assert.equal(result.probes[0]?.allowed, true);
    assert.equal(workloadOf(result, "web").ingress.isolated, true);
  }
});

test("a namespace that is only referred to has no other label", async () => {
  const byTeam = FROM_SHOP({ matchLabels: { team: "a" } });
  const withoutTeam = FROM_SHOP({ matchExpressions: [{ key: "team", operator: "DoesNotExist" }] });
  const known = object("v1", "Namespace", "shop", { labels: { team: "a" } });
  const allowed = async (...objects: readonly object[]): Promise<boolean | null | undefined> =>
    (await evaluateObjects([...PAIR, ...objects], PROBE)).probes[0]?.allowed;
  assert.equal(await allowed(byTeam), false);
  assert.equal(await allowed(withoutTeam), true);
  assert.equal(await allowed(byTeam, known), true);
});
