// Answers list and get: pages, selectors, and the three representations. Bodies are made when they are sent.

import type { RawObject } from "../../lib/model/kubernetes.ts";
import type { Answer } from "./answer.ts";
import type { ApiResource } from "./built-in-resources.ts";
import { type ContinueToken, decodeContinueToken, encodeContinueToken } from "./continue-token.ts";
import { type ObjectPredicate, parseFieldSelector } from "./field-selector.ts";
import { parseLabelSelector } from "./label-selector.ts";
import type { Representation } from "./media-type.ts";
import { type Collection, lowerBound, toStorageKey } from "./object-index.ts";
import type { Revision, Revisions } from "./revisions.ts";
import { RefusedRequest, toBadRequest, toExpired, toNotAcceptable, toNotFound } from "./status.ts";

export interface ReadRequest {
  readonly resource: ApiResource;
  readonly namespace: string | null;
  readonly query: URLSearchParams;
  readonly representation: Representation;
}

interface Page {
  readonly items: readonly RawObject[];
  readonly metadata: ListMetadata;
}

interface ListMetadata {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

export function getObject(request: ReadRequest, name: string, revisions: Revisions): Answer {
  const { resource, namespace, representation } = request;
  if (representation === "PartialObjectMetadataList") {
    throw new RefusedRequest(
      toNotAcceptable("you requested PartialObjectMetadataList, but the requested object is not a list"),
    );
  }
  const { keys, objects } = revisions.current.index.collection(resource);
  const key = toStorageKey(namespace, name);
  const position = lowerBound(keys, key);
  const object = keys[position] === key ? objects[position] : undefined;
  if (object === undefined) {
    throw new RefusedRequest(toNotFound({ group: resource.group, resource: resource.plural }, name));
  }
  const render = representation === "object" ? toFullItem(resource) : toMetadataItem;
  return toReadAnswer(() => `${render(object)}\n`, null);
}

export function listObjects(request: ReadRequest, revisions: Revisions): Answer {
  const { resource, namespace, query, representation } = request;
  if (representation === "PartialObjectMetadata") {
    throw new RefusedRequest(
      toNotAcceptable("you requested PartialObjectMetadata, but the requested object is a list"),
    );
  }
  const token = parseContinue(query);
  const revision = findRevision(token, revisions);
  const limit = parseLimit(query, token);
  const selects = parseSelectors(query, resource);
  const start = token?.start ?? "";
  const render = (): string =>
    renderList(resource, representation, toPage({ revision, resource, namespace, start, limit, selects }));
  const place = `${resource.group}/${resource.version}/${resource.plural} ${namespace}`;
  return toReadAnswer(render, `${revision.number} ${place} ${representation} ${query.toString()}`);
}

function toReadAnswer(render: () => string, cacheKey: string | null): Answer {
  return { status: 200, contentType: "application/json", headers: {}, render, cacheKey };
}

function parseContinue(query: URLSearchParams): ContinueToken | null {
  const text = query.get("continue") ?? "";
  if (text === "") return null;
  const resourceVersion = query.get("resourceVersion") ?? "";
  if (resourceVersion !== "" && resourceVersion !== "0") {
    throw new RefusedRequest(toBadRequest("specifying resource version is not allowed when using continue"));
  }
  return decodeContinueToken(text);
}

function findRevision(token: ContinueToken | null, revisions: Revisions): Revision {
  if (token === null || token.revision === null) return revisions.current;
  const revision = revisions.findForContinue(token.revision);
  if (revision !== null) return revision;
  throw new RefusedRequest(toExpired(encodeContinueToken({ revision: null, start: token.start })));
}

/** `resourceVersion=0` is answered from the watch cache, which ignores the limit. */
function parseLimit(query: URLSearchParams, token: ContinueToken | null): number {
  const text = query.get("limit") ?? "";
  if (text === "" || (token === null && query.get("resourceVersion") === "0")) return Infinity;
  if (!/^\d+$/.test(text)) {
    throw new RefusedRequest(
      toBadRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`),
    );
  }
  return text === "0" ? Infinity : Number(text);
}

/** Null: everything. */
function parseSelectors(query: URLSearchParams, resource: ApiResource): ObjectPredicate | null {
  const byLabels = parseLabelSelector(query.get("labelSelector") ?? "");
  const byFields = parseFieldSelector(query.get("fieldSelector") ?? "", resource);
  if (byLabels.length === 0 && byFields.length === 0) return null;
  return (object) => {
    if (!byFields.every((holds) => holds(object))) return false;
    if (byLabels.length === 0) return true;
    const labels = new Map(Object.entries(object.metadata.labels ?? {}));
    return byLabels.every((holds) => holds(labels));
  };
}

function toPage(list: {
  readonly revision: Revision;
  readonly resource: ApiResource;
  readonly namespace: string | null;
  readonly start: string;
  readonly limit: number;
  readonly selects: ObjectPredicate | null;
}): Page {
  const { revision, namespace, start, limit, selects } = list;
  const collection = revision.index.collection(list.resource);
  const [first, end] = toRange(collection, namespace, start);
  const items: RawObject[] = [];
  let position = first;
  for (; position < end && items.length < limit; position += 1) {
    const object = collection.objects[position];
    if (object !== undefined && (selects === null || selects(object))) items.push(object);
  }
  const resourceVersion = String(revision.number);
  // The storage looks whether any key follows, not whether it would be selected: a last page may be empty.
  const next = position < end ? collection.keys[position] : undefined;
  if (next === undefined) return { items, metadata: { resourceVersion } };
  const token = encodeContinueToken({ revision: revision.number, start: next });
  // API reference, ListMeta: with a selector the number of remaining items is unknown, and left unset.
  const remaining = selects === null ? { remainingItemCount: end - position } : {};
  return { items, metadata: { resourceVersion, continue: token, ...remaining } };
}

/** Positions [first, end) of one namespace, or of everything, from `start` on. */
function toRange(
  { keys }: Collection,
  namespace: string | null,
  start: string,
): readonly [first: number, end: number] {
  if (namespace === null) return [lowerBound(keys, start), keys.length];
  const prefix = `${namespace}/`;
  // "0" follows "/" in code-unit order.
  return [lowerBound(keys, start > prefix ? start : prefix), lowerBound(keys, `${namespace}0`)];
}

function renderList(
  resource: ApiResource,
  representation: Representation,
  { items, metadata }: Page,
): string {
  if (representation !== "object") {
    const head = `"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1"`;
    return `{${head},"metadata":${JSON.stringify(metadata)},"items":[${items.map(toMetadataItem).join(",")}]}\n`;
  }
  const kind = JSON.stringify(resource.listKind);
  const apiVersion = JSON.stringify(toApiVersion(resource));
  if (resource.builtIn) {
    const rendered = items.map(toBareItem).join(",");
    return `{"kind":${kind},"apiVersion":${apiVersion},"metadata":${JSON.stringify(metadata)},"items":[${rendered}]}\n`;
  }
  // Custom resources are encoded as sorted maps, with `continue` there even where it is empty.
  const { resourceVersion, continue: token = "", ...remaining } = metadata;
  const rendered = items.map(toFullItem(resource)).join(",");
  const listMetadata = JSON.stringify({ continue: token, ...remaining, resourceVersion });
  return `{"apiVersion":${apiVersion},"items":[${rendered}],"kind":${kind},"metadata":${listMetadata}}\n`;
}

function toBareItem({ kind: _kind, apiVersion: _apiVersion, ...item }: RawObject): string {
  return JSON.stringify(item);
}

/** An object is stored once and served at every version of its resource. */
function toFullItem(resource: ApiResource): (object: RawObject) => string {
  const apiVersion = toApiVersion(resource);
  return ({ kind, apiVersion: _stored, ...item }) => JSON.stringify({ kind, apiVersion, ...item });
}

function toMetadataItem({ metadata }: RawObject): string {
  return JSON.stringify({ kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata });
}

function toApiVersion({ group, version }: ApiResource): string {
  return group === "" ? version : `${group}/${version}`;
}
