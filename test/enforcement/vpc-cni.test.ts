// The decision that matters: both switches and a live agent. The matrix has the rest.

import assert from "node:assert/strict";
import { test } from "node:test";

import { assessEnforcement } from "../../lib/enforcement/assess-enforcement.ts";
import type { EnforcementVerdict } from "../../lib/model/posture.ts";
import { NOW, agentPod, awsNode, facts, node, pod, vpcCniConfigMap } from "./facts.ts";

const ROWS: readonly { controller: string; agent: string; expected: EnforcementVerdict }[] = [
  { controller: "true", agent: "true", expected: "enforced" },
  { controller: "true", agent: "false", expected: "configured-not-enforced" },
  { controller: "false", agent: "true", expected: "configured-not-enforced" },
  { controller: "false", agent: "false", expected: "not-enforced" },
];

for (const { controller, agent, expected } of ROWS) {
  test(`controller ${controller}, agent ${agent}: ${expected}`, () => {
    const set = awsNode({ args: [`--enable-network-policy=${agent}`] });
    const given = facts({
      nodes: [node("a"), node("b")],
      daemonSets: [set],
      agentPods: [agentPod(set, "a"), agentPod(set, "b")],
      pods: [pod("shop", "web")],
      vpcCniConfigMap: vpcCniConfigMap(controller),
    });
    assert.equal(assessEnforcement(given, "prod", NOW).verdict, expected);
  });
}
