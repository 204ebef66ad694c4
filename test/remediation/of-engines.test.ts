// Remedies that nobody can apply for the person who reads them: they name nodes, pods and policies, and guess
// nothing.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { PodException, ProcessedPolicy } from "../../lib/model/enforcement-detail.ts";
import type { Pod, RawObject } from "../../lib/model/kubernetes.ts";
import { seen, unseen } from "../../lib/model/observed.ts";
import type { NodeEnforcement } from "../../lib/model/posture.ts";
import { remedyDeadPolicies } from "../../lib/remediation/remedy-dead-policies.ts";
import { remedyOpenNodes } from "../../lib/remediation/remedy-open-nodes.ts";
import { remedyProcessing } from "../../lib/remediation/remedy-processing.ts";
import { remedyStrictMode } from "../../lib/remediation/remedy-strict-mode.ts";
import { enforcement, enforcementDetail, isolation, namespace } from "../controls/posture-builders.ts";

function node(name: string, computeType: NodeEnforcement["computeType"]): NodeEnforcement {
  return { name, computeType, engine: null, verdict: "not-enforced", pods: 3, because: "no agent" };
}

function exception(name: string, kind: PodException["kind"]): PodException {
  return { namespace: "shop", name, kind, effect: "not-enforced", because: "it is one" };
}

test("NETPOL.3: each kind of node and pod has its own way, by name", () => {
  const nodes = [node("fargate-1", "fargate"), node("ip-10-0-0-1", "ec2"), node("win-1", "windows")];
  const exceptions = [exception("bare", "no-owner"), exception("notebook", "not-managed")];
  const remedy = remedyOpenNodes(enforcement("partial", { nodes }), enforcementDetail({ exceptions }));
  assert.match(remedy.text, /For fargate-1: no engine runs on Fargate.* For ip-10-0-0-1: see why the agent/);
  assert.match(remedy.text, /For shop\/bare: .* without an owner.* For shop\/notebook: it was there before/);
  assert.ok(
    remedy.commands.includes("kubectl get pods -A --field-selector spec.nodeName=ip-10-0-0-1 -o wide"),
  );
  assert.ok(remedy.commands.includes("kubectl get nodes win-1 -o wide"));
  assert.ok(remedy.commands.includes("kubectl delete pod notebook -n shop"));
  assert.ok(remedy.commands.includes("kubectl get pod bare -n shop"));
});

function policy(name: string, podSelector: object): RawObject {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { namespace: "shop", name, uid: "1", resourceVersion: "2" } as RawObject["metadata"],
    spec: { podSelector, policyTypes: ["Ingress"] },
    status: {},
  };
}

function processed(name: string, state: ProcessedPolicy["state"]): ProcessedPolicy {
  return { namespace: "shop", name, state, because: state };
}

test("NETPOL.5: a copy to make a stale policy anew, and no finalizer is taken away by a command", () => {
  const processing = {
    ...enforcementDetail().processing,
    policies: [
      processed("fine", "processed"),
      processed("old", "stale"),
      processed("late", "stuck-terminating"),
    ],
  };
  const { text, commands, files } = remedyProcessing(processing, seen([policy("old", {})]));
  assert.deepEqual(
    files.map(({ name }) => name),
    ["anew-shop-old.yaml"],
  );
  assert.doesNotMatch(files[0]?.content ?? "", /uid|resourceVersion|status/);
  assert.ok(commands.includes("kubectl replace --force -f anew-shop-old.yaml"));
  assert.ok(!commands.some((command) => command.includes("finalizers") || command.includes("fine")));
  assert.match(text, /shop\/late wait.*kubectl patch networkpolicies\.networking\.k8s\.io late -n shop/);
});

function pod(labels: Readonly<Record<string, string>>): Pod {
  return {
    namespace: "shop",
    name: Object.values(labels).join("-"),
    labels,
    annotations: {},
    owner: null,
    createdAt: null,
    terminating: false,
    hostNetwork: false,
    finished: false,
    detail: null,
  };
}

test("NETPOL.27: a selector that could be meant for several pods, or for none of them, is not corrected", () => {
  const dead = { namespace: "shop", policies: ["p"] };
  const remedyFor = (podSelector: object, ...labels: readonly Readonly<Record<string, string>>[]) =>
    remedyDeadPolicies(dead, {
      networkPolicies: seen([policy("p", podSelector)]),
      pods: seen(labels.map(pod)),
    });
  const near = remedyFor({ matchLabels: { app: "serch" } }, { app: "search" }, { app: "checkout" });
  assert.match(near.files[0]?.content ?? "", /matchLabels:\n\s+app: search\n/);
  for (const { files, text, commands } of [
    remedyFor({ matchLabels: { app: "job" } }, { app: "search" }, { app: "checkout" }),
    remedyFor({ matchLabels: { app: "web", v: "0" } }, { app: "web", v: "1" }, { app: "web", v: "2" }),
    remedyFor({ matchLabels: { app: "serch" }, matchExpressions: [] }, { app: "search" }),
    remedyFor({ matchLabels: JSON.parse('{"__proto__":"x"}') as object }, { app: "search" }),
  ]) {
    assert.deepEqual(files, []);
    assert.match(text, /delete the policy: kubectl delete networkpolicies\.networking\.k8s\.io p -n shop\.$/);
    assert.deepEqual(commands, [
      "kubectl get networkpolicies.networking.k8s.io p -n shop -o yaml",
      "kubectl get pods -n shop --show-labels",
    ]);
  }
});

test("NETPOL.8: who would be cut off is said first, whatever the engine", () => {
  const blind = unseen("access-denied", "403");
  const picture = isolation(namespace("shop"), namespace("open"));
  const details = picture.details.map((detail) =>
    detail.name === "open" ? { ...detail, selectedPods: 1 } : detail,
  );
  const reads = {
    vpcCniAddon: blind,
    daemonSets: blind,
    nodeClasses: seen([
      { apiVersion: "eks.amazonaws.com/v1", kind: "NodeClass", metadata: { name: "own" } },
      { apiVersion: "eks.amazonaws.com/v1", kind: "NodeClass", metadata: { name: "default" } },
    ]),
    isolation: seen({ ...picture, details }),
  };
  const auto = remedyStrictMode("payments", ["eks-auto-mode"], reads);
  assert.match(auto?.text ?? "", /^First give a policy to every pod of open: /);
  assert.deepEqual(auto?.commands, [
    `kubectl patch nodeclasses.eks.amazonaws.com own --type merge -p '{"spec":{"networkPolicy":"DefaultDeny"}}'`,
  ]);
  assert.match(
    remedyStrictMode("payments", ["cilium"], reads)?.commands[0] ?? "",
    /"enable-policy":"always"/,
  );
  assert.equal(remedyStrictMode("payments", ["calico"], reads), null);
});
