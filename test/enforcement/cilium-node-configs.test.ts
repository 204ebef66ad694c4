// CiliumNodeConfigs in numbers that only a hostile cluster has.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assessWhole } from "../../lib/enforcement/assess-whole.ts";
import { readNodeConfigs } from "../../lib/enforcement/cilium-node-configs.ts";
import { seen } from "../../lib/model/observed.ts";
import { cilium } from "./engine-cluster.ts";
import { ciliumSet } from "./engine-sets.ts";
import { agentPod, facts, node, NOW, secondsAgo } from "./facts.ts";
import { collect } from "./row.ts";
import { nodeConfig } from "./rows-node-configs.ts";

const SET = ciliumSet();
const NEVER = { "enable-policy": "never" };

test("more agents than a call takes arguments: the oldest decides what holds of all", () => {
  const agents = Array.from({ length: 200_000 }, () => agentPod(SET, "a"));
  const older = { ...agentPod(SET, "a"), createdAt: secondsAgo(90 * 86_400) };
  const config = nodeConfig(NEVER, { nodeSelector: {} });
  const textWith = (agentPods: typeof agents) =>
    readNodeConfigs({ ...facts({ ciliumNodeConfigs: [config] }), agentPods: seen(agentPods) }, [SET])(null)(
      "enable-policy",
      "default",
    ).text;
  assert.equal(textWith(agents), "never");
  assert.equal(textWith([...agents, older]), null);
});

test("a selector is read once, however many agents are asked about", () => {
  let reads = 0;
  const matchLabels = { pool: "gpu" };
  const nodeSelector = Object.defineProperty({}, "matchLabels", {
    enumerable: true,
    get: () => ((reads += 1), matchLabels),
  });
  const given = facts({
    nodes: [node("a", { pool: "gpu" })],
    ciliumNodeConfigs: [nodeConfig(NEVER, { nodeSelector })],
  });
  const overridesOf = readNodeConfigs(given, [SET]);
  for (let asked = 0; asked < 100; asked += 1)
    assert.equal(overridesOf(agentPod(SET, "a"))("enable-policy", "default").text, "never");
  assert.equal(reads, 1);
});

test("one for each of 600 nodes: the sentence names some and counts the others", () => {
  const pools = Array.from({ length: 600 }, (_, at) => `pool-${at}`);
  const given = collect({
    nodes: pools.map((pool) => node(pool, { pool })),
    agents: [{ set: SET }],
    more: {
      ...cilium(),
      ciliumNodeConfigs: pools.map((pool) =>
        nodeConfig(NEVER, { name: pool, nodeSelector: { matchLabels: { pool } } }),
      ),
    },
  });
  const { because } = assessWhole(given, "prod", NOW).enforcement;
  assert.match(because, /by CiliumNodeConfig kube-system\/pool-0, so .* and 596 more of the kind/);
  assert.ok(because.length < 2000, String(because.length));
});
