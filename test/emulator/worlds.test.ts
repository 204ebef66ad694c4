// Every world holds objects as a cluster would show them: identified, owned, selected, and the same each time.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { World, WorldCluster } from "../../emulator/world.ts";
import { toFieldsAt, toLabels, toList, toText } from "../../emulator/worlds/fields.ts";
import { worlds } from "../../emulator/worlds/index.ts";
import { hasLabels } from "../../emulator/worlds/selectors.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/u;

function clustersOf(world: World): readonly WorldCluster[] {
  return world.accounts.flatMap((account) => account.clusters);
}

function buildWorld(name: string): World {
  const build = worlds[name];
  assert.ok(build, `no world called ${name}`);
  return build();
}

function objectsOfKind(objects: readonly RawObject[], kind: string): readonly RawObject[] {
  return objects.filter((object) => object.kind === kind);
}

function nameOf(object: RawObject): string {
  return `${object.kind} ${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}

for (const [name, build] of Object.entries(worlds)) {
  suite(`world ${name}`, () => {
    const world = build();

    test("is called by its name in the registry and describes itself", () => {
      assert.equal(world.name, name);
      assert.match(world.description, /^[A-Z].+\.$/u);
    });

    test("has its scanner among its accounts", () => {
      assert.ok(world.accounts.some((account) => account.id === world.scanner.accountId));
    });

    test("is the same when it is built again", () => {
      assert.deepEqual(build(), world);
    });

    for (const cluster of clustersOf(world)) {
      test(`${cluster.name}: every object is identified, and by one uid only`, () => {
        assertIdentified(cluster.objects);
      });
      test(`${cluster.name}: every owner exists`, () => assertOwned(cluster.objects));
      test(`${cluster.name}: every workload selects its pods`, () => assertSelected(cluster.objects));
      test(`${cluster.name}: every pod stands in a namespace and on a node`, () => {
        assertPlaced(cluster.objects);
      });
    }
  });
}

function assertIdentified(objects: readonly RawObject[]): void {
  for (const object of objects) {
    assert.ok(object.apiVersion && object.kind && object.metadata.name, JSON.stringify(object.metadata));
    assert.match(object.metadata.uid ?? "", UUID, nameOf(object));
  }
  const uids = objects.map((object) => object.metadata.uid);
  assert.equal(new Set(uids).size, uids.length);
}

function assertOwned(objects: readonly RawObject[]): void {
  const byUid = new Map(objects.map((object) => [object.metadata.uid, object]));
  for (const object of objects) {
    for (const owner of object.metadata.ownerReferences ?? []) {
      const found = byUid.get(owner.uid);
      assert.equal(found?.kind, owner.kind, nameOf(object));
      assert.equal(found.metadata.name, owner.name, nameOf(object));
    }
  }
}

function assertSelected(objects: readonly RawObject[]): void {
  const podsByNamespace = Map.groupBy(objectsOfKind(objects, "Pod"), (pod) => pod.metadata.namespace);
  for (const owner of objects) {
    if (!["ReplicaSet", "StatefulSet", "DaemonSet"].includes(owner.kind)) continue;
    const wanted = toLabels(toFieldsAt(owner, "spec", "selector")["matchLabels"]);
    const pods = podsByNamespace.get(owner.metadata.namespace) ?? [];
    const selected = pods.filter((pod) => hasLabels(wanted, pod.metadata.labels ?? {}));
    const owned = pods.filter((pod) => pod.metadata.ownerReferences?.[0]?.uid === owner.metadata.uid);
    assert.deepEqual(selected, owned, nameOf(owner));
  }
}

function assertPlaced(objects: readonly RawObject[]): void {
  const namespaces = new Set(objectsOfKind(objects, "Namespace").map((object) => object.metadata.name));
  const nodes = new Map(objectsOfKind(objects, "Node").map((node) => [node.metadata.name, node]));
  const addresses = new Set<unknown>();
  for (const pod of objectsOfKind(objects, "Pod")) {
    assert.ok(namespaces.has(pod.metadata.namespace ?? ""), nameOf(pod));
    const { nodeName, hostNetwork } = toFieldsAt(pod, "spec");
    const { phase, podIP, hostIP, podIPs } = toFieldsAt(pod, "status");
    if (phase === "Pending") {
      assert.equal(nodeName, undefined);
      continue;
    }
    const [address] = toList(toFieldsAt(nodes.get(toText(nodeName, "")), "status")["addresses"]);
    assert.equal(hostIP, address?.["address"], nameOf(pod));
    assert.deepEqual(podIPs, [{ ip: podIP }]);
    if (hostNetwork === true) {
      assert.equal(podIP, hostIP);
    } else {
      assert.ok(!addresses.has(podIP), `${nameOf(pod)} shares ${String(podIP)}`);
      addresses.add(podIP);
    }
  }
}

suite("the demo company", () => {
  const world = buildWorld("demo");
  const clusters = clustersOf(world);
  const find = (name: string): WorldCluster => {
    const cluster = clusters.find((candidate) => candidate.name === name);
    assert.ok(cluster, name);
    return cluster;
  };

  test("has 4 accounts, 3 Regions and 9 clusters", () => {
    assert.equal(world.accounts.length, 4);
    assert.deepEqual([...new Set(clusters.map((cluster) => cluster.region))].sort(), [
      "eu-central-1",
      "eu-west-1",
      "us-east-1",
    ]);
    assert.equal(clusters.length, 9);
    assert.equal(new Set(clusters.map((cluster) => cluster.name)).size, 9);
  });

  test("has one account without the role, one hub that is off, and a scanner that is not the management", () => {
    const closed = world.accounts.filter((account) => !account.memberRole.deployed);
    assert.deepEqual(
      closed.map((account) => account.name),
      ["fernwood-management"],
    );
    const hubs = world.accounts.flatMap((account) =>
      account.enabledRegions.filter((region) => !account.securityHubRegions.includes(region)),
    );
    assert.deepEqual(hubs, ["us-east-1"]);
    assert.notEqual(world.scanner.accountId, world.organization?.managementAccountId);
  });

  test("has one unreachable, one creating and one view-only cluster", () => {
    const names = (keep: (cluster: WorldCluster) => boolean) =>
      clusters.filter(keep).map((cluster) => cluster.name);
    assert.deepEqual(
      names((cluster) => cluster.endpoint !== "serves"),
      ["legacy-erp"],
    );
    assert.deepEqual(
      names((cluster) => cluster.status !== "ACTIVE"),
      ["checkout-next"],
    );
    assert.deepEqual(
      names((cluster) => cluster.access.level !== "reader"),
      ["shop-staging"],
    );
  });

  test("has the trap: ConfigMap true, agent false, PolicyEndpoints for every policy", () => {
    const { objects } = find("shop-prod-us");
    const configMap = objects.find((object) => object.metadata.name === "amazon-vpc-cni");
    assert.equal(toFieldsAt(configMap, "data")["enable-network-policy-controller"], "true");
    const agents = objects.filter((object) => object.kind === "Pod").flatMap(agentArgs);
    assert.deepEqual([...new Set(agents)], ["--enable-network-policy=false"]);
    const policies = objectsOfKind(objects, "NetworkPolicy");
    assert.ok(
      policies.every((policy) => policy.metadata.finalizers?.includes("networking.k8s.aws/resources")),
    );
    assert.equal(objectsOfKind(objects, "PolicyEndpoint").length, policies.length);
  });

  test("runs no aws-node pod on Auto Mode or Fargate nodes", () => {
    for (const { objects } of [find("fulfilment-prod"), find("data-staging")]) {
      const nodes = objectsOfKind(objects, "Node").filter(
        (node) => node.metadata.labels?.["eks.amazonaws.com/compute-type"] !== undefined,
      );
      assert.ok(nodes.length > 0);
      const names = new Set(nodes.map((node) => node.metadata.name));
      const agents = objectsOfKind(objects, "Pod").filter((pod) => agentArgs(pod).length > 0);
      assert.ok(agents.every((pod) => !names.has(toText(toFieldsAt(pod, "spec")["nodeName"], ""))));
    }
  });

  test("puts the reports on Fargate, one node for each pod", () => {
    const pods = objectsOfKind(find("data-staging").objects, "Pod").filter(
      (pod) => pod.metadata.namespace === "reporting",
    );
    assert.deepEqual(
      pods.map((pod) => pod.metadata.labels?.["eks.amazonaws.com/fargate-profile"]),
      ["reporting", "reporting"],
    );
    assert.equal(new Set(pods.map((pod) => toFieldsAt(pod, "spec")["nodeName"])).size, 2);
  });

  test("has stock Argo CD with 7 components and 7 policies, and Flux with 4 and 3", () => {
    const count = (cluster: string, namespace: string, kinds: readonly string[]): number =>
      find(cluster).objects.filter(
        (object) => object.metadata.namespace === namespace && kinds.includes(object.kind),
      ).length;
    assert.equal(count("platform-tools", "argocd", ["Deployment", "StatefulSet"]), 7);
    assert.equal(count("platform-tools", "argocd", ["NetworkPolicy"]), 7);
    assert.equal(count("fulfilment-prod", "flux-system", ["Deployment", "StatefulSet"]), 4);
    assert.equal(count("fulfilment-prod", "flux-system", ["NetworkPolicy"]), 3);
  });

  test("leaves exactly the notebook without a CiliumEndpoint", () => {
    const { objects } = find("ml-sandbox");
    const managed = new Set(objectsOfKind(objects, "CiliumEndpoint").map((object) => object.metadata.name));
    const unmanaged = objectsOfKind(objects, "Pod")
      .filter((pod) => toFieldsAt(pod, "spec")["hostNetwork"] !== true && !managed.has(pod.metadata.name))
      .map((pod) => pod.metadata.name);
    assert.deepEqual(unmanaged, ["notebook-mira"]);
  });
});

function agentArgs(pod: RawObject): readonly string[] {
  return toList(toFieldsAt(pod, "spec")["containers"])
    .flatMap((container) => (Array.isArray(container["args"]) ? container["args"] : []))
    .filter((arg) => typeof arg === "string" && arg.startsWith("--enable-network-policy"));
}
