// How every AWS client of this process is made: one connection pool, one retry policy, time limits on every
// call, and one count of calls. Logs nothing, and lets no signature or token out in an error.

import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import type { AwsCredentialIdentity, MetadataBearer, Pluggable } from "@smithy/types";
import { withinTime } from "../model/within-time.ts";
import { StillThrottledError, toUnseen } from "./errors.ts";
import type { Clock, TokenBucket } from "./token-bucket.ts";

export interface TransportOptions {
  /** One attempt, from sending to the answer's headers. A whole call may take one more than its attempts. */
  readonly requestTimeoutMs: number;
  /** Where AWS_ENDPOINT_URL points (readEndpointUrl); undefined for the real AWS. */
  readonly endpointUrl: string | undefined;
  /** Ends every call. */
  readonly signal?: AbortSignal;
  /** 5,000 where not given. */
  readonly connectionTimeoutMs?: number;
  /** The first attempt included; 4 where not given. */
  readonly maxAttempts?: number;
  /** For what waits its turn; the process's own where not given. */
  readonly clock?: Clock;
}

/** `useless`: these have expired before their time, and others are wanted. */
export type CredentialSource = (useless?: AwsCredentialIdentity) => Promise<AwsCredentialIdentity>;

export interface Transport {
  readonly limits: {
    readonly requestTimeoutMs: number;
    readonly connectionTimeoutMs: number;
    readonly maxAttempts: number;
  };
  readonly endpointUrl: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** Attempts sent so far, by `service:Operation`. */
  readonly callCounts: Record<string, number>;
  readonly clock: Clock;
  /** What this process may call how often, by the key of the quota (pacing.ts). */
  readonly buckets: Map<string, TokenBucket>;
  readonly agents: { readonly httpAgent: HttpAgent; readonly httpsAgent: HttpsAgent };
}

export function openTransport(options: TransportOptions): Transport {
  const { requestTimeoutMs, connectionTimeoutMs = 5_000, maxAttempts = 4, signal } = options;
  return {
    limits: { requestTimeoutMs, connectionTimeoutMs, maxAttempts },
    endpointUrl: options.endpointUrl,
    signal,
    callCounts: {},
    clock: options.clock ?? {
      nowMs: () => performance.now(),
      sleep: (milliseconds) => pause(milliseconds, undefined, signal === undefined ? {} : { signal }),
    },
    buckets: new Map(),
    agents: createAgents({ keepAlive: true, maxSockets: 50 }),
  };
}

function createAgents(options: { readonly keepAlive: boolean; readonly maxSockets?: number }) {
  return {
    httpAgent: new HttpAgent(options), // Said although it is the default, as in lib/kubernetes/http-client.ts.
    httpsAgent: new HttpsAgent({ ...options, rejectUnauthorized: true }),
  };
}

/** A connection for each attempt: none was closed by the other side while it was idle. */
export function withFreshConnections(transport: Transport): Transport {
  return { ...transport, agents: createAgents({ keepAlive: false }) };
}

/** Closes the idle connections, which would keep nothing alive but sockets. */
export function closeTransport({ agents }: Transport): void {
  agents.httpAgent.destroy();
  agents.httpsAgent.destroy();
}

/** AWS_ENDPOINT_URL as the AWS SDKs read it. */
export function readEndpointUrl(
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.toLowerCase() === "true") return undefined;
  return environment["AWS_ENDPOINT_URL"] || undefined;
}

/** Constructor options of any client. Without `credentials` the default chain is asked. */
export function toClientConfig(
  { limits, endpointUrl, agents }: Transport,
  region: string,
  credentials: CredentialSource | undefined,
) {
  return {
    region,
    ...(credentials === undefined ? {} : { credentials: toProvider(credentials) }),
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
    // Standard, not adaptive: adaptive keeps one rate per client and would let a throttled Region starve calls
    // that the service would have answered. Bounded by maxAttempts, by the time limit below, and by the caller's
    // bound on concurrency.
    retryMode: "standard",
    maxAttempts: limits.maxAttempts,
    requestHandler: {
      ...agents,
      connectionTimeout: limits.connectionTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      throwOnRequestTimeout: true,
      logger: SILENT,
    },
  };
}

/** Our own sources remember what they gave, and know better than the SDK when that is good no more. */
function toProvider(credentials: CredentialSource) {
  return Object.assign(() => credentials(), { memoized: true });
}

const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/** One call, retries and body included, ends in time; `options` are the second argument of `client.send`. */
export function inTime<T>(
  { limits, signal }: Transport,
  call: (options: { readonly abortSignal: AbortSignal }) => Promise<T>,
): Promise<T> {
  // The SDK's request timeout ends with the answer's headers; a body may drip for ever without this.
  const timeMs = limits.requestTimeoutMs * (limits.maxAttempts + 1);
  return withinTime(timeMs, signal, (abortSignal) => call({ abortSignal }));
}

/** Counts each attempt as `service:Operation`; `service` is the IAM prefix. */
export function observeCalls<I extends object, O extends MetadataBearer>(
  { callCounts }: Transport,
  service: string,
): Pluggable<I, O> {
  // Calls whose last answer was "too many requests"; the context is the call's own.
  const throttled = new WeakSet<object>();
  return {
    applyToStack(stack) {
      stack.add(
        (next, context) => async (request) => {
          const operation = `${service}:${context.commandName?.replace(/Command$/, "")}`;
          callCounts[operation] = (callCounts[operation] ?? 0) + 1;
          try {
            return await next(request);
          } catch (error) {
            const why = toUnseen(error)?.why;
            if (why === "throttled") throttled.add(context);
            // Without an answer, the one before it is the last.
            else if (why !== "deadline") throttled.delete(context);
            throw error;
          }
        },
        // Below the SDK's retries, which are at "high".
        { step: "finalizeRequest", priority: "low", name: "ringfenceCallCount" },
      );
      stack.add(
        (next, context) => async (input) => {
          try {
            return await next(input);
          } catch (error) {
            if (error instanceof Error) removeSignature(error);
            if (error instanceof Error && error.name === "AbortError" && throttled.has(context))
              throw new StillThrottledError("the service was still throttling when the time ran out");
            throw error;
          }
        },
        { step: "initialize", priority: "high", name: "ringfenceSignatureRemoval" },
      );
    },
  };
}

/**
 * "The request signature we calculated does not match" repeats the canonical request, and with it the session
 * token (SigV4 troubleshooting, IAM User Guide). The error keeps its name and $metadata.
 */
function removeSignature(error: Error): void {
  if (!/canonical|x-amz-(security-token|signature|credential)/i.test(error.message)) return;
  error.message = "the service refused the signature";
  error.stack = `${error.name}: ${error.message}`;
}
