// Every object of every named world is in exactly one list of its cluster's API, at its own scope.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ApiResource } from "../../emulator/kubernetes/built-in-resources.ts";
import { indexObjects } from "../../emulator/kubernetes/object-index.ts";
import type { WorldCluster } from "../../emulator/world.ts";
import { worlds } from "../../emulator/worlds/index.ts";

/** How often each object is listed; versions of one resource list the same objects. */
function countListings(
  cluster: Pick<WorldCluster, "name" | "objects" | "extraApiVersions">,
): ReadonlyMap<object, number> {
  const index = indexObjects(cluster.objects, cluster.extraApiVersions);
  const resources = new Map<string, ApiResource>();
  for (const resource of index.resources) resources.set(`${resource.group}/${resource.plural}`, resource);
  const counts = new Map<object, number>();
  for (const resource of resources.values()) {
    for (const object of index.collection(resource).objects) {
      assert.equal(
        object.metadata.namespace !== undefined,
        resource.namespaced,
        `scope of ${resource.plural} in ${cluster.name}`,
      );
      counts.set(object, (counts.get(object) ?? 0) + 1);
    }
  }
  return counts;
}

describe("worlds are served whole", () => {
  for (const [name, makeWorld] of Object.entries(worlds)) {
    it(name, () => {
      for (const cluster of makeWorld().accounts.flatMap(({ clusters }) => clusters)) {
        const { objects } = cluster;
        const counts = countListings({ ...cluster, objects });
        const unlisted = objects.filter((object) => counts.get(object) !== 1);
        assert.deepEqual(
          unlisted.map(({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.name}`),
          [],
          cluster.name,
        );
      }
    });
  }
});
