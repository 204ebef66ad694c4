// What goes wrong on the way to a cluster, as classes, and what each means for a scan (`toUnseen`).
// No message holds a header, a query or an answer's text: a token could be in them.

import { type Unseen, unseen, type Why } from "../model/observed.ts";
import { shorten } from "../model/shorten.ts";
import { toVisibleText } from "../model/visible-text.ts";

const MAX_DETAIL_LENGTH = 300;

/** An answer other than 200. `request` is the method and the path without its query. */
export class HttpStatusError extends Error {
  override readonly name = "HttpStatusError";
  readonly request: string;
  readonly status: number;
  /** `reason` of the Kubernetes Status, where it is one that Kubernetes defines. */
  readonly reason: string | null;
  readonly retryAfterMs: number | null;

  constructor(request: string, status: number, reason: string | null, retryAfterMs: number | null) {
    super(reason === null ? `${request}: ${status}` : `${request}: ${status} ${reason}`);
    this.request = request;
    this.status = status;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The network or TLS failed. `errorCode` is Node's: ECONNREFUSED, ENOTFOUND, CERT_HAS_EXPIRED, … */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly host: string;
  readonly errorCode: string;

  constructor(host: string, errorCode: string) {
    super(`${host}: ${errorCode}`);
    this.host = host;
    this.errorCode = errorCode;
  }
}

/** No TLS connection within the request's time: packets are dropped on the way. */
export class ConnectTimeoutError extends Error {
  override readonly name = "ConnectTimeoutError";

  constructor(host: string, timeoutMs: number) {
    super(`no connection to ${host} within ${timeoutMs} ms`);
  }
}

/** Connected, but the last byte did not come within the request's time. */
export class RequestTimeoutError extends Error {
  override readonly name = "RequestTimeoutError";

  constructor(request: string, timeoutMs: number) {
    super(`${request}: no complete answer within ${timeoutMs} ms`);
  }
}

/** The reader was closed, or its outer signal fired. */
export class RequestAbortedError extends Error {
  override readonly name = "RequestAbortedError";

  constructor(request: string) {
    super(`${request}: ended before its answer was complete`);
  }
}

/** An answer that is not what the Kubernetes API sends: not JSON, too large, a list without end. */
export class MalformedAnswerError extends Error {
  override readonly name = "MalformedAnswerError";

  constructor(request: string, clause: string) {
    super(`${request}: ${clause}`);
  }
}

/** An object without a member that the API reference requires, or with one of another type. */
export class MalformedObjectError extends Error {
  override readonly name = "MalformedObjectError";

  constructor(kind: string, path: string) {
    super(`${kind}: ${path} is missing or wrong`);
  }
}

/** What was given to open the cluster with cannot be used: its endpoint or its certificate authority. */
export class ClusterAccessError extends Error {
  override readonly name = "ClusterAccessError";
}

/** A kubeconfig's credential could not be renewed in the middle of a scan. */
export class CredentialError extends Error {
  override readonly name = "CredentialError";
}

/** By class, status and error code only. null: not an error of the way to a cluster, so our own bug. */
export function toUnseen(error: unknown): Unseen | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof HttpStatusError) return toUnseenStatus(error);
  if (error instanceof ConnectionError) return reason("unreachable", explainCode(error));
  if (error instanceof ConnectTimeoutError) return reason("unreachable", error.message);
  if (error instanceof RequestTimeoutError) return reason("deadline", error.message);
  if (error instanceof RequestAbortedError) return reason("deadline", error.message);
  if (error instanceof CredentialError) return reason("access-denied", error.message);
  const malformed =
    error instanceof MalformedAnswerError ||
    error instanceof MalformedObjectError ||
    error instanceof ClusterAccessError;
  return malformed ? reason("malformed", error.message) : null;
}

function reason(why: Why, clause: string): Unseen {
  return unseen(why, shorten(toVisibleText(clause), MAX_DETAIL_LENGTH));
}

function toUnseenStatus(error: HttpStatusError): Unseen {
  const [why, clause] = explainStatus(error.status);
  return reason(why, `${error.message}: ${clause}`);
}

function explainStatus(status: number): readonly [Why, string] {
  switch (status) {
    case 401:
      return ["access-denied", "the token was not accepted; has the scanner's role an access entry?"];
    case 403:
      return ["access-denied", "the scanner's user may not read this; grant it by access policy or RBAC"];
    case 404:
      return ["not-supported", "the cluster does not serve this"];
    case 408:
      return ["deadline", "the API server gave up on the request"];
    case 410:
      return ["incomplete", "the list expired while it was read, twice"];
    case 429:
      return ["throttled", "the API server asked to come back later than we can wait"];
    default:
      break;
  }
  if (status >= 500) return ["server-error", "the API server failed, also when asked again"];
  if (status >= 400) return ["not-supported", "the API server does not take this request"];
  return ["unreachable", "not an API server's answer; redirects are not followed"];
}

function explainCode({ host, errorCode }: ConnectionError): string {
  return `${host}: ${CODES.get(errorCode) ?? `the connection failed (${errorCode})`}`;
}

const NOT_TRUSTED = "its certificate is not signed by the cluster's certificate authority";

/** The codes of node:dns, node:net and OpenSSL that people meet; the others are named as they are. */
const CODES: ReadonlyMap<string, string> = new Map([
  ["ECONNREFUSED", "the connection was refused"],
  ["ECONNRESET", "the connection was reset"],
  ["EPIPE", "the connection was reset"],
  ["EAI_AGAIN", "its name could not be resolved"],
  ["ENOTFOUND", "its name could not be resolved; a private endpoint resolves only inside its VPC"],
  ["EHOSTUNREACH", "there is no route to it"],
  ["ENETUNREACH", "there is no route to it"],
  ["ETIMEDOUT", "the connection timed out; a security group or network ACL may drop it"],
  ["CERT_HAS_EXPIRED", "its certificate has expired"],
  ["CERT_NOT_YET_VALID", "its certificate is not valid yet; is this machine's clock right?"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "its certificate is for another name"],
  ["CERT_SIGNATURE_FAILURE", NOT_TRUSTED],
  ["CERT_UNTRUSTED", NOT_TRUSTED],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", NOT_TRUSTED],
  ["SELF_SIGNED_CERT_IN_CHAIN", NOT_TRUSTED],
  ["UNABLE_TO_GET_ISSUER_CERT", NOT_TRUSTED],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", NOT_TRUSTED],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", NOT_TRUSTED],
]);
