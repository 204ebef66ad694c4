// The bound on the work that one cluster's policies may make: what is beyond it is unknown and says so, and whoever
// uses it up takes nothing from the others.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { IsolationInput } from "../../lib/netpol/isolation-input.ts";
import { assessIsolation } from "../../lib/netpol/assess-isolation.ts";
import { createNamespaceBudgets } from "../../lib/netpol/work-budget.ts";
import { input, namespace, namespaceOf, pod, policy } from "./build-input.ts";
import { block, many } from "./hostile-shapes.ts";

const BEYOND = /more ordered rules, policies and kinds of pods than can be judged/;

test("a namespace has its own steps, whatever the others took of the shared ones", () => {
  const nextBudget = createNamespaceBudgets();
  const greedy = nextBudget();
  while (greedy.spend(100_000));
  assert.equal(greedy.left() < 100_000, true);
  const modest = nextBudget();
  assert.equal(modest.spend(200_000), true);
  assert.equal(modest.spend(100_000), false);
  assert.equal(greedy.isTurnOver(), true);
  assert.equal(greedy.isTurnOver(), false);
});

/** Each pod of `hostile` is selected by a policy of its own, beside one of 2,000 networks for all. */
function hostileBeside(kinds: number): IsolationInput {
  const shared = {
    podSelector: {},
    egress: many(2_000, (index) => ({ to: [{ ipBlock: { cidr: block(index) } }] })),
    policyTypes: ["Egress"],
  };
  const own = (index: number) => ({
    podSelector: { matchLabels: { own: String(index) } },
    policyTypes: ["Ingress"],
  });
  return input({
    namespaces: [namespace("hostile"), namespace("web")],
    pods: [
      ...many(kinds, (index) => pod(`p${index}`, { own: String(index) }, { namespace: "hostile" })),
      pod("one"),
    ],
    policies: [
      policy("shared", shared, "hostile"),
      ...many(kinds, (index) => policy(`own-${index}`, own(index), "hostile")),
      policy("deny", { podSelector: {} }),
    ],
  });
}

test("beyond the steps pods are unknown, never isolated or open, and the next namespace is judged", () => {
  const isolation = assessIsolation(hostileBeside(400), createNamespaceBudgets(1_000_000));
  const hostile = namespaceOf(isolation, "hostile");
  assert.equal(hostile.posture, "unknown");
  const [judged, beyond] = [
    hostile.workloads.filter(({ egress }) => egress.isolated === true),
    hostile.workloads.filter(({ egress }) => egress.isolated === null),
  ];
  assert.ok(judged.length > 20 && beyond.length > 20, `${judged.length} and ${beyond.length}`);
  assert.equal(judged.length + beyond.length, 400);
  for (const { egress } of beyond) {
    assert.match(egress.because ?? "", BEYOND);
    assert.deepEqual(
      [egress.openToCluster, egress.openToExternal, egress.externalShare, egress.policies],
      [null, null, null, []],
    );
  }
  // They select pods of which the rest is not known.
  assert.deepEqual(hostile.deadPolicies, []);
  assert.equal(namespaceOf(isolation).posture, "isolated");
});

test("a policy that selects one pod for sure is not in doubt for another's sake, which nobody got round to", () => {
  const allBut = (own: string) => ({
    podSelector: { matchExpressions: [{ key: "own", operator: "NotIn", values: [own] }] },
  });
  const given = input({
    namespaces: [namespace("web")],
    pods: many(400, (index) => pod(`p${index}`, { own: String(index) })),
    policies: many(400, (index) => policy(`p${index}`, allBut(String(index)))),
  });
  const { namespaces, details } = assessIsolation(given, createNamespaceBudgets(10_000));
  assert.equal(namespaces[0]?.posture, "unknown");
  assert.deepEqual(details[0]?.doubtfulPolicies, []);
});

test("a report does not name any number of policies for any number of workloads", () => {
  const isolation = assessIsolation(
    input({
      namespaces: [namespace("web")],
      pods: many(3_000, (index) => pod(`p${index}`)),
      policies: many(3_000, (index) => policy(`${"x".repeat(200)}-${index}`, { podSelector: {} })),
    }),
  );
  const report = namespaceOf(isolation);
  const named = report.workloads.reduce((sum, { ingress }) => sum + ingress.policies.length, 0);
  assert.ok(named > 10_000 && named < 500_000, String(named));
  assert.equal(report.posture, "unknown");
  assert.deepEqual(report.deadPolicies, []);
});
