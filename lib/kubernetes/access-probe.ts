// The way to one cluster, one step at a time, for doctor: name, connection, certificate, identity, permission.
// Asks and changes nothing: its one POST is a review, which the API server answers and never stores.

import { lookup } from "node:dns/promises";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

import type { AccessProbe, ResourceRead } from "../scan/probe-sources.ts";
import type { ClusterAccess, ReadOptions } from "../scan/sources.ts";
import {
  ConnectionError,
  ConnectTimeoutError,
  HttpStatusError,
  MalformedAnswerError,
  RequestAbortedError,
} from "./errors.ts";
import { isRecord } from "./foreign-json.ts";
import { type HttpClient, parseEndpoint } from "./http-client.ts";
import { JSON_TYPE } from "./http-exchange.ts";
import { openClusterClient, parseAuthority } from "./cluster-client.ts";
import { toApiGroups } from "./schema.ts";

/** Throws ClusterAccessError for an endpoint or a certificate authority that cannot be used. */
export function openAccessProbe(access: ClusterAccess, options: ReadOptions): AccessProbe {
  const client = openClusterClient(access, options);
  const { hostname, port } = parseEndpoint(access.endpoint);
  const place = { host: hostname, port: port === "" ? 443 : Number(port) };
  const ca = parseAuthority(access.certificateAuthorityData);
  const servername = isIP(hostname) === 0 ? hostname : "";
  return {
    resolve: () => resolveName(hostname),
    connect: () => opened(connectTcp(place), "connect", hostname, options),
    handshake: () =>
      opened(
        connectTls({ ...place, ca, servername, rejectUnauthorized: true }),
        "secureConnect",
        hostname,
        options,
      ),
    listApiGroups: async () => toApiGroups((await client.get("/apis", JSON_TYPE)).body),
    mayRead: (read) => mayRead(client, read),
    close: () => client.close(),
  };
}

async function resolveName(hostname: string): Promise<readonly string[]> {
  try {
    return (await lookup(hostname, { all: true })).map(({ address }) => address).toSorted();
  } catch (error) {
    throw toConnectionError(error, hostname);
  }
}

/** Waits for the event that says the connection stands, and ends it. */
async function opened(
  socket: Socket,
  event: "connect" | "secureConnect",
  host: string,
  { requestTimeoutMs, signal }: ReadOptions,
): Promise<void> {
  const timeout = AbortSignal.timeout(requestTimeoutMs);
  const ended = AbortSignal.any([timeout, signal]);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once(event, () => resolve());
      socket.once("error", reject);
      ended.addEventListener("abort", () => reject(toEndError(timeout, host, requestTimeoutMs)));
      if (ended.aborted) reject(toEndError(timeout, host, requestTimeoutMs));
    });
  } catch (error) {
    throw toConnectionError(error, host);
  } finally {
    socket.destroy();
  }
}

function toEndError(timeout: AbortSignal, host: string, timeoutMs: number): Error {
  return timeout.aborted
    ? new ConnectTimeoutError(host, timeoutMs)
    : new RequestAbortedError(`the connection to ${host}`);
}

/** What Node's sockets and resolver throw has a code; all else stays what it is. */
function toConnectionError(error: unknown, host: string): unknown {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return error;
  return new ConnectionError(host, error.code);
}

const REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

/** 403: `system:basic-user` was taken away; 404 and 405: something in front of the API server takes only reads. */
const NO_REVIEWS: ReadonlySet<number> = new Set([403, 404, 405]);

async function mayRead(client: HttpClient, read: ResourceRead): Promise<boolean> {
  try {
    const { body } = await client.postReview(REVIEWS, toReview(read));
    return readVerdict(body);
  } catch (error) {
    if (!(error instanceof HttpStatusError) || !NO_REVIEWS.has(error.status)) throw error;
    return tryRead(client, read);
  }
}

function toReview({ apiGroup, version, resource, verb, namespace, name }: ResourceRead): object {
  return {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes: { group: apiGroup, version, resource, verb, namespace, name } },
  };
}

function readVerdict(body: unknown): boolean {
  const status = isRecord(body) ? body["status"] : null;
  // SubjectAccessReviewStatus, API reference: `allowed` is required.
  const allowed = isRecord(status) ? status["allowed"] : null;
  if (typeof allowed === "boolean") return allowed;
  throw new MalformedAnswerError(`POST ${REVIEWS}`, "it has no proper status.allowed");
}

/** The API server authorizes before it looks: 403 is a no, and 404 is a yes for something that is not there. */
async function tryRead(client: HttpClient, read: ResourceRead): Promise<boolean> {
  try {
    await client.get(toPath(read), JSON_TYPE);
    return true;
  } catch (error) {
    if (!(error instanceof HttpStatusError)) throw error;
    if (error.status === 403) return false;
    if (error.status === 404) return true;
    throw error;
  }
}

function toPath({ apiGroup, version, resource, verb, namespace, name }: ResourceRead): string {
  const root = apiGroup === "" ? "/api" : `/apis/${encodeURIComponent(apiGroup)}`;
  const scope = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  const collection = `${root}/${encodeURIComponent(version)}${scope}/${encodeURIComponent(resource)}`;
  return verb === "list" ? `${collection}?limit=1` : `${collection}/${encodeURIComponent(name ?? "")}`;
}
