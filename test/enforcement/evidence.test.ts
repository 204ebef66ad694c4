// Each line of evidence can be checked with one command, and foreign names cannot leave their quotes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { assessEnforcementDetail, assessEnforcement } from "./assess.ts";
import type { Evidence } from "../../lib/model/finding.ts";
import { AUTO, FARGATE, NOW, agentPod, awsNode, blind, node, pod, vpcCniConfigMap } from "./facts.ts";
import { collect } from "./row.ts";
import { ROWS } from "./rows.ts";
import { OFF, vpc } from "./vpc-cluster.ts";

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

test("each node says what it is, and by which engine", () => {
  const nodes = [node("a"), node("auto", AUTO), node("fargate", FARGATE)];
  const assessed = assessEnforcement(vpc({ nodes, agents: [{ set: awsNode(), on: ["a"] }] }), "prod", NOW);
  assert.deepEqual(
    assessed.nodes.map(({ name, computeType }) => `${name} ${computeType}`),
    ["a ec2", "auto auto", "fargate fargate"],
  );
  assert.equal(assessed.nodes[0]?.engine, "vpc-cni");
});

test("the agent's switch is told with what it means", () => {
  const meansOf = (set = awsNode()): readonly string[] =>
    assessEnforcement(vpc({ set }), "prod", NOW).evidence.map(({ means }) => means);
  assert.ok(meansOf().includes("the agent applies policies where it runs"));
  assert.ok(meansOf(awsNode({ args: OFF })).includes("the agent applies no policy anywhere"));
});

test("of the ready agents only the DaemonSet's own pods are counted", () => {
  const foreign = agentPod(awsNode({ name: "another-node" }), "a");
  const facts = vpc();
  assert.ok(facts.agentPods.seen);
  const agentPods = { seen: true, value: [...facts.agentPods.value, foreign] } as const;
  const { evidence } = assessEnforcement({ ...facts, agentPods }, "prod", NOW);
  assert.ok(evidence.some(({ observed }) => observed === "agent container ready in 2 of 2 pods"));
});

test("where the DaemonSets were not seen and nothing enforces, that is the sentence", () => {
  const { because } = assessEnforcement(blind(vpc(), ["daemonSets", "agentPods"]), "prod", NOW);
  assert.match(because, /the DaemonSets were not seen, so any engine may be at work/);
});
