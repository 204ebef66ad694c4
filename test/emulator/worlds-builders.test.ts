// Workloads become the objects and pods that a real cluster would show, on the nodes that admit them.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { vpcCni } from "../../emulator/worlds/addons.ts";
import { toFieldsAt, toText } from "../../emulator/worlds/fields.ts";
import { nodes } from "../../emulator/worlds/nodes.ts";
import {
  cronJob,
  daemonSet,
  deployment,
  job,
  namespace,
  pod,
  statefulSet,
} from "../../emulator/worlds/objects.ts";
import { build, ofKind, only, podsOwnedBy } from "./worlds-inspection.ts";

suite("live objects", () => {
  test("a Deployment becomes a ReplicaSet with its hash and one pod per replica", () => {
    const objects = build({ manifests: [namespace("shop"), deployment("shop", "web", { replicas: 3 })] });
    const replicaSet = only(ofKind(objects, "ReplicaSet"));
    const hash = replicaSet.metadata.labels?.["pod-template-hash"];
    assert.equal(replicaSet.metadata.name, `web-${hash}`);
    const pods = podsOwnedBy(objects, replicaSet.metadata.name);
    assert.equal(pods.length, 3);
    for (const { metadata } of pods) {
      assert.deepEqual(metadata.labels, { app: "web", "pod-template-hash": hash });
      assert.match(metadata.name, new RegExp(`^web-${hash}-[a-z0-9]{5}$`, "u"));
    }
  });

  test("a Deployment of no replicas has no pods", () => {
    const objects = build({ manifests: [namespace("shop"), deployment("shop", "web", { replicas: 0 })] });
    assert.deepEqual(ofKind(objects, "Pod"), []);
  });

  test("StatefulSet pods are numbered", () => {
    const objects = build({ manifests: [namespace("shop"), statefulSet("shop", "db", { replicas: 2 })] });
    assert.deepEqual(
      ofKind(objects, "Pod").map((object) => object.metadata.name),
      ["db-0", "db-1"],
    );
  });

  test("a CronJob's pod belongs to a Job that belongs to the CronJob, and has succeeded", () => {
    const objects = build({ manifests: [namespace("shop"), cronJob("shop", "night")] });
    const jobObject = only(ofKind(objects, "Job"));
    assert.equal(jobObject.metadata.ownerReferences?.[0]?.kind, "CronJob");
    const finished = only(podsOwnedBy(objects, jobObject.metadata.name));
    assert.equal(toFieldsAt(finished, "status")["phase"], "Succeeded");
    assert.equal(finished.metadata.labels?.["batch.kubernetes.io/job-name"], jobObject.metadata.name);
  });

  test("a running Job's pod runs", () => {
    const objects = build({ manifests: [namespace("shop"), job("shop", "train", { running: true })] });
    assert.equal(toFieldsAt(only(ofKind(objects, "Pod")), "status")["phase"], "Running");
  });

  test("a bare pod has no owner, and is finished where its manifest says so", () => {
    const objects = build({ manifests: [namespace("shop"), pod("shop", "debug", { phase: "Succeeded" })] });
    const bare = only(ofKind(objects, "Pod"));
    assert.equal(bare.metadata.ownerReferences, undefined);
    assert.equal(toFieldsAt(bare, "status")["phase"], "Succeeded");
  });

  test("a pod that no node admits is pending, without node and address", () => {
    const nowhere = deployment("shop", "gpu", { replicas: 1, nodeSelector: { accelerator: "none" } });
    const pending = only(ofKind(build({ manifests: [namespace("shop"), nowhere] }), "Pod"));
    assert.equal(toFieldsAt(pending, "status")["phase"], "Pending");
    assert.equal(toFieldsAt(pending, "spec")["nodeName"], undefined);
    assert.equal(toFieldsAt(pending, "status")["podIP"], undefined);
  });

  test("a DaemonSet has one pod on each node that its selector, affinity and tolerations admit", () => {
    const manifests = [
      namespace("shop"),
      daemonSet("shop", "linux", { nodeSelector: { "kubernetes.io/os": "linux" } }),
      daemonSet("shop", "windows", {
        nodeSelector: { "kubernetes.io/os": "windows" },
        tolerations: [{ key: "os", operator: "Equal", value: "windows", effect: "NoSchedule" }],
      }),
      daemonSet("shop", "intolerant", { nodeSelector: { "kubernetes.io/os": "windows" } }),
    ];
    const objects = build({ nodes: [...nodes(2, "ec2"), ...nodes(1, "windows")], manifests });
    assert.equal(podsOwnedBy(objects, "linux").length, 2);
    assert.equal(podsOwnedBy(objects, "windows").length, 1);
    assert.equal(podsOwnedBy(objects, "intolerant").length, 0);
  });

  test("IPv6 clusters give IPv6 pod addresses", () => {
    const objects = build({ ipFamily: "ipv6", manifests: [namespace("shop"), deployment("shop", "web")] });
    for (const each of ofKind(objects, "Pod")) {
      assert.match(toText(toFieldsAt(each, "status")["podIP"], ""), /^2600:1f14:[0-9a-f:]+$/u);
    }
  });
});

suite("nodes", () => {
  const objects = build({
    nodes: [...nodes(1, "ec2"), ...nodes(1, "auto"), ...nodes(1, "hybrid"), ...nodes(1, "windows")],
    fargateProfiles: [{ name: "batch", namespace: "batch", labels: { app: "report" } }],
    parts: [vpcCni({ controller: true, agent: true })],
    manifests: [namespace("batch"), deployment("batch", "report", { replicas: 2 })],
  });

  test("each compute type carries its label", () => {
    const types = ofKind(objects, "Node").map(
      ({ metadata }) =>
        metadata.labels?.["eks.amazonaws.com/compute-type"] ?? metadata.labels?.["kubernetes.io/os"],
    );
    assert.deepEqual(types, ["linux", "auto", "hybrid", "windows", "fargate", "fargate"]);
  });

  test("aws-node runs on EC2 Linux nodes only", () => {
    const agent = only(podsOwnedBy(objects, "aws-node"));
    const [first] = ofKind(objects, "Node");
    assert.equal(toFieldsAt(agent, "spec")["nodeName"], first?.metadata.name);
  });
});
