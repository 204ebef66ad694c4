// Puts an answer on the wire: compressed as the API server does it, from the cache where it was made before.

import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { deliver } from "../deliver.ts";
import type { Answer } from "./answer.ts";

const compress = promisify(gzip);

// k8s.io/apiserver responsewriters: bodies from 128 KiB on are compressed, at the fastest level.
const GZIP_MIN_BYTES = 128 * 1024;
const CACHE_BUDGET_BYTES = 192 * 1024 * 1024;

interface EncodedBody {
  readonly contentType: string;
  readonly bytes: Buffer;
  readonly isGzip: boolean;
}

/** Encoded list bodies of one server. The oldest go first. */
export class BodyCache {
  readonly #bodies = new Map<string, EncodedBody>();
  #totalBytes = 0;

  get(key: string): EncodedBody | undefined {
    return this.#bodies.get(key);
  }

  set(key: string, body: EncodedBody): void {
    if (this.#bodies.has(key) || body.bytes.length > CACHE_BUDGET_BYTES) return;
    this.#bodies.set(key, body);
    this.#totalBytes += body.bytes.length;
    for (const [oldest, { bytes }] of this.#bodies) {
      if (this.#totalBytes <= CACHE_BUDGET_BYTES) return;
      this.#bodies.delete(oldest);
      this.#totalBytes -= bytes.length;
    }
  }
}

export async function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  cache: BodyCache,
): Promise<void> {
  const { bytes, isGzip, contentType } = await encode(answer, acceptsGzip(request), cache);
  const headers = {
    "audit-id": randomUUID(),
    "cache-control": "no-cache, private",
    "content-type": contentType,
    ...(isGzip ? { "content-encoding": "gzip", vary: "Accept-Encoding" } : {}),
    "content-length": bytes.length,
    ...answer.headers,
  };
  const body = request.method === "HEAD" ? "" : bytes;
  await deliver(response, { status: answer.status, headers, body }, answer.delivery);
}

async function encode(answer: Answer, mayCompress: boolean, cache: BodyCache): Promise<EncodedBody> {
  const key = answer.cacheKey === null ? null : `${mayCompress ? "gzip" : "plain"} ${answer.cacheKey}`;
  const cached = key === null ? undefined : cache.get(key);
  if (cached !== undefined) return cached;
  const { contentType, content } = answer.render();
  const plain = typeof content === "string" ? Buffer.from(content) : content;
  const isGzip = mayCompress && plain.length >= GZIP_MIN_BYTES;
  const bytes = isGzip ? await compress(plain, { level: constants.Z_BEST_SPEED }) : plain;
  const body = { contentType, bytes, isGzip };
  if (key !== null) cache.set(key, body);
  return body;
}

function acceptsGzip(request: IncomingMessage): boolean {
  const accepted = (request.headers["accept-encoding"] ?? "").split(",");
  return accepted.some((coding) => coding.trim() === "gzip");
}
