// When an agent counts as running: its own container, by its own status.

import assert from "node:assert/strict";
import { test } from "node:test";

import { isAgentReady, isPodOf, isSettled } from "../../lib/enforcement/agent-pods.ts";
import type { ContainerStatus } from "../../lib/model/kubernetes.ts";
import { agentPod, awsNode, container, pod, rollingOut } from "./facts.ts";

const set = awsNode();
const agent = container("aws-eks-nodeagent", "agent");

function withStatuses(...containerStatuses: readonly ContainerStatus[]) {
  const { detail, ...rest } = agentPod(set, "a");
  assert.ok(detail);
  return { ...rest, detail: { ...detail, containerStatuses } };
}

test("ready and running, and of that very container", () => {
  const status = { name: agent.name, ready: true, running: true, restartCount: 0 };
  assert.equal(isAgentReady(withStatuses(status), agent), true);
  assert.equal(isAgentReady(withStatuses({ ...status, ready: false }), agent), false);
  assert.equal(isAgentReady(withStatuses({ ...status, running: false }), agent), false);
  assert.equal(isAgentReady(withStatuses({ ...status, name: "aws-node" }), agent), false);
  assert.equal(isAgentReady(withStatuses(), agent), false);
});

test("of a node that does not report, what it last said of an agent holds only where that was no", () => {
  const status = { name: agent.name, ready: true, running: true, restartCount: 0 };
  const silent = (pod: ReturnType<typeof withStatuses>) => ({
    ...pod,
    detail: { ...pod.detail, silent: true as const },
  });
  assert.equal(isAgentReady(silent(withStatuses(status)), agent), null);
  assert.equal(isAgentReady(silent(withStatuses({ ...status, ready: false })), agent), false);
  assert.equal(isAgentReady(silent(withStatuses()), agent), false);
});

test("a pod belongs to the DaemonSet that controls it; without an owner its labels decide", () => {
  const own = agentPod(set, "a");
  assert.equal(isPodOf(own, set), true);
  assert.equal(isPodOf(own, awsNode({ name: "aws-node-arm" })), false);
  assert.equal(isPodOf(own, awsNode({ namespace: "networking" })), false);
  assert.equal(isPodOf({ ...own, owner: null }, set), true);
  assert.equal(isPodOf(pod("kube-system", "other", { owner: null }), set), false);
  assert.equal(isPodOf({ ...own, owner: null }, { ...set, matchLabels: {} }), false);
});

test("a rollout is over when every pod has the newest template", () => {
  assert.equal(isSettled(set), true);
  assert.equal(isSettled(rollingOut(set)), false);
  assert.equal(isSettled({ ...set, generation: 4 }), false);
  assert.equal(isSettled({ ...set, status: { ...set.status, desiredNumberScheduled: null } }), false);
});
