// The other engines and the GitOps tools, as their own manifests or charts would install them.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { calico } from "../../emulator/worlds/calico.ts";
import { cilium } from "../../emulator/worlds/cilium.ts";
import { antrea, kubeNetworkPolicies, kubeRouter, weave } from "../../emulator/worlds/engines.ts";
import { toFieldsAt, toList, toStrings } from "../../emulator/worlds/fields.ts";
import { argoCd } from "../../emulator/worlds/gitops.ts";
import { nodes } from "../../emulator/worlds/nodes.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import { build, ofKind, only, podsOwnedBy } from "./worlds-inspection.ts";

suite("other engines", () => {
  const engines = {
    "calico-node": calico(),
    cilium: cilium(),
    "antrea-agent": antrea(),
    "kube-router": kubeRouter(),
    "weave-net": weave(),
    "kube-network-policies": kubeNetworkPolicies(),
  };
  for (const [name, engine] of Object.entries(engines)) {
    test(`${name} runs privileged on the host network of every Linux node, and on no Fargate node`, () => {
      const objects = build({
        nodes: [...nodes(2, "ec2"), ...nodes(1, "windows"), ...nodes(1, "fargate")],
        parts: [engine],
      });
      const agents = podsOwnedBy(objects, name);
      assert.equal(agents.length, 2);
      assert.ok(agents.every((agent) => toFieldsAt(agent, "spec")["hostNetwork"] === true));
    });
  }

  test("the operator installs Calico into its own namespace and reports on it", () => {
    const objects = build({ parts: [calico({ install: "operator", available: false })] });
    assert.equal(only(ofKind(objects, "DaemonSet")).metadata.namespace, "calico-system");
    const conditions = toList(toFieldsAt(only(ofKind(objects, "TigeraStatus")), "status")["conditions"]);
    assert.deepEqual(
      conditions.map((condition) => condition["status"]),
      ["False", "False", "True"],
    );
  });

  test("switches off where an option says so", () => {
    const argsOf = (objects: readonly RawObject[]) =>
      toList(toFieldsAt(only(ofKind(objects, "DaemonSet")), "spec", "template", "spec")["containers"]);
    const [router] = argsOf(build({ parts: [kubeRouter({ firewall: false })] }));
    assert.ok(toStrings(router?.["args"]).includes("--run-firewall=false"));
    const containers = argsOf(build({ parts: [weave({ npc: false })] })).map((each) => each["name"]);
    assert.deepEqual(containers, ["weave"]);
    const config = only(
      ofKind(build({ parts: [cilium({ config: { "enable-policy": "never" } })] }), "ConfigMap"),
    );
    assert.equal(toFieldsAt(config, "data")["enable-policy"], "never");
  });

  test("one AntreaAgentInfo per node tells that node's health", () => {
    const infos = ofKind(build({ parts: [antrea({ unhealthyOn: [1] })] }), "AntreaAgentInfo");
    const health = infos.map((info) => toList(info["agentConditions"])[0]?.["status"]);
    assert.deepEqual(health, ["True", "False"]);
  });
});

suite("Argo CD by Helm", () => {
  const objects = build({
    parts: [argoCd({ namespace: "gitops", helm: { release: "cd", nameOverride: "delivery" } })],
  });

  test("has every name and label under the overridden prefix, and named ports", () => {
    const workloads = [...ofKind(objects, "Deployment"), ...ofKind(objects, "StatefulSet")];
    assert.equal(workloads.length, 7);
    for (const { metadata } of workloads) {
      assert.match(metadata.name, /^delivery-/u);
      assert.equal(metadata.labels?.["app.kubernetes.io/part-of"], "argocd");
      assert.equal(metadata.labels?.["app.kubernetes.io/instance"], "cd");
    }
    const redis = ofKind(objects, "NetworkPolicy").find((policy) => policy.metadata.name.includes("redis"));
    const [rule] = toList(toFieldsAt(redis, "spec")["ingress"]);
    assert.deepEqual(rule?.["ports"], [{ protocol: "TCP", port: "redis" }]);
  });
});
