// The VPC CNI's parts follow their options, and its controller leaves the traces that the real one leaves.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { vpcCni } from "../../emulator/worlds/addons.ts";
import type { VpcCniOptions } from "../../emulator/worlds/addons.ts";
import { podsAt, removePods, startRollout } from "../../emulator/worlds/adjustments.ts";
import { autoMode } from "../../emulator/worlds/auto-mode.ts";
import { part } from "../../emulator/worlds/cluster-part.ts";
import { toFieldsAt, toList, toStrings } from "../../emulator/worlds/fields.ts";
import { deployment, namespace } from "../../emulator/worlds/objects.ts";
import { networkPolicy, podsOf, podsOfNamespace, tcp } from "../../emulator/worlds/policies.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import { build, ofKind, only, podsOwnedBy } from "./worlds-inspection.ts";

function agentOf(awsNode: RawObject | undefined) {
  return toList(toFieldsAt(awsNode, "spec", "template", "spec")["containers"]).find(
    (container) => container["name"] === "aws-eks-nodeagent",
  );
}

function readyOf(agentPod: RawObject): unknown {
  return toList(toFieldsAt(agentPod, "status")["containerStatuses"]).find(
    (status) => status["name"] === "aws-eks-nodeagent",
  )?.["ready"];
}

suite("vpcCni", () => {
  const policy = networkPolicy("shop", "closed", { podSelector: {}, policyTypes: ["Ingress"] });
  const manifests = [namespace("shop"), deployment("shop", "web"), policy];
  const install = (options: VpcCniOptions) => build({ parts: [vpcCni(options)], manifests });

  test("both switches follow the options", () => {
    for (const controller of [true, false]) {
      for (const agent of [true, false]) {
        const objects = install({ controller, agent });
        const { data } = only(ofKind(objects, "ConfigMap"));
        assert.equal(toFieldsAt({ data }, "data")["enable-network-policy-controller"], String(controller));
        const args = toStrings(agentOf(only(ofKind(objects, "DaemonSet")))?.["args"]);
        assert.ok(args.includes(`--enable-network-policy=${agent}`));
        assert.equal(ofKind(objects, "PolicyEndpoint").length, controller ? 1 : 0);
      }
    }
  });

  test("the controller obeys the exact string true, and only in kube-system", () => {
    assert.equal(ofKind(install({ controller: "True", agent: true }), "PolicyEndpoint").length, 0);
    const elsewhere = { release: "cni", namespace: "shop", fullName: "cni-aws-node" };
    const objects = install({ controller: true, agent: true, helmRelease: elsewhere });
    assert.equal(ofKind(objects, "PolicyEndpoint").length, 0);
    assert.equal(only(ofKind(objects, "ConfigMap")).metadata.namespace, "shop");
    assert.equal(only(ofKind(objects, "DaemonSet")).metadata.name, "cni-aws-node");
    assert.equal(only(ofKind(objects, "DaemonSet")).metadata.labels?.["k8s-app"], "aws-node");
  });

  test("keys, ConfigMap, flag and container can be missing", () => {
    const bare = install({ controller: null, agent: null });
    const data = toFieldsAt(only(ofKind(bare, "ConfigMap")), "data");
    assert.ok(!Object.hasOwn(data, "enable-network-policy-controller"));
    const args = toStrings(agentOf(only(ofKind(bare, "DaemonSet")))?.["args"]);
    assert.ok(args.every((arg) => !arg.startsWith("--enable-network-policy=")));
    const none = install({ controller: true, agent: true, configMap: false, agentContainer: false });
    assert.deepEqual(ofKind(none, "ConfigMap"), []);
    assert.equal(agentOf(only(ofKind(none, "DaemonSet"))), undefined);
    assert.deepEqual(ofKind(none, "PolicyEndpoint"), []);
  });

  test("a crashing agent is not ready on the nodes named, and the DaemonSet counts it", () => {
    const objects = install({ controller: true, agent: true, agentDownOn: [1] });
    assert.deepEqual(podsOwnedBy(objects, "aws-node").map(readyOf), [true, false]);
    const status = toFieldsAt(only(ofKind(objects, "DaemonSet")), "status");
    assert.equal(status["numberReady"], 1);
    assert.equal(status["desiredNumberScheduled"], 2);
    const allDown = install({ controller: true, agent: true, agentReady: false });
    assert.deepEqual(podsOwnedBy(allDown, "aws-node").map(readyOf), [false, false]);
  });

  test("endpoints and finalizers can outlive the controller", () => {
    const objects = install({ controller: false, agent: false, staleEndpoints: true });
    assert.equal(ofKind(objects, "PolicyEndpoint").length, 1);
    assert.deepEqual(only(ofKind(objects, "NetworkPolicy")).metadata.finalizers, [
      "networking.k8s.aws/resources",
    ]);
  });

  test("a rollout under way shows in generation and counts, a lost pod in the counts", () => {
    const name = { namespace: "kube-system", name: "aws-node" };
    const objects = build({
      parts: [
        vpcCni({ controller: true, agent: true }),
        part([], startRollout(name, 1), removePods(name, podsAt(0))),
      ],
    });
    const owner = only(ofKind(objects, "DaemonSet"));
    assert.equal(owner.metadata.generation, 2);
    const { updatedNumberScheduled, observedGeneration, numberReady } = toFieldsAt(owner, "status");
    assert.deepEqual([observedGeneration, updatedNumberScheduled, numberReady], [2, 1, 1]);
    assert.equal(podsOwnedBy(objects, "aws-node").length, 1);
  });
});

suite("PolicyEndpoints", () => {
  const web = deployment("shop", "web", {
    replicas: 1,
    containers: [{ name: "web", image: "web", ports: [{ containerPort: 3000, name: "http" }] }],
  });
  const other = deployment("other", "client", { replicas: 1 });
  const endpointFor = (spec: Readonly<Record<string, unknown>>) => {
    const objects = build({
      parts: [autoMode({ controller: true })],
      manifests: [namespace("shop"), namespace("other"), web, other, networkPolicy("shop", "p", spec)],
    });
    const address = (name: string) =>
      toFieldsAt(
        ofKind(objects, "Pod").find((object) => object.metadata.name.startsWith(name)),
        "status",
      )["podIP"];
    return {
      spec: toFieldsAt(only(ofKind(objects, "PolicyEndpoint")), "spec"),
      web: address("web-"),
      client: address("client-"),
    };
  };

  test("name the selected pods, the isolation and the policy", () => {
    const { spec, web: address } = endpointFor({ podSelector: { matchLabels: { app: "web" } } });
    assert.deepEqual(spec["podIsolation"], ["Ingress"]);
    assert.deepEqual(spec["policyRef"], { name: "p", namespace: "shop" });
    assert.deepEqual(
      toList(spec["podSelectorEndpoints"]).map((endpoint) => endpoint["podIP"]),
      [address],
    );
  });

  test("resolve peers to addresses and named ports to numbers", () => {
    const { spec, client } = endpointFor({
      podSelector: {},
      policyTypes: ["Ingress"],
      ingress: [{ from: [podsOfNamespace("other")], ports: [tcp("http")] }],
    });
    assert.deepEqual(spec["ingress"], [{ cidr: client, ports: [{ protocol: "TCP", port: 3000 }] }]);
  });

  test("leave out a rule whose named port no pod has", () => {
    const { spec } = endpointFor({
      podSelector: {},
      policyTypes: ["Ingress"],
      ingress: [{ from: [podsOf({})], ports: [tcp("nonsense")] }],
    });
    assert.equal(spec["ingress"], undefined);
  });

  test("write an empty rule as the whole address space", () => {
    const { spec } = endpointFor({ podSelector: {}, egress: [{}] });
    assert.deepEqual(spec["podIsolation"], ["Ingress", "Egress"]);
    assert.deepEqual(spec["egress"], [{ cidr: "0.0.0.0/0" }, { cidr: "::/0" }]);
  });

  test("exist, empty, for a policy that selects nothing", () => {
    const { spec } = endpointFor({ podSelector: { matchLabels: { app: "gone" } } });
    assert.deepEqual(spec["podSelectorEndpoints"], []);
  });
});
