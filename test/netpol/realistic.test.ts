// Verdicts for unmodified upstream manifests. They are not in this repository: where they are absent the tests
// say so loudly and skip. Each workload template counts as one pod.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { parseAllDocuments } from "yaml";
import type { Isolation } from "../../lib/model/control.ts";
import type { ContainerPort, Labels, Pod, RawObject } from "../../lib/model/kubernetes.ts";
import type { WorkloadReport } from "../../lib/model/posture.ts";
import { usesNamedPort } from "../../lib/netpol/uses-named-port.ts";
import { assess, detail, owner, pod, type Assessed } from "./build-input.ts";

const FOLDER = new URL("../../../shared/realistic/", import.meta.url);
const WANTED = /^kind: (?:NetworkPolicy|Deployment|StatefulSet|DaemonSet|ReplicaSet)$/mu;
const TEMPLATE_KINDS = new Set(["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"]);

interface Manifest extends RawObject {
  readonly spec: {
    readonly template: {
      readonly metadata?: { readonly labels?: Labels };
      readonly spec: {
        readonly hostNetwork?: boolean;
        readonly containers: readonly { readonly ports?: readonly Partial<ContainerPort>[] }[];
      };
    };
  };
}

function read(t: TestContext, ...names: readonly string[]): readonly RawObject[] | null {
  const files = names.map((name) => new URL(`${name}.yaml`, FOLDER));
  if (files.every((file) => existsSync(file)))
    return files.flatMap((file) => objectsIn(readFileSync(file, "utf8")));
  console.warn(`SKIPPED: ${t.name}: the upstream manifests are not beside this repository`);
  t.skip("upstream manifests are absent");
  return null;
}

/** Only what is judged: parsing the custom resource definitions would take seconds. */
function objectsIn(text: string): readonly RawObject[] {
  const judged = text.split(/^---$/mu).filter((document) => WANTED.test(document));
  return judged.flatMap((document) =>
    parseAllDocuments(document).map((parsed) => parsed.toJS() as RawObject),
  );
}

function toPod(manifest: Manifest): Pod {
  const { template } = manifest.spec;
  const ports = template.spec.containers.flatMap((container) => container.ports ?? []);
  return pod(`${manifest.metadata.name}-template`, template.metadata?.labels ?? {}, {
    namespace: manifest.metadata.namespace ?? "default",
    owner: owner(manifest.kind, manifest.metadata.name),
    hostNetwork: template.spec.hostNetwork ?? false,
    detail: detail({
      ports: ports.map(
        ({ name, containerPort, protocol }) => [name ?? null, containerPort ?? 0, protocol ?? "TCP"] as const,
      ),
    }),
  });
}

function evaluate(objects: readonly RawObject[]): Assessed {
  return assess({
    pods: objects.filter(({ kind }) => TEMPLATE_KINDS.has(kind)).map((object) => toPod(object as Manifest)),
    policies: objects
      .filter(({ kind }) => kind === "NetworkPolicy")
      .map((object) => Object.assign({}, object, { metadata: { namespace: "default", ...object.metadata } })),
  });
}

function workloads(isolation: Isolation, namespace: string): readonly WorkloadReport[] {
  const found = isolation.namespaces.find(({ name }) => name === namespace);
  return found?.workloads.filter(({ pods }) => pods.counted > 0) ?? [];
}

function names(reports: readonly WorkloadReport[]): readonly string[] {
  return reports.map(({ name }) => name);
}

test("stock Argo CD: ingress of seven of seven, argocd-server open to everyone, egress of none", (t) => {
  const objects = read(t, "argo-cd-install");
  if (objects === null) return;
  const isolation = evaluate(objects);
  const all = workloads(isolation, "default");
  assert.equal(all.length, 7);
  assert.equal(all.filter(({ ingress }) => ingress.isolated).length, 7);
  assert.deepEqual(names(all.filter(({ ingress }) => ingress.openToCluster && ingress.openToExternal)), [
    "argocd-server",
  ]);
  assert.deepEqual(all.find(({ name }) => name === "argocd-server")?.ingress.nullifiedBy, [
    "argocd-server-network-policy",
  ]);
  assert.equal(all.filter(({ egress }) => egress.isolated).length, 0);
  assert.deepEqual(
    isolation.details.map(({ deadPeers, problems }) => [deadPeers.length, problems.length]),
    [[0, 0]],
  );
  assert.equal(isolation.namespaces[0]?.posture, "partial");
});

test("Argo CD in high availability: egress rules for redis-ha-server alone", (t) => {
  const objects = read(t, "argo-cd-ha-install");
  if (objects === null) return;
  const all = workloads(evaluate(objects), "default");
  assert.equal(all.filter(({ ingress }) => ingress.isolated).length, all.length);
  assert.deepEqual(names(all.filter(({ egress }) => egress.isolated)), ["argocd-redis-ha-server"]);
  assert.equal(all.find(({ name }) => name === "argocd-redis-ha-server")?.egress.openToExternal, false);
});

test("Argo CD core: the policies still name peers that core leaves out", (t) => {
  const objects = read(t, "argo-cd-core-install");
  if (objects === null) return;
  const { details } = evaluate(objects);
  assert.deepEqual(
    [...new Set(details[0]?.deadPeers.map(({ policy }) => policy))],
    ["argocd-redis-network-policy", "argocd-repo-server-network-policy"],
  );
});

test("Flux: ingress from the namespace plus two openings, egress selected but wide open", (t) => {
  const policies = read(t, "flux-allow-egress", "flux-allow-scraping", "flux-allow-webhooks");
  if (policies === null) return;
  const inNamespace = policies.map((object) =>
    Object.assign({}, object, { metadata: { ...object.metadata, namespace: "flux-system" } }),
  );
  const controllers = ["source-controller", "notification-controller"].map((app) =>
    pod(app, { app }, { namespace: "flux-system", owner: owner("Deployment", app) }),
  );
  const isolation = assess({ pods: controllers, policies: inNamespace });
  for (const { ingress, egress } of workloads(isolation, "flux-system")) {
    assert.deepEqual([ingress.isolated, ingress.openToCluster, ingress.openToExternal], [true, false, false]);
    assert.deepEqual([egress.isolated, egress.openToCluster, egress.openToExternal], [true, true, true]);
    assert.deepEqual(egress.nullifiedBy, ["allow-egress"]);
  }
  const reasons = isolation.details[0]?.overBroadRules.map(({ policy, reason }) => `${policy} ${reason}`);
  assert.deepEqual(reasons, [
    "allow-egress any-peer",
    "allow-scraping all-namespaces",
    "allow-webhooks all-namespaces",
  ]);
});

test("kube-prometheus: egress wide open everywhere, prometheus-adapter open for ingress too", (t) => {
  const objects = read(t, "kube-prometheus");
  if (objects === null) return;
  const all = workloads(evaluate(objects), "monitoring");
  assert.ok(all.length >= 5);
  assert.equal(all.filter(({ egress }) => egress.openToCluster && egress.openToExternal).length, all.length);
  assert.deepEqual(names(all.filter(({ ingress }) => ingress.openToCluster || ingress.openToExternal)), [
    "prometheus-adapter",
  ]);
});

test("every upstream NetworkPolicy is read without a doubt", (t) => {
  const objects = read(
    t,
    "argo-cd-install",
    "argo-cd-ha-install",
    "flux-allow-egress",
    "flux-allow-scraping",
    "flux-allow-webhooks",
    "kube-prometheus",
    "istio-networkpolicy",
  );
  if (objects === null) return;
  const isolation = evaluate(objects);
  assert.deepEqual(
    isolation.details.flatMap(({ problems }) => problems),
    [],
  );
  assert.equal(objects.filter(({ kind }) => kind === "NetworkPolicy").some(usesNamedPort), false);
});
