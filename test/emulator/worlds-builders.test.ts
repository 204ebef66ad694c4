// The builders give what a real cluster would show for the same installation.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { vpcCni } from "../../emulator/worlds/addons.ts";
import type { VpcCniOptions } from "../../emulator/worlds/addons.ts";
import { podsAt, removePods, startRollout } from "../../emulator/worlds/adjustments.ts";
import { autoMode } from "../../emulator/worlds/auto-mode.ts";
import type { ClusterOptions } from "../../emulator/worlds/build.ts";
import { clusterObjects } from "../../emulator/worlds/build.ts";
import { calico } from "../../emulator/worlds/calico.ts";
import { cilium } from "../../emulator/worlds/cilium.ts";
import { part } from "../../emulator/worlds/cluster-part.ts";
import { antrea, kubeNetworkPolicies, kubeRouter, weave } from "../../emulator/worlds/engines.ts";
import { toFieldsAt, toList, toStrings, toText } from "../../emulator/worlds/fields.ts";
import { argoCd } from "../../emulator/worlds/gitops.ts";
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
import { networkPolicy, podsOf, podsOfNamespace, tcp } from "../../emulator/worlds/policies.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";

function build(options: Partial<ClusterOptions>): readonly RawObject[] {
  return clusterObjects({
    name: "test",
    region: "eu-central-1",
    nodes: nodes(2, "ec2"),
    systemWorkloads: false,
    ...options,
  });
}

function ofKind(objects: readonly RawObject[], kind: string): readonly RawObject[] {
  return objects.filter((object) => object.kind === kind);
}

function podsOwnedBy(objects: readonly RawObject[], owner: string): readonly RawObject[] {
  return ofKind(objects, "Pod").filter((object) => object.metadata.ownerReferences?.[0]?.name === owner);
}

function only(objects: readonly RawObject[]): RawObject {
  const [first, ...others] = objects;
  assert.ok(first && others.length === 0, `${objects.length} objects where one was expected`);
  return first;
}

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
