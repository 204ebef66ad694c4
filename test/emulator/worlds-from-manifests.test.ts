// Plain manifests become a cluster. The upstream manifests beside the repository are read where they exist.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { parseAllDocuments } from "yaml";
import { toFieldsAt } from "../../emulator/worlds/fields.ts";
import { clusterFromManifests } from "../../emulator/worlds/from-manifests.ts";
import { nodes } from "../../emulator/worlds/nodes.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";

const REALISTIC = new URL("../../../shared/realistic/", import.meta.url);

function names(objects: readonly RawObject[], kind: string, namespace?: string): readonly string[] {
  return objects
    .filter((object) => object.kind === kind && object.metadata.namespace === namespace)
    .map((object) => object.metadata.name);
}

const template = {
  metadata: { labels: { app: "web" } },
  spec: { containers: [{ name: "web", image: "web" }] },
};
const web = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web" },
  spec: { replicas: 2, selector: { matchLabels: { app: "web" } }, template },
};

suite("clusterFromManifests", () => {
  test("expands workloads and unrolls Lists", () => {
    const { objects } = clusterFromManifests([{ apiVersion: "v1", kind: "List", items: [web] }]);
    assert.deepEqual(names(objects, "Deployment", "default"), ["web"]);
    assert.equal(names(objects, "Pod", "default").length, 2);
  });

  test("puts namespaced objects into the namespace given and makes every namespace named", () => {
    const elsewhere = { ...web, metadata: { name: "web", namespace: "elsewhere" } };
    const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "r" } };
    const { objects } = clusterFromManifests([web, elsewhere, role], { namespace: "argocd" });
    assert.deepEqual(names(objects, "Deployment", "argocd"), ["web"]);
    assert.deepEqual(names(objects, "ClusterRole"), ["r"]);
    assert.ok(["argocd", "elsewhere"].every((name) => names(objects, "Namespace").includes(name)));
  });

  test("lets a later object of the same identity stand, and leaves out what is no object", () => {
    const more = { ...web, spec: { ...web.spec, replicas: 3 } };
    const { objects } = clusterFromManifests([web, null, "text", { kind: "Deployment" }, more]);
    assert.equal(names(objects, "Pod", "default").length, 3);
  });

  test("takes scope and served versions of custom resources from their definitions", () => {
    const definition = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "widgets.example.com" },
      spec: {
        group: "example.com",
        scope: "Cluster",
        names: { kind: "Widget", plural: "widgets" },
        versions: [
          { name: "v1", served: true },
          { name: "v0", served: false },
        ],
      },
    };
    const widget = { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "w" } };
    const cluster = clusterFromManifests([definition, widget]);
    assert.deepEqual(names(cluster.objects, "Widget"), ["w"]);
    assert.ok(cluster.extraApiVersions.includes("example.com/v1"));
    assert.ok(!cluster.extraApiVersions.includes("example.com/v0"));
  });
});

const isThere = existsSync(REALISTIC);
if (!isThere) console.warn("SKIPPED: no ../shared/realistic, the upstream manifests were not loaded.");

suite("upstream manifests", { skip: !isThere }, () => {
  test("Argo CD: 7 workloads with a pod each, 7 policies", () => {
    const { objects } = clusterFromManifests(load("argo-cd-install.yaml"), { namespace: "argocd" });
    assert.equal(names(objects, "Pod", "argocd").length, 7);
    assert.equal(names(objects, "NetworkPolicy", "argocd").length, 7);
  });

  test("vpc-cni: an agent on each EC2 node, none on an Auto Mode node", () => {
    const { objects } = clusterFromManifests(load("aws-vpc-cni.yaml"), {
      systemWorkloads: false,
      nodes: [...nodes(2, "ec2"), ...nodes(1, "auto")],
    });
    const pods = objects.filter((object) => object.kind === "Pod");
    assert.equal(pods.length, 2);
    const ec2 = names(objects, "Node").filter((name) => name.startsWith("ip-"));
    assert.deepEqual(
      pods.map((pod) => toFieldsAt(pod, "spec")["nodeName"]),
      ec2,
    );
  });

  const daemonSets: readonly (readonly [file: string, name: string])[] = [
    ["antrea-eks.yaml", "antrea-agent"],
    ["calico-policy-only.yaml", "calico-node"],
    ["kube-router-firewall.yaml", "kube-router"],
    ["kube-network-policies.yaml", "kube-network-policies"],
    ["weave.yaml", "weave-net"],
  ];
  for (const [file, name] of daemonSets) {
    test(`${file}: ${name} on each of 3 nodes`, () => {
      const { objects } = clusterFromManifests(load(file));
      const pods = objects.filter(
        (object) => object.kind === "Pod" && object.metadata.ownerReferences?.[0]?.name === name,
      );
      assert.equal(pods.length, 3);
    });
  }
});

/** Without the CustomResourceDefinitions, which are most of the text and nothing of the cluster's behaviour. */
function load(file: string): readonly unknown[] {
  const text = readFileSync(new URL(file, REALISTIC), "utf8");
  const documents = text.split(/^---$/mu).filter((part) => !/^kind: CustomResourceDefinition$/mu.test(part));
  return documents.flatMap((part) => parseAllDocuments(part).map((document): unknown => document.toJS()));
}
