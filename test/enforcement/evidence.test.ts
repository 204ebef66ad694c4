// Each line of evidence can be checked with one command, and foreign names cannot leave their quotes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { assessEnforcementDetail, assessEnforcement } from "./assess.ts";
import type { Evidence } from "../../lib/model/finding.ts";
import { NOW, awsNode, node, pod, vpcCniConfigMap } from "./facts.ts";
import { collect } from "./row.ts";
import { ROWS } from "./rows.ts";

function everyLine(): readonly Evidence[] {
  return ROWS.flatMap(({ facts }) => {
    const { settings, processing, versions, coexistence } = assessEnforcementDetail(facts, "prod", NOW);
    const answers = [settings, processing, versions, coexistence];
    return [
      ...assessEnforcement(facts, "prod", NOW).evidence,
      ...answers.flatMap(({ evidence }) => evidence),
    ];
  });
}

test("every line of evidence is whole and has one kubectl or aws command", () => {
  for (const { source, object, observed, means, command } of everyLine()) {
    assert.ok(source && object && observed && means);
    assert.match(command, /^(?:kubectl get|aws eks) [^;&|`$\n]+$/, command);
  }
});

test("a verdict that claims something has evidence", () => {
  for (const { name, facts } of ROWS) {
    const { verdict, evidence } = assessEnforcement(facts, "prod", NOW);
    assert.ok(verdict === "unknown" || evidence.length > 0, name);
  }
});

test("names that are keys of every object are names", () => {
  const names = ["__proto__", "constructor", "toString"];
  const placed = Object.fromEntries(names.map((name) => [name, [pod("constructor", "__proto__")]]));
  const set = awsNode({ name: "constructor", namespace: "__proto__" });
  const facts = collect({
    nodes: names.map((name) => node(name)),
    agents: [{ set, on: ["__proto__"] }],
    placed,
    more: { vpcCniConfigMap: vpcCniConfigMap("true") },
  });
  const { verdict, nodes } = assessEnforcement(facts, "constructor", NOW);
  assert.equal(verdict, "partial");
  assert.deepEqual(
    nodes.map(({ name, verdict }) => `${name} ${verdict}`),
    ["__proto__ enforced", "constructor not-enforced", "toString not-enforced"],
  );
});
