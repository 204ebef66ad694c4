// Builds the objects of a small cluster and finds among them, for the tests of the worlds' builders.

import assert from "node:assert/strict";
import type { ClusterOptions } from "../../emulator/worlds/build.ts";
import { clusterObjects } from "../../emulator/worlds/build.ts";
import { nodes } from "../../emulator/worlds/nodes.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";

export function build(options: Partial<ClusterOptions>): readonly RawObject[] {
  return clusterObjects({
    name: "test",
    region: "eu-central-1",
    nodes: nodes(2, "ec2"),
    systemWorkloads: false,
    ...options,
  });
}

export function ofKind(objects: readonly RawObject[], kind: string): readonly RawObject[] {
  return objects.filter((object) => object.kind === kind);
}

export function podsOwnedBy(objects: readonly RawObject[], owner: string): readonly RawObject[] {
  return ofKind(objects, "Pod").filter((object) => object.metadata.ownerReferences?.[0]?.name === owner);
}

export function only(objects: readonly RawObject[]): RawObject {
  const [first, ...others] = objects;
  assert.ok(first && others.length === 0, `${objects.length} objects where one was expected`);
  return first;
}
