// What the evaluator of policies is told about the engine.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { RawObject } from "../../lib/model/kubernetes.ts";
import { assessWhole } from "../../lib/enforcement/assess-whole.ts";
import { cilium, engine } from "./engine-cluster.ts";
import { ciliumSet } from "./engine-sets.ts";
import { awsNode, blind, NOW } from "./facts.ts";
import { ROWS } from "./rows.ts";
import { vpc } from "./vpc-cluster.ts";

function behaviourOf(row: string) {
  const found = ROWS.find(({ name }) => name === row);
  assert.ok(found, row);
  return assessWhole(found.facts, "prod", NOW).behaviour;
}

test("VPC CNI: ipBlocks match pods, bare pods are left alone, AWS's policy APIs count", () => {
  const behaviour = behaviourOf("both switches on, agents ready");
  assert.equal(behaviour.ipBlocksMatchPods, true);
  assert.equal(behaviour.appliesToBarePods, false);
  assert.equal(behaviour.selectionOpensOtherDirection, false);
  assert.equal(behaviour.implements.awsClusterNetworkPolicies, true);
  assert.equal(behaviour.implements.adminNetworkPolicies, false);
  assert.equal(behaviour.implements.ciliumNetworkPolicies, false);
  assert.equal(behaviour.appliesDomainNames, false, "the nodes of EKS Auto Mode alone do");
});

test("rules with domain names are applied where every node of AWS's engines is one of EKS Auto Mode", () => {
  assert.equal(behaviourOf("Auto Mode, ConfigMap on").appliesDomainNames, true);
  assert.equal(behaviourOf("EC2 and Auto Mode, both on").appliesDomainNames, false);
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

test("Cilium that ignores NetworkPolicies: pods that nothing selects are allowed by default alone", () => {
  const unselectedWith = (mode: string, own: readonly RawObject[]) => {
    const config = cilium({ "enable-policy": mode, "enable-k8s-networkpolicy": "false" });
    const facts = engine(ciliumSet(), { ...config, ciliumNetworkPolicies: own });
    return assessWhole(facts, "prod", NOW).behaviour.unselectedPods;
  };
  const own = [{ apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy", metadata: { name: "lock" } }];
  assert.equal(unselectedWith("default", []), "allowed");
  assert.equal(unselectedWith("default", own), "allowed");
  assert.equal(unselectedWith("always", []), null);
  assert.equal(unselectedWith("always", own), null);
  assert.equal(unselectedWith("never", own), "allowed");
});

test("two engines: only what they have in common", () => {
  const behaviour = behaviourOf("VPC CNI on EC2, Cilium on hybrid nodes");
  assert.equal(behaviour.ipBlocksMatchPods, null);
  assert.equal(behaviour.appliesToBarePods, null);
  assert.equal(behaviour.implements.ciliumNetworkPolicies, null);
  assert.equal(behaviour.implements.calicoNetworkPolicies, false);
});

test("Calico over a VPC CNI whose agent is off: Calico alone decides", () => {
  const behaviour = behaviourOf("Calico policy-only over the VPC CNI, prefix eni");
  assert.equal(behaviour.appliesToBarePods, true);
  assert.equal(behaviour.implements.calicoNetworkPolicies, true);
  assert.equal(behaviour.implements.calicoGlobalNetworkPolicies, true);
  assert.equal(behaviour.implements.awsClusterNetworkPolicies, false);
});

test("AWS's cluster-wide policies count from agent 1.3 on, and not where an image tells no version", () => {
  const behaviourWith = (agent: string) =>
    assessWhole(vpc({ set: awsNode({ agent }) }), "prod", NOW).behaviour.implements.awsClusterNetworkPolicies;
  assert.equal(behaviourWith("amazon/aws-network-policy-agent:v1.2.7-eksbuild.1"), false);
  assert.equal(behaviourWith("amazon/aws-network-policy-agent:v1.3.1-eksbuild.1"), true);
  assert.equal(behaviourWith("amazon/aws-network-policy-agent@sha256:0123"), null);
});

test("Cilium's own policies count only where their switches are on", () => {
  const behaviourWith = (data: Readonly<Record<string, string>>) =>
    assessWhole(engine(ciliumSet(), cilium(data)), "prod", NOW).behaviour.implements;
  assert.equal(behaviourWith({}).ciliumNetworkPolicies, true);
  assert.equal(behaviourWith({}).clusterNetworkPolicies, false);
  const off = behaviourWith({
    "enable-cilium-network-policy": "false",
    "enable-cilium-clusterwide-network-policy": "false",
    "enable-k8s-cluster-network-policy": "true",
  });
  assert.equal(off.ciliumNetworkPolicies, false);
  assert.equal(off.ciliumClusterwideNetworkPolicies, false);
  assert.equal(off.clusterNetworkPolicies, true);
});

test("Cilium's own policies are in doubt where its configuration was not seen, be they on by default", () => {
  const facts = blind(engine(ciliumSet(), cilium()), ["ciliumConfigMap"]);
  const { implements: applied } = assessWhole(facts, "prod", NOW).behaviour;
  assert.equal(applied.ciliumNetworkPolicies, null);
  assert.equal(applied.ciliumClusterwideNetworkPolicies, null);
  assert.equal(applied.clusterNetworkPolicies, null);
  assert.equal(applied.calicoNetworkPolicies, false);
});

test("Antrea applies policies of its own API, and no other engine does", () => {
  assert.equal(behaviourOf("Antrea on every node").implements.antreaClusterNetworkPolicies, true);
  assert.equal(behaviourOf("Calico on every node").implements.antreaClusterNetworkPolicies, false);
});

test("Auto Mode, and the DaemonSets were not seen: other engines may be there", () => {
  const row = ROWS.find(({ name }) => name === "Auto Mode, ConfigMap on");
  assert.ok(row);
  const { behaviour } = assessWhole(blind(row.facts, ["daemonSets", "agentPods"]), "prod", NOW);
  assert.equal(behaviour.appliesToBarePods, null);
  assert.equal(behaviour.implements.ciliumNetworkPolicies, null);
  assert.equal(behaviour.implements.awsClusterNetworkPolicies, null);
});

test("all that we know is off, beside a DaemonSet that could be an engine: nothing is known", () => {
  const behaviour = behaviourOf("off, with an unknown privileged DaemonSet on the host's network");
  assert.equal(behaviour.appliesToBarePods, null);
  assert.deepEqual([...new Set(Object.values(behaviour.implements))], [null]);
});

test("whatever the unknown DaemonSet is, an engine that surely enforces is asked", () => {
  const behaviour = behaviourOf("enforced, with an unknown privileged DaemonSet");
  assert.equal(behaviour.appliesToBarePods, false);
  assert.equal(behaviour.implements.awsClusterNetworkPolicies, true);
});

test("no engine: nothing is known", () => {
  const behaviour = behaviourOf("no engine at all");
  assert.equal(behaviour.ipBlocksMatchPods, null);
  assert.equal(behaviour.implements.calicoNetworkPolicies, null);
});
