// How one process keeps to a service's quota that it shares with others: a bucket per operation, account and Region,
// obedience to "too many requests", and few retries with jitter. Knows no operation by itself.

import { toBackoffMs, toObedientMs } from "../model/jitter.ts";
import type { Transport } from "./clients.ts";
import { toUnseen } from "./errors.ts";
import { createTokenBucket, type Rate, type TokenBucket } from "./token-bucket.ts";

/** Whoever asks for more patience is asked again by the next run. */
const MAX_HOLD_MS = 60_000;
/** Security Hub seldom says how long; its buckets refill within a few seconds. */
const DEFAULT_HOLD_MS = 1000;
const FIRST_BACKOFF_MS = 500;

/** `key` names what the quota is for; everything in this process that gives the same key shares one bucket. */
export function bucketOf({ buckets, clock }: Transport, key: string, rate: Rate): TokenBucket {
  const bucket = buckets.get(key) ?? createTokenBucket(rate, clock);
  buckets.set(key, bucket);
  return bucket;
}

/** One attempt in its turn. Where the service says that there were too many, everybody waits. */
export async function sendPaced<T>(bucket: TokenBucket, send: () => Promise<T>): Promise<T> {
  await bucket.take();
  try {
    return await send();
  } catch (error) {
    if (toUnseen(error)?.why === "throttled") bucket.hold(toHoldMs(readRetryAfterMs(error)));
    throw error;
  }
}

/** The same, repeated where the outside world may do better the next time. */
export function sendPacedAgain<T>(
  bucket: TokenBucket,
  transport: Transport,
  send: () => Promise<T>,
): Promise<T> {
  return repeat(transport, isWorthAnotherTry, () => sendPaced(bucket, send));
}

/** Repeated where the service has certainly not done what was asked: what is done twice, people see twice. */
export function sendOnce<T>(transport: Transport, send: () => Promise<T>): Promise<T> {
  return repeat(transport, wasNotDone, send);
}

async function repeat<T>(
  { clock, limits }: Transport,
  isWorthIt: (error: unknown) => boolean,
  send: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      if (attempt >= limits.maxAttempts || !isWorthIt(error)) throw error;
      await clock.sleep(toWaitMs(error, attempt));
    }
  }
}

function toWaitMs(error: unknown, attempt: number): number {
  const askedMs = readRetryAfterMs(error);
  return askedMs === null ? toBackoffMs(FIRST_BACKOFF_MS * 2 ** (attempt - 1)) : toObedientMs(askedMs);
}

function toHoldMs(askedMs: number | null): number {
  return askedMs === null ? toBackoffMs(DEFAULT_HOLD_MS) : toObedientMs(Math.min(askedMs, MAX_HOLD_MS));
}

/** After these the SDK has put its clock right. */
const SKEWED = new Set(["InvalidSignatureException", "RequestExpired", "RequestTimeTooSkewed"]);

function isWorthAnotherTry(error: unknown): boolean {
  const why = toUnseen(error)?.why;
  if (why === "throttled") return (readRetryAfterMs(error) ?? 0) <= MAX_HOLD_MS;
  if (why === "server-error" || why === "unreachable") return true;
  return error instanceof Error && SKEWED.has(error.name);
}

/** Node's codes for a connection that was never made. */
const NEVER_SENT = new Set(["EAI_AGAIN", "ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND"]);

function wasNotDone(error: unknown): boolean {
  if (toUnseen(error)?.why === "unreachable") return NEVER_SENT.has(String(readMember(error, "code")));
  return isWorthAnotherTry(error);
}

/** RFC 9110 §10.2.3: seconds, or a date, which AWS does not send. */
function readRetryAfterMs(error: unknown): number | null {
  const response = readMember(error, "$response");
  const seconds = readMember(readMember(response, "headers"), "retry-after");
  return typeof seconds === "string" && /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : null;
}

function readMember(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
