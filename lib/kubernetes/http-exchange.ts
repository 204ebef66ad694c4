// One request over TLS: sent, bounded in time and size, its answer parsed as JSON, or as it came where it is protobuf. Follows no redirect, retries
// nothing (http-client.ts does), and lets no header or answer text into an error.

import type { ClientRequest, IncomingMessage } from "node:http";
import { type Agent, request as httpsRequest } from "node:https";
import { TLSSocket } from "node:tls";

import { releaseMemory } from "../model/release-memory.ts";
import {
  ConnectionError,
  ConnectTimeoutError,
  HttpStatusError,
  MalformedAnswerError,
  RequestAbortedError,
  RequestTimeoutError,
} from "./errors.ts";
import { decodeText } from "./decode-text.ts";
import { emptyManagedFields } from "./empty-managed-fields.ts";
import { hasTooManyParts } from "./foreign-json.ts";
import { readStatusReason } from "./protobuf-page.ts";
import { readBody } from "./read-body.ts";

export const JSON_TYPE = "application/json";
export const PROTOBUF_TYPE = "application/vnd.kubernetes.protobuf";

const MEGABYTE = 1024 * 1024;

/** 500 full pods have 4 MB as a rule; a page beyond this is a hostile server's, or a memory risk like one. */
const MAX_PAGE_BYTES = 64 * MEGABYTE;

/** A Kubernetes Status has a few hundred bytes; what is longer is not read for its reason. */
const MAX_STATUS_BYTES = MEGABYTE / 16;

/** Every `StatusReason` of k8s.io/apimachinery metav1. Another text in its place is foreign and not shown. */
const STATUS_REASONS: ReadonlySet<unknown> = new Set([
  "AlreadyExists",
  "BadRequest",
  "Conflict",
  "Expired",
  "Forbidden",
  "Gone",
  "InternalError",
  "Invalid",
  "MethodNotAllowed",
  "NotAcceptable",
  "NotFound",
  "RequestEntityTooLarge",
  "ServerTimeout",
  "ServiceUnavailable",
  "StoreReadError",
  "Timeout",
  "TooManyRequests",
  "Unauthorized",
  "UnsupportedMediaType",
]);

export interface Exchange {
  readonly agent: Agent;
  readonly hostname: string;
  readonly port: string;
  /** Path and query as they go over the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What the answer may be in. */
  readonly accept: string;
  /** JSON to POST: a review, which the server answers and never stores. Absent: a GET. */
  readonly review?: string;
  /** From sending to the last byte. Waiting for one of the agent's sockets does not count. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface Answer {
  /** Parsed JSON; a Buffer where the request took protobuf and that came. */
  readonly body: unknown;
  /** Decompressed, and of JSON without what `managedFields` held. */
  readonly bytes: number;
}

/** `GET /api/v1/pods`: how errors name a request, without its query. */
export function nameOf(path: string, review?: string): string {
  return `${review === undefined ? "GET" : "POST"} ${path.replace(/\?.*/s, "")}`;
}

function toName({ path, review }: Exchange): string {
  return nameOf(path, review);
}

export async function exchange(wanted: Exchange): Promise<Answer> {
  const { review } = wanted;
  const request = httpsRequest({
    agent: wanted.agent,
    hostname: wanted.hostname,
    port: wanted.port,
    path: wanted.path,
    method: review === undefined ? "GET" : "POST",
    headers: {
      ...wanted.headers,
      Accept: wanted.accept,
      ...(review === undefined ? {} : { "Content-Type": JSON_TYPE }),
      "Accept-Encoding": "gzip",
    },
  });
  const bound = boundInTime(request, wanted);
  try {
    return await readAnswer(await respond(request, wanted), wanted);
  } catch (error) {
    request.destroy();
    throw error instanceof HttpStatusError ? error : (bound.expired() ?? toWireError(error, wanted));
  } finally {
    bound.release();
  }
}

function respond(request: ClientRequest, wanted: Exchange): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    request.on("response", (response) => {
      isAnswered = true;
      resolve(response);
    });
    // Without a listener Node closes the connection and tells nobody: neither an answer nor an error would ever come.
    request.on("upgrade", (_response, socket) => {
      socket.destroy();
      reject(new MalformedAnswerError(toName(wanted), "it goes on in another protocol"));
    });
    // Each request is closed in the end; an error that nobody gets would still cost its stack trace.
    request.on("close", () => {
      if (!isAnswered) reject(new ConnectionError(wanted.hostname, "ECONNRESET"));
    });
    // Stays on: a socket that fails during the answer tells the request as well, and nobody may miss that.
    request.on("error", reject);
    request.end(wanted.review);
  });
}

/** Destroys the request when its time is over or the outer signal fires, and remembers which it was. */
function boundInTime(request: ClientRequest, wanted: Exchange): { expired(): Error | null; release(): void } {
  let expired: Error | null = null;
  let timer: NodeJS.Timeout | undefined;
  const expire = (error: Error): void => {
    expired = error;
    request.destroy(error);
  };
  const abort = (): void => expire(new RequestAbortedError(toName(wanted)));
  request.on("socket", (socket) => {
    timer = setTimeout(() => {
      // `authorized` is true from the moment that the server's certificate was verified.
      const connected = socket instanceof TLSSocket && socket.authorized;
      expire(
        connected
          ? new RequestTimeoutError(toName(wanted), wanted.timeoutMs)
          : new ConnectTimeoutError(wanted.hostname, wanted.timeoutMs),
      );
    }, wanted.timeoutMs);
  });
  if (wanted.signal.aborted) abort();
  wanted.signal.addEventListener("abort", abort, { once: true });
  return {
    expired: () => expired,
    release: () => {
      clearTimeout(timer);
      wanted.signal.removeEventListener("abort", abort);
    },
  };
}

async function readAnswer(response: IncomingMessage, wanted: Exchange): Promise<Answer> {
  const name = toName(wanted);
  // 201 is how a review is answered, though nothing was created.
  const expected = wanted.review === undefined ? 200 : 201;
  if (response.statusCode !== expected) throw await readStatusError(response, name);
  const isProtobuf = wanted.accept.includes(PROTOBUF_TYPE) && isOfType(response, PROTOBUF_TYPE);
  if (!isProtobuf && !isOfType(response, JSON_TYPE))
    throw new MalformedAnswerError(name, `its content type is not ${JSON_TYPE}`);
  const body = await readBody(response, MAX_PAGE_BYTES);
  if (body === null)
    throw new MalformedAnswerError(name, `the answer is larger than ${MAX_PAGE_BYTES / MEGABYTE} MB`);
  return isProtobuf ? { body, bytes: body.length } : parseJson(body, name);
}

function parseJson(body: Buffer, name: string): Answer {
  const json = emptyManagedFields(body);
  const { length: bytes } = json;
  const text = decodeText(json);
  releaseMemory(body);
  if (hasTooManyParts(text)) throw new MalformedAnswerError(name, "the answer has too many parts");
  try {
    return { body: JSON.parse(text), bytes };
  } catch {
    // The parser's own message quotes the answer.
    throw new MalformedAnswerError(name, "the answer is not JSON");
  }
}

async function readStatusError(response: IncomingMessage, name: string): Promise<HttpStatusError> {
  const { statusCode = 0 } = response;
  const reason = statusCode >= 400 ? await readReason(response, name) : null;
  return new HttpStatusError(name, statusCode, reason, toRetryAfterMs(response.headers["retry-after"]));
}

async function readReason(response: IncomingMessage, name: string): Promise<string | null> {
  try {
    const reason = await readSentReason(response, name);
    return STATUS_REASONS.has(reason) ? String(reason) : null;
  } catch {
    // The status code is what counts; a broken body only leaves it unexplained.
    return null;
  }
}

async function readSentReason(response: IncomingMessage, name: string): Promise<unknown> {
  const isProtobuf = isOfType(response, PROTOBUF_TYPE);
  if (!isProtobuf && !isOfType(response, JSON_TYPE)) return null;
  const body = await readBody(response, MAX_STATUS_BYTES);
  if (body === null) return null;
  if (isProtobuf) return readStatusReason(body, name);
  const status: unknown = JSON.parse(body.toString("utf8"));
  return typeof status === "object" && status !== null && "reason" in status ? status.reason : null;
}

/** `Retry-After` in seconds, the only form that the API server sends. null: none, or a date. */
function toRetryAfterMs(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : null;
}

/** RFC 9110 §8.3.1: in any case, and parameters may follow. */
function isOfType(response: IncomingMessage, type: string): boolean {
  const [mediaType = ""] = (response.headers["content-type"] ?? "").split(";", 1);
  return mediaType.trim().toLowerCase() === type;
}

/** Errors that Node's streams emit have a code; one without is a bug of ours and stays what it is. */
function toWireError(error: unknown, wanted: Exchange): unknown {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return error;
  if (error.code.startsWith("Z_")) return new MalformedAnswerError(toName(wanted), "its gzip is broken");
  if (error.code.startsWith("HPE_")) return new MalformedAnswerError(toName(wanted), "it is not HTTP");
  return new ConnectionError(wanted.hostname, error.code);
}
