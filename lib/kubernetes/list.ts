// Whole lists from a paging API: every page of one consistent list, or an error. Knows no kind of object.

import { releaseMemory } from "../model/release-memory.ts";
import { HttpStatusError, MalformedAnswerError } from "./errors.ts";
import { isRecord } from "./foreign-json.ts";
import { type Answer, JSON_TYPE, nameOf, PROTOBUF_TYPE } from "./http-exchange.ts";
import { createMemoryCount } from "./kept-memory.ts";
import { parseProtobufPage } from "./protobuf-page.ts";

/**
 * The chunk size of kubectl and of client-go's pager: 4 MB of full pods, which an API server builds in memory. Pages of
 * 1,000 pods' metadata took us as much CPU and 5 MB more for 100,000 pods, and were not faster near the server. 150 ms
 * away, read in JSON then, they took 0.6 of the time (2026-11).
 */
export const PAGE_LIMIT = 500;

/**
 * Custom resources come as JSON, some 3 KB each. V8 keeps a text of a megabyte and more outside its heap, where the
 * texts of pages that are long read wait for a major collection: 40 MB of 20,000 PolicyEndpoints (2026-11).
 */
export const CUSTOM_PAGE_LIMIT = 250;

const METADATA_ALONE = "as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/** Plain JSON second: an aggregated API server that knows no transformation then sends its whole objects. */
export const METADATA_TYPE = `${JSON_TYPE};${METADATA_ALONE},${JSON_TYPE}`;

/** How a list is asked for that is read in protobuf; a server that does not know it answers in JSON. */
export const METADATA_IN_PROTOBUF = {
  accept: `${PROTOBUF_TYPE};${METADATA_ALONE},${METADATA_TYPE}`,
  protobufKind: "PartialObjectMetadataList",
};
export const POLICIES_IN_PROTOBUF = {
  accept: `${PROTOBUF_TYPE},${JSON_TYPE}`,
  protobufKind: "NetworkPolicyList",
};

/** 10,000 pages of 500 are 5 million objects; the largest supported cluster has 150,000 pods. */
const MAX_PAGES = 10_000;

/** 150,000 full pods of 8 KB are 1.2 GB; only a hostile server sends more. */
const MAX_LIST_BYTES = 2 * 1024 ** 3;

/** A token holds a resource version and a key, a few hundred bytes; it has to fit into a URL. */
const MAX_TOKEN_LENGTH = 4096;

export type Get = (path: string, accept: string) => Promise<Answer>;

export interface ListRequest {
  readonly path: string;
  readonly accept: string;
  readonly limit: number;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Kind of the list where it comes in protobuf, whose fields have no names: of another kind they mean other things. */
  readonly protobufKind?: string;
  /** Below MAX_LIST_BYTES where the objects are kept whole. */
  readonly maxBytes?: number;
  /** Of memory, by estimate, for objects that are kept as they came. */
  readonly maxKeptBytes?: number;
}

export interface ListPage {
  /** Of the list, as sent: `v1`, `PodList`. */
  readonly apiVersion: unknown;
  readonly kind: unknown;
  /** Parsed JSON, or a ProtobufReader within the message of each item in turn. */
  readonly items: Iterable<unknown>;
  readonly next: string | null;
  readonly bytes: number;
  /** Ends what the items can be read for. */
  release(): void;
}

/** Each item goes through `project` as its page arrives, so that only what it returns is kept. */
export async function listObjects<T>(
  get: Get,
  request: ListRequest,
  project: (item: unknown, page: ListPage) => T,
): Promise<T[]> {
  try {
    return await collectPages(get, request, project);
  } catch (error) {
    // 410: the list's snapshot was compacted away. The answer's fresh token would go on in a newer snapshot,
    // where objects may have been missed or come twice, so the list starts again, once.
    if (error instanceof HttpStatusError && error.status === 410) return collectPages(get, request, project);
    throw error;
  }
}

async function collectPages<T>(
  get: Get,
  request: ListRequest,
  project: (item: unknown, page: ListPage) => T,
): Promise<T[]> {
  const objects: T[] = [];
  const { maxKeptBytes = Infinity } = request;
  const countMemory = maxKeptBytes === Infinity ? () => 0 : createMemoryCount();
  for await (const page of listPages(get, request))
    for (const item of page.items) {
      const object = project(item, page);
      if (countMemory(object) > maxKeptBytes)
        throw new MalformedAnswerError(nameOf(request.path), "the list has too many parts");
      objects.push(object);
    }
  return objects;
}

/** The next page is asked for before the current one is handed out: the server works while we do. */
export async function* listPages(get: Get, request: ListRequest): AsyncGenerator<ListPage> {
  const name = nameOf(request.path);
  const tokens = new Set<string>();
  let bytes = 0;
  let coming: Promise<ListPage> | null = getPage(get, request, null);
  while (coming !== null) {
    const page: ListPage = await coming;
    bytes += page.bytes;
    if (bytes > (request.maxBytes ?? MAX_LIST_BYTES))
      throw new MalformedAnswerError(name, "the list is too large");
    if (page.next !== null) checkToken(page.next, tokens, name);
    coming = page.next === null ? null : getPage(get, request, page.next);
    // Whoever stops early leaves this one behind; its failure is then nobody's.
    coming?.catch(() => {});
    yield page;
    page.release();
  }
}

function checkToken(token: string, seen: Set<string>, name: string): void {
  if (token.length > MAX_TOKEN_LENGTH) throw new MalformedAnswerError(name, "its continue token is too long");
  if (seen.has(token)) throw new MalformedAnswerError(name, "its continue token came twice");
  seen.add(token);
  if (seen.size >= MAX_PAGES)
    throw new MalformedAnswerError(name, `the list has more than ${MAX_PAGES} pages`);
}

async function getPage(get: Get, request: ListRequest, token: string | null): Promise<ListPage> {
  // No resourceVersion: "Most Recent" by the API concepts page. "0" would be cheaper for the server, from a
  // cache that may be stale, and a scan may not report what is no longer true.
  const query = new URLSearchParams({ limit: String(request.limit) });
  if (request.labelSelector !== undefined) query.set("labelSelector", request.labelSelector);
  if (request.fieldSelector !== undefined) query.set("fieldSelector", request.fieldSelector);
  if (token !== null) query.set("continue", token);
  const { body, bytes } = await get(`${request.path}?${query.toString()}`, request.accept);
  return parsePage(body, bytes, request);
}

function parsePage(body: unknown, bytes: number, { path, protobufKind }: ListRequest): ListPage {
  const name = nameOf(path);
  const isProtobuf = Buffer.isBuffer(body);
  const page = isProtobuf ? parseProtobufPage(body, name) : parseJsonPage(body, name);
  const { apiVersion, kind, token, remainingItemCount, items } = page;
  if (isProtobuf && kind !== protobufKind)
    throw new MalformedAnswerError(name, "the answer is a list of another kind");
  const next = parseToken(token, name);
  // ListMeta: "remainingItemCount is the number of subsequent items in the list which are not included in
  // this list response." Without a token there is no way to them.
  if (next === null && typeof remainingItemCount === "number" && remainingItemCount > 0)
    throw new MalformedAnswerError(name, "the list says that more items follow, but not how to get them");
  const release = (): void => (isProtobuf ? releaseMemory(body) : undefined);
  return { apiVersion, kind, items, next, bytes, release };
}

function parseJsonPage(body: unknown, name: string) {
  if (!isRecord(body)) throw new MalformedAnswerError(name, "the answer is not an object");
  const { apiVersion, kind, metadata } = body;
  if (!isRecord(metadata)) throw new MalformedAnswerError(name, "the list has no metadata");
  const { continue: token, remainingItemCount } = metadata;
  return { apiVersion, kind, token, remainingItemCount, items: parseItems(body, name) };
}

function parseToken(token: unknown, name: string): string | null {
  // ListMeta: "continue may be set if the user set a limit on the number of items returned".
  if (token === undefined || token === null || token === "") return null;
  if (typeof token !== "string") throw new MalformedAnswerError(name, "its continue token is not a text");
  return token;
}

function parseItems(body: Readonly<Record<string, unknown>>, name: string): readonly unknown[] {
  const items = Object.hasOwn(body, "items") ? body["items"] : undefined;
  // The API server encodes an empty PartialObjectMetadataList, a nil slice in Go, as `"items": null`.
  if (items === null) return [];
  if (!Array.isArray(items)) throw new MalformedAnswerError(name, "the list's items are not an array");
  return items;
}
