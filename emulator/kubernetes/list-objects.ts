// Answers list and get: pages, selectors, and the three representations. Bodies are made when they are sent.

import type { RawObject } from "../../lib/model/kubernetes.ts";
import { PROTOBUF_TYPE } from "../../lib/kubernetes/http-exchange.ts";
import {
  type Message,
  NETWORK_POLICY,
  PARTIAL_OBJECT_METADATA,
} from "../../lib/kubernetes/protobuf-schema.ts";
import { type Answer, type Rendered, toJson } from "./answer.ts";
import type { ApiResource } from "./built-in-resources.ts";
import { type ContinueToken, decodeContinueToken, encodeContinueToken } from "./continue-token.ts";
import { type ObjectPredicate, parseFieldSelector } from "./field-selector.ts";
import { parseLabelSelector } from "./label-selector.ts";
import type { Format, Representation } from "./media-type.ts";
import { type Collection, lowerBound, toStorageKey } from "./object-index.ts";
import type { Revision, Revisions } from "./revisions.ts";
import { RefusedRequest, toBadRequest, toExpired, toNotAcceptable, toNotFound } from "./status.ts";
import { type ListMetadata, NotInSchema, toEnvelope, toListMessage } from "./write-protobuf.ts";

export interface ReadRequest {
  readonly resource: ApiResource;
  readonly namespace: string | null;
  readonly query: URLSearchParams;
  readonly representation: Representation;
  readonly format: Format;
}

interface Page {
  readonly items: readonly RawObject[];
  readonly metadata: ListMetadata;
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
  return toReadAnswer(() => toJson(render(object)), null);
}

export function listObjects(request: ReadRequest, revisions: Revisions): Answer {
  const { resource, namespace, query, representation, format } = request;
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
  const render = (): Rendered => {
    const page = toPage({ revision, resource, namespace, start, limit, selects });
    const protobuf = format === "protobuf" ? renderProtobuf(resource, representation, page) : null;
    return protobuf ?? toJson(renderList(resource, representation, page));
  };
  const place = `${resource.group}/${resource.version}/${resource.plural} ${namespace}`;
  return toReadAnswer(render, `${revision.number} ${place} ${format} ${representation} ${query.toString()}`);
}

function toReadAnswer(render: () => Rendered, cacheKey: string | null): Answer {
  return { status: 200, headers: {}, render, cacheKey };
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
    return `{${head},"metadata":${JSON.stringify(metadata)},"items":[${items.map(toMetadataItem).join(",")}]}`;
  }
  const kind = JSON.stringify(resource.listKind);
  const apiVersion = JSON.stringify(toApiVersion(resource));
  if (resource.builtIn) {
    const rendered = items.map(toBareItem).join(",");
    return `{"kind":${kind},"apiVersion":${apiVersion},"metadata":${JSON.stringify(metadata)},"items":[${rendered}]}`;
  }
  // Custom resources are encoded as sorted maps, with `continue` there even where it is empty.
  const { resourceVersion, continue: token = "", ...remaining } = metadata;
  const rendered = items.map(toFullItem(resource)).join(",");
  const listMetadata = JSON.stringify({ continue: token, ...remaining, resourceVersion });
  return `{"apiVersion":${apiVersion},"items":[${rendered}],"kind":${kind},"metadata":${listMetadata}}`;
}

/** Null: not in protobuf. Of whole objects a real server has every built-in kind; the scanner asks for this one. */
export function toSchema({ group, kind }: ApiResource, representation: Representation): Message | null {
  if (representation !== "object") return PARTIAL_OBJECT_METADATA;
  return group === "networking.k8s.io" && kind === "NetworkPolicy" ? NETWORK_POLICY : null;
}

/** Null where an object has what protobuf has no field for: no real server could store it, but a later one. */
function renderProtobuf(
  resource: ApiResource,
  representation: Representation,
  { items, metadata }: Page,
): Rendered | null {
  const schema = toSchema(resource, representation);
  if (schema === null) return null;
  const isWhole = representation === "object";
  const objects = items.map(({ apiVersion: _apiVersion, kind: _kind, ...item }) =>
    isWhole ? item : { metadata: item.metadata },
  );
  const [apiVersion, kind] = isWhole
    ? [toApiVersion(resource), resource.listKind]
    : ["meta.k8s.io/v1", "PartialObjectMetadataList"];
  try {
    const content = toEnvelope(apiVersion, kind, toListMessage(metadata, objects, schema));
    return { contentType: PROTOBUF_TYPE, content };
  } catch (error) {
    if (error instanceof NotInSchema) return null;
    throw error;
  }
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
