// What a human would say of each make-up of a cluster, and the same for add-on, ConfigMap and DaemonSet in
// every combination.

import assert from "node:assert/strict";
import { test } from "node:test";

import { seen } from "../../lib/model/observed.ts";
import { assessEnforcement } from "./assess.ts";
import { NOW } from "./facts.ts";
import { collectAtLevel1 } from "./row.ts";
import { ROWS } from "./rows.ts";
import { vpcCluster } from "./vpc-cluster.ts";

for (const row of ROWS) {
  test(row.name, () => {
    const found = assessEnforcement(row.facts, "prod", NOW);
    const { verdict, engine, mode } = found;
    assert.deepEqual(
      { verdict, engine, mode },
      { verdict: row.verdict, engine: row.engine, mode: row.mode },
      found.because,
    );
    const said = [
      found.because,
      ...found.nodes.map(({ because }) => because),
      ...found.evidence.map(({ object, observed, means }) => `${object}: ${observed}: ${means}`),
    ];
    assert.ok(
      said.some((line) => line.includes(row.decisive)),
      `nobody says "${row.decisive}":\n${said.join("\n")}`,
    );
  });
}

test("rows have names of their own", () => {
  assert.equal(new Set(ROWS.map(({ name }) => name)).size, ROWS.length);
  assert.ok(ROWS.length >= 70);
});

test("nodes that were not listed stand in the order of their names, whatever the order of their agents", () => {
  const facts = collectAtLevel1(vpcCluster());
  assert.ok(facts.agentPods.seen);
  const [agent] = facts.agentPods.value;
  assert.ok(agent !== undefined && agent.detail !== null);
  const { detail } = agent;
  const agents = ["node-c", "node-a", "node-b"].map((nodeName) => ({
    ...agent,
    name: `agent-of-${nodeName}`,
    detail: { ...detail, nodeName },
  }));
  const { nodes } = assessEnforcement({ ...facts, agentPods: seen(agents) }, "prod", NOW);
  assert.deepEqual(
    nodes.map(({ name }) => name),
    ["node-a", "node-b", "node-c"],
  );
});
