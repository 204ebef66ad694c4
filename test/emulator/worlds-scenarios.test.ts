// Each scenario differs from the ordinary in the way that its name says, and in no other.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { World, WorldCluster } from "../../emulator/world.ts";
import { ADDON_VALUES, addonValues } from "../../emulator/worlds/scenarios/addon-values.ts";
import { allStatuses } from "../../emulator/worlds/scenarios/all-statuses.ts";
import { blindPods } from "../../emulator/worlds/scenarios/blind-pods.ts";
import { HOSTILE_NAMESPACES, hostileNames } from "../../emulator/worlds/scenarios/hostile-names.ts";
import { manyNamespaces } from "../../emulator/worlds/scenarios/many-namespaces.ts";
import { singleAccount } from "../../emulator/worlds/scenarios/single-account.ts";

function clustersOf(world: World): readonly WorldCluster[] {
  return world.accounts.flatMap((account) => account.clusters);
}

function namespacesOf(world: World): readonly string[] {
  return clustersOf(world)
    .flatMap((cluster) => cluster.objects)
    .filter((object) => object.kind === "Namespace")
    .map((object) => object.metadata.name);
}

test("all-statuses has every status, and connected clusters without network or endpoint", () => {
  const clusters = clustersOf(allStatuses());
  assert.deepEqual([...new Set(clusters.map((cluster) => cluster.status))].sort(), [
    "ACTIVE",
    "CREATING",
    "DELETING",
    "FAILED",
    "PENDING",
    "UPDATING",
  ]);
  const connected = clusters.filter((cluster) => Object.hasOwn(cluster.describe, "connectorConfig"));
  assert.deepEqual(
    connected.map((cluster) => cluster.name),
    ["pending", "connected"],
  );
  assert.ok(connected.every((cluster) => !Object.hasOwn(cluster.describe, "resourcesVpcConfig")));
});

test("addon-values has one cluster for each value, verbatim, and one without add-on", () => {
  const clusters = new Map(clustersOf(addonValues()).map((cluster) => [cluster.name, cluster]));
  for (const [name, values] of Object.entries(ADDON_VALUES)) {
    assert.equal(clusters.get(name)?.addons[0]?.configurationValues, values, name);
  }
  assert.deepEqual(clusters.get("no-addon")?.addons, []);
  assert.equal(clusters.size, Object.keys(ADDON_VALUES).length + 1);
});

test("hostile-names keeps names of Object.prototype as names, also through JSON", () => {
  const world = hostileNames();
  const names = namespacesOf(world);
  assert.ok(HOSTILE_NAMESPACES.every((name) => names.includes(name)));
  const [cluster] = clustersOf(world);
  const found = cluster?.objects.find(
    (object) => object.kind === "Pod" && object.metadata.namespace === "__proto__",
  );
  const labels: unknown = JSON.parse(JSON.stringify(found?.metadata.labels));
  assert.ok(labels instanceof Object && Object.hasOwn(labels, "__proto__"));
  assert.equal(Object.getPrototypeOf(labels), Object.prototype);
});

test("blind-pods differs from single-account by the rule struck out only", () => {
  const [blind] = clustersOf(blindPods());
  const [ordinary] = clustersOf(singleAccount());
  assert.ok(ordinary);
  assert.deepEqual(blind, { ...ordinary, access: { level: "reader", withoutResources: ["pods"] } });
});

test("many-namespaces has 5,000 beside the cluster's own four", () => {
  assert.equal(namespacesOf(manyNamespaces()).length, 5004);
});
