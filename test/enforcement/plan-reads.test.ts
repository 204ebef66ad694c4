// The plan asks for what could change the verdict and for nothing else.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  agentSelectors,
  customResourcesFor,
  podsOutsideAgents,
  uncoveredNodes,
} from "../../lib/enforcement/plan-reads.ts";
import { AUTO, FARGATE, awsNode, blind, cluster, configMap, node, vpcCniConfigMap } from "./facts.ts";
import { calicoSet, ciliumSet, kubeProxySet } from "./engine-sets.ts";
import { collect } from "./row.ts";
import { vpcCluster } from "./vpc-cluster.ts";

const OFF = awsNode({ args: ["--enable-network-policy=false"] });

test("agents' pods are selected by their DaemonSet's own labels", () => {
  const helm = awsNode({ name: "cni-aws-vpc-cni", namespace: "networking" });
  assert.deepEqual(agentSelectors([kubeProxySet(), helm, calicoSet()]), [
    { namespace: "networking", labelSelector: "k8s-app=cni-aws-vpc-cni", engine: "vpc-cni" },
    { namespace: "kube-system", labelSelector: "k8s-app=calico-node", engine: "calico" },
  ]);
});

test("where every node enforces, or none does, nobody is asked who runs there", () => {
  assert.deepEqual(uncoveredNodes(collect(vpcCluster())), []);
  assert.deepEqual(uncoveredNodes(collect(vpcCluster({ set: OFF }))), []);
  assert.deepEqual(uncoveredNodes(collect(vpcCluster({ controller: "false" }))), []);
});

test("where some enforce, the others are asked about", () => {
  assert.deepEqual(uncoveredNodes(collect(vpcCluster({ agents: [{ set: awsNode(), on: ["a"] }] }))), ["b"]);
  const sets = [
    { set: awsNode(), on: ["a"] },
    { set: { ...OFF, name: "aws-node-arm" }, on: ["b"] },
  ];
  assert.deepEqual(uncoveredNodes(collect(vpcCluster({ agents: sets }))), ["b"]);
});

test("an Auto Mode node needs no agent, and a Fargate node is known to host its pod", () => {
  const nodes = [node("a"), node("i-1", AUTO), node("fargate-1", FARGATE), node("b")];
  const facts = collect(
    vpcCluster({
      nodes,
      agents: [{ set: awsNode(), on: ["a"] }],
      more: { cluster: cluster({ autoMode: true }) },
    }),
  );
  assert.deepEqual(uncoveredNodes(facts), ["b"]);
});

test("strict agents without a controller deny, so the nodes without one matter", () => {
  const strict = awsNode({ env: { NETWORK_POLICY_ENFORCING_MODE: "strict" } });
  const facts = collect(vpcCluster({ controller: "false", agents: [{ set: strict, on: ["a"] }] }));
  assert.deepEqual(uncoveredNodes(facts), ["a", "b"]);
});

test("nobody can name uncovered nodes without nodes or agents", () => {
  const facts = collect(vpcCluster());
  assert.equal(uncoveredNodes(blind(facts, ["nodes"])), null);
  assert.equal(uncoveredNodes(blind(facts, ["agentPods"])), null);
});

test("one selector finds the pods outside the agents", () => {
  const facts = collect(vpcCluster());
  const selector = "spec.nodeName!=,spec.nodeName!=a,spec.nodeName!=b";
  assert.equal(podsOutsideAgents(facts), selector);
  assert.equal(podsOutsideAgents(blind(facts, ["nodes"])), selector);
  assert.equal(podsOutsideAgents(blind(facts, ["agentPods"])), null);
  assert.equal(podsOutsideAgents(collect(vpcCluster({ set: OFF }))), null);
});

test("custom resources are asked for by what is installed", () => {
  assert.deepEqual(customResourcesFor(collect(vpcCluster())), ["policyEndpoints"]);
  assert.deepEqual(
    customResourcesFor(collect(vpcCluster({ more: { cluster: cluster({ autoMode: true }) } }))),
    ["policyEndpoints", "nodeClasses"],
  );
  const chained = (mode: string) =>
    collect({
      nodes: [node("a")],
      agents: [{ set: ciliumSet() }],
      more: {
        ciliumConfigMap: configMap("cilium-config", { "cni-chaining-mode": mode }),
        vpcCniConfigMap: vpcCniConfigMap(null),
      },
    });
  assert.deepEqual(customResourcesFor(chained("none")), []);
  assert.deepEqual(customResourcesFor(chained("aws-cni")), ["ciliumEndpoints"]);
  assert.deepEqual(customResourcesFor(blind(chained("none"), ["ciliumConfigMap"])), ["ciliumEndpoints"]);
  assert.deepEqual(customResourcesFor(collect({ nodes: [node("a")], agents: [{ set: calicoSet() }] })), [
    "tigeraStatuses",
  ]);
});
