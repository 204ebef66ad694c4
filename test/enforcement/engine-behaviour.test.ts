// What the evaluator of policies is told about the engine.

import assert from "node:assert/strict";
import { test } from "node:test";

import { assessEnforcement } from "../../lib/enforcement/assess-enforcement.ts";
import { engineBehaviour } from "../../lib/enforcement/engine-behaviour.ts";
import { NOW } from "./facts.ts";
import { ROWS } from "./rows.ts";

function behaviourOf(row: string) {
  const found = ROWS.find(({ name }) => name === row);
  assert.ok(found, row);
  return engineBehaviour(assessEnforcement(found.facts, "prod", NOW));
}

test("VPC CNI: ipBlocks match pods, bare pods are left alone, AWS's policy APIs count", () => {
  const behaviour = behaviourOf("both switches on, agents ready");
  assert.equal(behaviour.ipBlocksMatchPods, true);
  assert.equal(behaviour.appliesToBarePods, false);
  assert.equal(behaviour.selectionOpensOtherDirection, false);
  assert.equal(behaviour.implements.awsClusterNetworkPolicies, true);
  assert.equal(behaviour.implements.adminNetworkPolicies, false);
  assert.equal(behaviour.implements.ciliumNetworkPolicies, false);
});

test("strict mode: unselected pods are denied, and a policy opens the direction that it does not name", () => {
  const behaviour = behaviourOf("strict mode");
  assert.equal(behaviour.unselectedPods, "denied");
  assert.equal(behaviour.selectionOpensOtherDirection, true);
});

test("Cilium always: denied, but no direction is opened", () => {
  const behaviour = behaviourOf("Cilium, always: unselected pods are denied");
  assert.equal(behaviour.unselectedPods, "denied");
  assert.equal(behaviour.selectionOpensOtherDirection, false);
  assert.equal(behaviour.ipBlocksMatchPods, false);
  assert.equal(behaviour.implements.ciliumNetworkPolicies, true);
});

test("two engines: only what they have in common", () => {
  const behaviour = behaviourOf("VPC CNI on EC2, Cilium on hybrid nodes");
  assert.equal(behaviour.ipBlocksMatchPods, null);
  assert.equal(behaviour.appliesToBarePods, null);
  assert.equal(behaviour.implements.ciliumNetworkPolicies, null);
  assert.equal(behaviour.implements.calicoNetworkPolicies, false);
});

test("no engine: nothing is known", () => {
  const behaviour = behaviourOf("no engine at all");
  assert.equal(behaviour.ipBlocksMatchPods, null);
  assert.equal(behaviour.implements.calicoNetworkPolicies, null);
});
