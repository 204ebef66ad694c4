// Large worlds cost nothing until somebody looks, and then what their size says.

import assert from "node:assert/strict";
import { test } from "node:test";
import { scaleCluster, scaleWorld } from "../../emulator/worlds/scale.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";

function count(objects: readonly RawObject[], kind: string): number {
  return objects.filter(
    (object) => object.kind === kind && object.metadata.namespace?.startsWith("tenant-") !== false,
  ).length;
}

test("clusters are dealt out over accounts and Regions", () => {
  const world = scaleWorld({
    accounts: 3,
    regionsPerAccount: 2,
    clusters: 12,
    namespacesPerCluster: 1,
    podsPerCluster: 1,
    policiesPerCluster: 1,
  });
  assert.equal(world.accounts.length, 3);
  for (const { clusters } of world.accounts) {
    assert.deepEqual(
      clusters.map((cluster) => cluster.region),
      ["eu-central-1", "eu-west-1", "eu-central-1", "eu-west-1"],
    );
  }
});

test("a cluster has exactly the namespaces, pods and policies asked for", () => {
  const { objects } = scaleCluster("c", "eu-central-1", {
    namespacesPerCluster: 7,
    podsPerCluster: 100,
    policiesPerCluster: 30,
  });
  // Beside default, kube-system, kube-public and kube-node-lease.
  assert.equal(objects.filter((object) => object.kind === "Namespace").length, 7 + 4);
  assert.equal(count(objects, "Pod"), 100);
  assert.equal(count(objects, "NetworkPolicy"), 30);
  assert.equal(count(objects, "PolicyEndpoint"), 30);
});

test("the objects of a cluster are made when they are asked for, the same each time, and kept by nobody", () => {
  const world = scaleWorld({
    accounts: 50,
    regionsPerAccount: 1,
    clusters: 500,
    namespacesPerCluster: 5000,
    podsPerCluster: 100_000,
    policiesPerCluster: 20_000,
  });
  // Fifty million pods would not fit: that this returns at all shows that none was made.
  assert.equal(world.accounts.flatMap((account) => account.clusters).length, 500);
  const small = scaleCluster("c", "eu-central-1", {
    namespacesPerCluster: 1,
    podsPerCluster: 1,
    policiesPerCluster: 1,
  });
  assert.deepEqual(small.objects, small.objects);
  assert.notEqual(small.objects, small.objects);
});

test("more Regions than are known are refused", () => {
  const scale = { accounts: 1, regionsPerAccount: 99, clusters: 1 };
  const each = { namespacesPerCluster: 1, podsPerCluster: 1, policiesPerCluster: 1 };
  assert.throws(() => scaleWorld({ ...scale, ...each }), RangeError);
});
