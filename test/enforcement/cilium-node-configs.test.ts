// CiliumNodeConfigs in numbers that only a hostile cluster has.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readNodeConfigs } from "../../lib/enforcement/cilium-node-configs.ts";
import { seen } from "../../lib/model/observed.ts";
import { ciliumSet } from "./engine-sets.ts";
import { agentPod, facts, node, secondsAgo } from "./facts.ts";
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
