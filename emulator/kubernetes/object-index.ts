// A world's objects as the API server's storage holds them: by resource, in key order, at one revision.
// Made once per revision; each resource is sorted when it is first asked for.

import type { RawObject } from "../../lib/model/kubernetes.ts";
import { type ApiResource, BUILT_IN_RESOURCES, parseGroupVersion } from "./built-in-resources.ts";
import { toCustomResources } from "./custom-resources.ts";

/** The objects of one resource; `keys[i]` is the storage key of `objects[i]`, ascending by code unit. */
export interface Collection {
  readonly keys: readonly string[];
  readonly objects: readonly RawObject[];
}

export interface ObjectIndex {
  /** Every served resource, custom ones after the built-in ones. */
  readonly resources: readonly ApiResource[];
  /** `group/version` of each, and of what is served without resources. */
  readonly groupVersions: ReadonlySet<string>;
  findResource(group: string, version: string, plural: string): ApiResource | null;
  collection(resource: ApiResource): Collection;
}

const BUILT_IN_KINDS = new Set(BUILT_IN_RESOURCES.map(toGroupKind));
const BUILT_IN_GROUPS = new Set(BUILT_IN_RESOURCES.map(({ group }) => group));

export function indexObjects(
  objects: readonly RawObject[],
  extraApiVersions: readonly string[],
): ObjectIndex {
  const byGroupKind = Map.groupBy(objects, (object) => `${groupOf(object)}/${object.kind}`);
  const custom = toCustomResources(objects, extraApiVersions, (object) =>
    BUILT_IN_KINDS.has(`${groupOf(object)}/${object.kind}`),
  );
  const resources = [...BUILT_IN_RESOURCES, ...custom];
  const byPath = new Map(resources.map((resource) => [toPath(resource), resource]));
  const groupVersions = resources.map(({ group, version }) => `${group}/${version}`);
  const collections = new Map<string, Collection>();
  return {
    resources,
    groupVersions: new Set([...groupVersions, ...extraApiVersions]),
    findResource: (group, version, plural) => byPath.get(toPath({ group, version, plural })) ?? null,
    collection(resource) {
      const groupKind = toGroupKind(resource);
      const known = collections.get(groupKind);
      if (known !== undefined) return known;
      const made = toCollection(byGroupKind.get(groupKind) ?? []);
      collections.set(groupKind, made);
      return made;
    },
  };
}

/** Groups that the API server itself serves answer an unknown resource with a Status, others with plain text. */
export function isBuiltInGroup(group: string): boolean {
  return BUILT_IN_GROUPS.has(group);
}

/** The storage key: lists come in its order. */
export function toStorageKey(namespace: string | null, name: string): string {
  return namespace === null ? name : `${namespace}/${name}`;
}

/** The first position whose key is not below `key`. */
export function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? "") < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function toCollection(objects: readonly RawObject[]): Collection {
  const entries = objects.map((object) => ({
    key: toStorageKey(object.metadata.namespace ?? null, object.metadata.name),
    object,
  }));
  entries.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
  return { keys: entries.map(({ key }) => key), objects: entries.map(({ object }) => object) };
}

function groupOf(object: RawObject): string {
  return parseGroupVersion(object.apiVersion).group;
}

function toGroupKind({ group, kind }: Pick<ApiResource, "group" | "kind">): string {
  return `${group}/${kind}`;
}

function toPath({ group, version, plural }: Pick<ApiResource, "group" | "version" | "plural">): string {
  return `${group}/${version}/${plural}`;
}
