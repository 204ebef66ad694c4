// Whole lists from a paging API: every page of one consistent list, or an error. Knows no kind of object.

import { HttpStatusError, MalformedAnswerError } from "./errors.ts";
import { isRecord } from "./foreign-json.ts";
import { type JsonAnswer, nameOf } from "./http-exchange.ts";

/**
 * The chunk size of kubectl and of client-go's pager: 4 MB of full pods, which an API server builds in memory.
 * Metadata-only pages of 1,000 and 2,000 took us 50 and 200 MB more for 100,000 pods and were not faster near
 * the server; 150 ms away 1,000 took 0.6 of the time (2026-11).
 */
export const PAGE_LIMIT = 500;

export const JSON_TYPE = "application/json";

/** Plain JSON second: an aggregated API server that knows no transformation then sends its whole objects. */
export const METADATA_TYPE = `${JSON_TYPE};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,${JSON_TYPE}`;

/** 10,000 pages of 500 are 5 million objects; the largest supported cluster has 150,000 pods. */
const MAX_PAGES = 10_000;

/** 150,000 full pods of 8 KB are 1.2 GB; only a hostile server sends more. */
const MAX_LIST_BYTES = 2 * 1024 ** 3;

/** A token holds a resource version and a key, a few hundred bytes; it has to fit into a URL. */
const MAX_TOKEN_LENGTH = 4096;

export type GetJson = (path: string, accept: string) => Promise<JsonAnswer>;

export interface ListRequest {
  readonly path: string;
  readonly accept: string;
  readonly limit: number;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Below MAX_LIST_BYTES where the objects are kept whole. */
  readonly maxBytes?: number;
}

export interface ListPage {
  /** Of the list, as sent: `v1`, `PodList`. */
  readonly apiVersion: unknown;
  readonly kind: unknown;
  readonly items: readonly unknown[];
  readonly next: string | null;
  readonly bytes: number;
}

/** Each item goes through `project` as its page arrives, so that only what it returns is kept. */
export async function listObjects<T>(
  getJson: GetJson,
  request: ListRequest,
  project: (item: unknown, page: ListPage) => T,
): Promise<T[]> {
  try {
    return await collectPages(getJson, request, project);
  } catch (error) {
    // 410: the list's snapshot was compacted away. The answer's fresh token would go on in a newer snapshot,
    // where objects may have been missed or come twice, so the list starts again, once.
    if (error instanceof HttpStatusError && error.status === 410)
      return collectPages(getJson, request, project);
    throw error;
  }
}

async function collectPages<T>(
  getJson: GetJson,
  request: ListRequest,
  project: (item: unknown, page: ListPage) => T,
): Promise<T[]> {
  const objects: T[] = [];
  for await (const page of listPages(getJson, request))
    for (const item of page.items) objects.push(project(item, page));
  return objects;
}

/** The next page is asked for before the current one is handed out: the server works while we do. */
export async function* listPages(getJson: GetJson, request: ListRequest): AsyncGenerator<ListPage> {
  const name = nameOf(request.path);
  const tokens = new Set<string>();
  let bytes = 0;
  let coming: Promise<ListPage> | null = getPage(getJson, request, null);
  while (coming !== null) {
    const page: ListPage = await coming;
    bytes += page.bytes;
    if (bytes > (request.maxBytes ?? MAX_LIST_BYTES))
      throw new MalformedAnswerError(name, "the list is too large");
    if (page.next !== null) checkToken(page.next, tokens, name);
    coming = page.next === null ? null : getPage(getJson, request, page.next);
    // Whoever stops early leaves this one behind; its failure is then nobody's.
    coming?.catch(() => {});
    yield page;
  }
}

function checkToken(token: string, seen: Set<string>, name: string): void {
  if (token.length > MAX_TOKEN_LENGTH) throw new MalformedAnswerError(name, "its continue token is too long");
  if (seen.has(token)) throw new MalformedAnswerError(name, "its continue token came twice");
  seen.add(token);
  if (seen.size >= MAX_PAGES)
    throw new MalformedAnswerError(name, `the list has more than ${MAX_PAGES} pages`);
}

async function getPage(getJson: GetJson, request: ListRequest, token: string | null): Promise<ListPage> {
  // No resourceVersion: "Most Recent" by the API concepts page. "0" would be cheaper for the server, from a
  // cache that may be stale, and a scan may not report what is no longer true.
  const query = new URLSearchParams({ limit: String(request.limit) });
  if (request.labelSelector !== undefined) query.set("labelSelector", request.labelSelector);
  if (request.fieldSelector !== undefined) query.set("fieldSelector", request.fieldSelector);
  if (token !== null) query.set("continue", token);
  const { body, bytes } = await getJson(`${request.path}?${query.toString()}`, request.accept);
  return parsePage(body, bytes, nameOf(request.path));
}

function parsePage(body: unknown, bytes: number, name: string): ListPage {
  if (!isRecord(body)) throw new MalformedAnswerError(name, "the answer is not an object");
  const { apiVersion, kind, metadata } = body;
  if (!isRecord(metadata)) throw new MalformedAnswerError(name, "the list has no metadata");
  const next = parseToken(metadata["continue"], name);
  // ListMeta: "remainingItemCount is the number of subsequent items in the list which are not included in
  // this list response." Without a token there is no way to them.
  if (
    next === null &&
    typeof metadata["remainingItemCount"] === "number" &&
    metadata["remainingItemCount"] > 0
  )
    throw new MalformedAnswerError(name, "the list says that more items follow, but not how to get them");
  return { apiVersion, kind, items: parseItems(body, name), next, bytes };
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
