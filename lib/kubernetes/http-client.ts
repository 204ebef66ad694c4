// A cluster's API server as a source of JSON and protobuf: one keep-alive agent with the cluster's certificate authority,
// credentials asked anew for every request, and few, bounded retries. Sends GET, and the reviews of doctor, which
// ask and store nothing.

import { Agent } from "node:https";
import { createSecureContext } from "node:tls";
import { setTimeout as pause } from "node:timers/promises";

import { toBackoffMs, toObedientMs } from "../model/jitter.ts";
import { createDoor, type Credentials, type Door } from "./door.ts";
import {
  ClusterAccessError,
  ConnectTimeoutError,
  ConnectionError,
  HttpStatusError,
  RequestAbortedError,
} from "./errors.ts";
import { type Answer, exchange, JSON_TYPE, nameOf } from "./http-exchange.ts";
import { untilAborted } from "../model/until-aborted.ts";

/** Enough for the parallel lists of one cluster; more would only queue in the server (priority and fairness). */
const MAX_SOCKETS = 6;

const MAX_RETRY_AFTER_MS = 10_000;
const FAILURE_PAUSE_MS = 500;

/** An API server that failed once may answer the next time; the caller has a deadline, so once only. */
const RETRIED_STATUSES: ReadonlySet<number> = new Set([500, 502, 503, 504]);

/** Keep-alive connections are closed by the other side now and then, also while we send. */
const RETRIED_CODES: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE"]);

/** Given, because an abort without a reason makes an error with its stack, for nobody. */
const CLOSED = "closed";

export interface HttpClientSettings {
  /** `https://host[:port][/prefix]` */
  readonly endpoint: string;
  readonly tls: {
    /** PEM. Absent: the authorities that Node trusts (a kubeconfig without certificate-authority). */
    readonly ca?: string | Buffer;
    readonly cert?: string | Buffer;
    readonly key?: string | Buffer;
    /** The name to expect in the certificate, where it is not the endpoint's host. */
    readonly servername?: string;
  };
  /**
   * Headers that authenticate, asked before every request so that a token can be renewed in between. `refused` are
   * those that the server did not take: where others can be had, those are wanted.
   */
  readonly credentials: (refused?: Credentials) => Promise<Credentials>;
  readonly requestTimeoutMs: number;
  readonly signal: AbortSignal;
}

export interface HttpClient {
  /** `path` with its query, below the endpoint. */
  get(path: string, accept: string): Promise<Answer>;
  /** POSTs a review (`authorization.k8s.io`); the server answers it and keeps nothing. */
  postReview(path: string, review: unknown): Promise<Answer>;
  /** Requests sent so far, retries included. */
  readonly requestCount: number;
  /** Ends what is under way and refuses what comes later. */
  close(): void;
}

export function openHttpClient(settings: HttpClientSettings): HttpClient {
  const endpoint = parseEndpoint(settings.endpoint);
  const agent = toAgent(settings.tls);
  const ending = new AbortController();
  const end = (): void => ending.abort(CLOSED);
  if (settings.signal.aborted) end();
  settings.signal.addEventListener("abort", end, { once: true });
  const { signal } = ending;
  const door = createDoor();
  const connection = { settings, endpoint, agent, signal, door, reach: createReach(), requestCount: 0 };
  const request = (path: string, accept: string, review?: string): Promise<Answer> =>
    door.enter(() => retry(() => send(connection, path, accept, review), door, signal));
  return {
    get: (path, accept) => request(path, accept),
    postReview: (path, review) => request(path, JSON_TYPE, JSON.stringify(review)),
    get requestCount() {
      return connection.requestCount;
    },
    close: () => {
      settings.signal.removeEventListener("abort", end);
      end();
      agent.destroy();
    },
  };
}

function toAgent({ servername, ...authority }: HttpClientSettings["tls"]): Agent {
  return new Agent({
    keepAlive: true,
    maxSockets: MAX_SOCKETS,
    // Said although it is the default: NODE_TLS_REJECT_UNAUTHORIZED=0 must not switch it off.
    rejectUnauthorized: true,
    // Made once: each connection would parse the certificates anew.
    secureContext: createSecureContext(authority),
    ...(servername === undefined ? {} : { servername }),
  });
}

/** What the requests of one client share. */
interface Connection {
  readonly settings: HttpClientSettings;
  readonly endpoint: Endpoint;
  readonly agent: Agent;
  readonly signal: AbortSignal;
  readonly door: Door;
  readonly reach: Reach;
  requestCount: number;
}

/** One attempt. */
async function send(connection: Connection, path: string, accept: string, review?: string): Promise<Answer> {
  const { settings, endpoint, agent, signal, door, reach } = connection;
  if (reach.failure !== null) throw reach.failure;
  if (door.refusal !== null) throw door.refusal;
  // A credential plugin may hang, for it asks the network or a human.
  const toError = () => new RequestAbortedError(nameOf(path, review));
  const credentials = await untilAborted(settings.credentials(door.takeRefused()), signal, toError);
  const shown = door.show(credentials);
  connection.requestCount += 1;
  try {
    const answer = await exchange({
      agent,
      hostname: endpoint.hostname,
      port: endpoint.port,
      path: `${endpoint.prefix}${path}`,
      headers: { ...credentials, "User-Agent": "ringfence" },
      accept,
      ...(review === undefined ? {} : { review }),
      timeoutMs: settings.requestTimeoutMs,
      signal,
    });
    reach.connected();
    door.opened(shown);
    return answer;
  } catch (error) {
    if (error instanceof HttpStatusError) door.answered(shown, error);
    reach.failed(error);
    throw error;
  }
}

/** An endpoint that let no connection through in its time is not waited for once more by each further read. */
interface Reach {
  readonly failure: ConnectTimeoutError | null;
  connected(): void;
  failed(error: unknown): void;
}

function createReach(): Reach {
  let wasConnected = false;
  let failure: ConnectTimeoutError | null = null;
  return {
    get failure() {
      return failure;
    },
    connected() {
      wasConnected = true;
    },
    failed(error) {
      if (error instanceof ConnectTimeoutError && !wasConnected) failure = error;
      else wasConnected = true;
    },
  };
}

interface Endpoint {
  readonly hostname: string;
  readonly port: string;
  readonly prefix: string;
}

export function parseEndpoint(endpoint: string): Endpoint {
  const url = URL.parse(endpoint);
  const isPlain = url !== null && url.username === "" && url.password === "" && url.search === "";
  if (!isPlain || url.protocol !== "https:")
    throw new ClusterAccessError("the cluster's endpoint is not a plain https URL");
  // An IPv6 literal has brackets in a URL, and none in a host to connect to.
  return {
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port,
    prefix: url.pathname.replace(/(?<!\/)\/+$/, ""),
  };
}

async function retry<T>(send: () => Promise<T>, door: Door, signal: AbortSignal): Promise<T> {
  const left = { throttled: 2, failed: 1, reset: 1, refused: 2 };
  for (;;) {
    try {
      return await send();
    } catch (error) {
      const pauseMs = takeRetry(left, door, error);
      if (pauseMs === null) throw error;
      // Where the time ends before the next attempt, the last answer is the reason.
      const last = error instanceof Error ? error : new Error(String(error));
      await untilAborted(pause(pauseMs, undefined, { signal }), signal, () => last);
    }
  }
}

/** Milliseconds to wait before the next attempt, or null: no more, or not for this error. */
function takeRetry(
  left: { throttled: number; failed: number; reset: number; refused: number },
  door: Door,
  error: unknown,
): number | null {
  if (error instanceof ConnectionError && RETRIED_CODES.has(error.errorCode))
    return left.reset-- > 0 ? 0 : null;
  if (!(error instanceof HttpStatusError) || error === door.refusal) return null;
  if (error.status === 401) return left.refused-- > 0 ? toBackoffMs(FAILURE_PAUSE_MS) : null;
  const askedMs = error.retryAfterMs;
  // A server that asks for more patience than we have is not asked again sooner: that would add to its load.
  if (askedMs !== null && askedMs > MAX_RETRY_AFTER_MS) return null;
  if (error.status === 429) return askedMs !== null && left.throttled-- > 0 ? toObedientMs(askedMs) : null;
  if (!RETRIED_STATUSES.has(error.status) || left.failed-- <= 0) return null;
  return askedMs === null ? toBackoffMs(FAILURE_PAUSE_MS) : toObedientMs(askedMs);
}
