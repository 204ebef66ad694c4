// When a pod counts as one that policies do not reach: for sure where no engine of any node could police it, perhaps
// where one that enforces may not, and never where all of them can.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findPodExceptions, type ExceptionRule, type Place } from "../../lib/enforcement/pod-exceptions.ts";
import type { Ternary } from "../../lib/enforcement/ternary.ts";
import type { Engine } from "../../lib/model/posture.ts";
import type { Facts } from "../../lib/model/snapshot.ts";
import { blind, facts, networkPolicy, pod } from "./facts.ts";

function rule(engine: Engine, applies: Ternary, change: Partial<ExceptionRule> = {}): ExceptionRule {
  return {
    engines: [engine],
    kind: "no-owner",
    because: `${engine} leaves it alone`,
    prepare: () => () => applies,
    selectedOnly: false,
    needs: [],
    ...change,
  };
}

const on = (...engines: readonly Engine[]): Place => ({ engines, mayEnforce: [] });
const may = (...mayEnforce: readonly Engine[]): Place => ({ engines: [], mayEnforce });
const ONE_POD = facts({ pods: [pod("web", "one")] });

function find(places: readonly Place[], rules: readonly ExceptionRule[], given: Facts = ONE_POD) {
  return findPodExceptions({ facts: given, clusterName: "prod", observedAtMs: null }, places, rules);
}

describe("one pod", () => {
  const CASES: readonly (readonly [string, readonly Place[], readonly ExceptionRule[], Ternary])[] = [
    ["that the only engine leaves alone", [on("calico")], [rule("calico", true)], true],
    ["of which that is not known", [on("calico")], [rule("calico", null)], null],
    ["that it does not leave alone", [on("calico")], [rule("calico", false)], false],
    ["that one of two engines on the node polices", [on("calico", "cilium")], [rule("calico", true)], false],
    [
      "that both engines on the node leave alone",
      [on("calico", "cilium")],
      [rule("calico", true), rule("cilium", true)],
      true,
    ],
    [
      "that may be on a node whose engine polices it",
      [on("calico"), on("cilium")],
      [rule("calico", true)],
      null,
    ],
    [
      "that the enforcing engine polices, and another one that may enforce elsewhere does not",
      [on("cilium"), may("calico")],
      [rule("calico", true)],
      false,
    ],
    ["on a node where an engine only may enforce", [may("calico")], [rule("calico", true)], true],
    ["of which that is not known, on such a node", [may("calico")], [rule("calico", null)], false],
    [
      "whose node's other engine may enforce, and would police it",
      [{ engines: ["calico"], mayEnforce: ["cilium"] }],
      [rule("calico", true)],
      null,
    ],
    [
      "with two rules of one engine, one of which applies",
      [on("calico")],
      [rule("calico", null), rule("calico", true)],
      true,
    ],
  ];
  for (const [what, places, rules, expected] of CASES)
    test(what, () => {
      const { any, items } = find(places, rules);
      assert.equal(any, expected);
      const effects = { true: ["not-enforced"], null: ["unknown"], false: [] }[`${expected}`];
      assert.deepEqual(
        items.map(({ effect }) => effect),
        effects,
      );
    });

  test("for sure only where the engines were seen", () => {
    const { any } = find([on("calico")], [rule("calico", true)], blind(ONE_POD, ["daemonSets"]));
    assert.equal(any, null);
  });

  test("is called as the first rule that applies, or may, calls it", () => {
    const rules = [rule("calico", false), rule("calico", true, { kind: "extra-interface", because: "so" })];
    assert.deepEqual(find([on("calico")], rules).items, [
      { namespace: "web", name: "one", kind: "extra-interface", effect: "not-enforced", because: "so" },
    ]);
  });
});

describe("which pods are asked about", () => {
  test("all that count: one on the network of its node, or at its end, is no matter of policies", () => {
    const pods = [
      pod("web", "one"),
      pod("web", "host", { hostNetwork: true }),
      pod("web", "done", { finished: true }),
    ].concat(pod("web", "two"));
    const { items } = find([on("calico")], [rule("calico", true)], facts({ pods }));
    assert.deepEqual(
      items.map(({ name }) => name),
      ["one", "two"],
    );
  });

  test("of a rule for selected pods those that a policy of their namespace selects", () => {
    const pods = ["one", "two"].map((name) => pod("web", name)).concat(pod("shop", "one"));
    const select = (app: string, name: string) => networkPolicy("web", name, { matchLabels: { app } });
    const selectedOnly = [rule("calico", true, { selectedOnly: true })];
    const named = (policies: readonly ReturnType<typeof select>[]) =>
      find([on("calico")], selectedOnly, facts({ pods, networkPolicies: policies })).items.map(
        ({ namespace, name }) => `${namespace}/${name}`,
      );
    assert.deepEqual(named([]), []);
    assert.deepEqual(named([select("one", "p")]), ["web/one"]);
    assert.deepEqual(named([select("one", "p"), select("two", "q")]), ["web/one", "web/two"]);
  });

  test("none where no engine with a rule may enforce, whatever was seen", () => {
    const nothing = { items: [], any: false, missing: [] };
    assert.deepEqual(find([on("cilium")], [rule("calico", true)], blind(ONE_POD, ["pods"])), nothing);
    assert.deepEqual(find([], [rule("calico", true)]), nothing);
  });
});

describe("what was missing to tell", () => {
  const needy = rule("calico", null, { needs: ["ciliumConfigMap", "ciliumEndpoints"] });

  test("the pods", () => {
    const found = find([on("calico")], [rule("calico", true)], blind(ONE_POD, ["pods"]));
    assert.deepEqual(found, { items: [], any: null, missing: ["pods"] });
  });

  test("what the rule of a doubtful pod needs and was not seen", () => {
    assert.deepEqual(find([on("calico")], [needy], blind(ONE_POD, ["ciliumEndpoints"])).missing, [
      "ciliumEndpoints",
    ]);
    assert.deepEqual(find([on("calico")], [needy]).missing, []);
  });

  test("nothing where the pod is exempt for sure", () => {
    const sure = { ...needy, prepare: () => () => true };
    assert.deepEqual(find([on("calico")], [sure], blind(ONE_POD, ["ciliumEndpoints"])).missing, []);
  });

  test("the policies, for a rule of selected pods", () => {
    const unseen = blind(ONE_POD, ["networkPolicies"]);
    const found = find([on("calico")], [rule("calico", true, { selectedOnly: true })], unseen);
    assert.deepEqual([found.any, found.missing], [null, ["networkPolicies"]]);
    assert.deepEqual(find([on("calico")], [rule("calico", null)], unseen).missing, []);
  });
});
