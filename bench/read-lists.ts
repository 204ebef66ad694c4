// Whole lists from an API server, page after page, each page parsed and dropped, or dropped as it came. Knows no kind of
// object.

import { type Agent, get } from "node:https";
import { buffer } from "node:stream/consumers";
import { createGunzip } from "node:zlib";
import { isRecord } from "../lib/kubernetes/foreign-json.ts";
import { parseProtobufPage } from "../lib/kubernetes/protobuf-page.ts";

export interface List {
  /** Path and query, without a continue token. */
  readonly uri: string;
  readonly accept: string;
}

export interface ApiServer {
  readonly endpoint: string;
  readonly token: string;
}

export async function readPages(
  agent: Agent,
  { endpoint, token }: ApiServer,
  { uri, accept }: List,
  findToken: (page: Buffer) => string | null = parseToken,
): Promise<void> {
  let next: string | null = null;
  do {
    const path: string = next === null ? uri : `${uri}&continue=${encodeURIComponent(next)}`;
    next = findToken(await read(agent, `${endpoint}${path}`, token, accept));
  } while (next !== null);
}

function parseToken(page: Buffer): string | null {
  return continueOf(JSON.parse(page.toString("utf8")));
}

const TOKEN = '"continue":"';

/** Without parsing: what downloading and opening alone takes. */
export function lookForToken(page: Buffer): string | null {
  if (page[0] === "k".charCodeAt(0)) return parseProtobufPage(page, "a page").token || null;
  const start = page.indexOf(TOKEN);
  if (start === -1) return null;
  const from = start + TOKEN.length;
  return page.toString("utf8", from, page.indexOf('"', from)) || null;
}

/** ListMeta: absent or empty on the last page. */
function continueOf(page: unknown): string | null {
  const metadata = isRecord(page) ? page["metadata"] : undefined;
  const token = isRecord(metadata) ? metadata["continue"] : undefined;
  return typeof token === "string" && token !== "" ? token : null;
}

function read(agent: Agent, url: string, token: string, accept: string): Promise<Buffer> {
  const headers = { authorization: `Bearer ${token}`, accept, "accept-encoding": "gzip" };
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url} is answered ${response.statusCode}`));
      const isGzip = response.headers["content-encoding"] === "gzip";
      buffer(isGzip ? response.pipe(createGunzip()) : response).then(resolve, reject);
    });
    request.once("error", reject);
  });
}
