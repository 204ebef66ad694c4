// What lib/aws throws by itself, and the one translation of AWS errors into reasons. Reasons come from error
// names, HTTP statuses and transport codes; message text may refine `detail` and is never repeated in it.

import { EXPIRED_CREDENTIALS, NO_CREDENTIALS } from "../model/next-step.ts";
import { unseen, type Unseen, type Why } from "../model/observed.ts";

/** An error of our own making about the outside world. Its message is ours and holds no foreign text. */
abstract class OwnAwsError extends Error {
  abstract readonly why: Why;
}

/** The service answered, but not what its API promises. */
export class MalformedAnswerError extends OwnAwsError {
  override readonly name = "MalformedAnswer";
  readonly why = "malformed";
}

/** A parameter that everybody with read access sees in clear. */
export class PlainParameterError extends OwnAwsError {
  override readonly name = "PlainParameter";
  readonly why = "not-supported";

  constructor() {
    super("the parameter is no SecureString; store the secret as one");
  }
}

/** A token is not sent to this endpoint (endpoint-policy.ts). */
export class EndpointRefusedError extends OwnAwsError {
  override readonly name = "EndpointRefused";
  readonly why = "not-supported";
}

/** DescribeCluster named no endpoint or no certificate authority. */
export class ClusterWithoutEndpointError extends OwnAwsError {
  override readonly name = "ClusterWithoutEndpoint";
  readonly why = "unreachable";
}

/** Time ran out between two attempts that the service answered with "too many requests". */
export class StillThrottledError extends OwnAwsError {
  override readonly name = "StillThrottled";
  readonly why = "throttled";
}

/** A partition whose DNS names we do not know (partitions.ts). */
export class UnknownPartitionError extends OwnAwsError {
  override readonly name = "UnknownPartition";
  readonly why = "not-supported";

  constructor(partition: string) {
    super(`the AWS partition ${toPrintable(partition)} is not supported`);
  }
}

/** Null: not an error of the outside world. */
export function toUnseen(error: unknown): Unseen | null {
  if (error instanceof OwnAwsError) return unseen(error.why, error.message);
  if (!(error instanceof Error)) return null;
  const fields = readFields(error);
  const why = findWhy(fields);
  return why === null ? null : unseen(why, toDetail(fields));
}

interface ErrorFields {
  readonly name: string;
  readonly message: string;
  readonly code: string | null;
  readonly syscall: string | null;
  readonly status: number | null;
  /** It went through the SDK's retries, which leave `$metadata` on every error. */
  readonly fromSdk: boolean;
}

function readFields(error: Error): ErrorFields {
  const metadata = ownValue(error, "$metadata");
  const fromSdk = typeof metadata === "object" && metadata !== null;
  const status = fromSdk ? ownValue(metadata, "httpStatusCode") : null;
  const code = ownValue(error, "code");
  const syscall = ownValue(error, "syscall");
  return {
    name: error.name,
    message: error.message.slice(0, 4096),
    code: typeof code === "string" ? code : null,
    syscall: typeof syscall === "string" ? syscall : null,
    status: typeof status === "number" ? status : null,
    fromSdk,
  };
}

function ownValue(object: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}

/** Where the name says more than the status, or there is no status. */
const WHY_BY_NAME: ReadonlyMap<string, Why> = new Map([
  ...toEntries("access-denied", [
    "AccessDenied",
    "AccessDeniedException",
    "AuthFailure",
    "AuthorizationError",
    "CredentialsProviderError",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "OptInRequired",
    "RegionDisabledException",
    "RequestExpired",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
    "TokenProviderError",
    "UnauthorizedException",
    "UnrecognizedClientException",
  ]),
  ...toEntries("throttled", [
    "LimitExceededException",
    "RequestLimitExceeded",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
  ]),
  ...toEntries("not-supported", [
    "AWSOrganizationsNotInUseException",
    "InvalidAction",
    "MethodNotAllowed",
    "NotImplemented",
    "UnknownOperationException",
    "UnsupportedOperationException",
  ]),
  // What was listed a moment ago is gone: the picture is not whole, and says nothing about the rest.
  ...toEntries("incomplete", ["NoSuchBucket", "NoSuchKey", "NotFoundException", "ResourceNotFoundException"]),
  ...toEntries("deadline", ["AbortError"]),
]);

function toEntries(why: Why, names: readonly string[]): [string, Why][] {
  return names.map((name) => [name, why]);
}

/** Node's codes for a connection that was not made, or broke. */
const CONNECTION_CODES = new Set([
  "EADDRNOTAVAIL",
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETRESET",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "EPROTO",
]);

/** Node's codes for a peer that cannot be trusted, or does not speak TLS or HTTP. */
const PEER_CODE =
  /^(CERT_|CRL_|DEPTH_ZERO_|ERR_SSL_|ERR_TLS_|HOSTNAME_MISMATCH|HPE_|SELF_SIGNED_|UNABLE_TO_)/;

/** Names of what the SDK's own parsers throw over an answer that they cannot read. */
const PARSER_NAMES = new Set(["Error", "RangeError", "SyntaxError", "TypeError", "Unknown"]);

function findWhy(error: ErrorFields): Why | null {
  const byName = WHY_BY_NAME.get(error.name);
  if (byName !== undefined) return byName;
  if (isTransportCode(error.code)) return "unreachable";
  if (error.name === "TimeoutError" && error.fromSdk) return toTimeoutWhy(error);
  if (error.status !== null) return toStatusWhy(error.status, error.name);
  return null;
}

function isTransportCode(code: string | null): boolean {
  return code !== null && (CONNECTION_CODES.has(code) || PEER_CODE.test(code));
}

/**
 * @smithy/node-http-handler 4.14 gives its request timeout the code ETIMEDOUT and its connection timeout none;
 * the kernel's own ETIMEDOUT names the system call. Only the first had a connection.
 */
function toTimeoutWhy({ code, syscall }: ErrorFields): Why {
  return code === "ETIMEDOUT" && syscall === null ? "deadline" : "unreachable";
}

function toStatusWhy(status: number, name: string): Why {
  if (status === 429) return "throttled";
  if (status === 401 || status === 403) return "access-denied";
  if (status >= 500) return "server-error";
  // A redirect, a page that does not parse, an error without a name: this is not the API speaking.
  if (status < 400 || PARSER_NAMES.has(name)) return "malformed";
  return status === 404 ? "incomplete" : "not-supported";
}

function toDetail(error: ErrorFields): string {
  const status = error.status === null ? "" : ` (HTTP ${error.status})`;
  if (error.name === "CredentialsProviderError") return `${NO_CREDENTIALS} (${error.name})`;
  if (EXPIRED_NAMES.has(error.name)) return `${EXPIRED_CREDENTIALS} (${error.name})`;
  if (error.name === "AbortError") return "the time for this call ran out before an answer came";
  if (isTransportCode(error.code)) return `the connection failed (${error.code})`;
  if (error.name === "TimeoutError")
    return toTimeoutWhy(error) === "deadline"
      ? "no answer came within the time limit of a request"
      : "no connection was made within the time limit";
  if (error.status !== null && error.status >= 300 && error.status < 400)
    return `a redirect, which is not followed${status}`;
  if (PARSER_NAMES.has(error.name)) return `an answer that is not this API's${status}`;
  return toPrintable(error.name) + status + toRefinement(error);
}

/** Of STS and the other services, and of the SDK where the token of a sign-in is too old. */
const EXPIRED_NAMES = new Set(["ExpiredToken", "ExpiredTokenException", "TokenProviderError"]);

/** Common experience, documented in no one place: what services answer in a Region that is not enabled. */
const DISABLED_REGION_NAMES = new Set([
  "AuthFailure",
  "InvalidClientTokenId",
  "OptInRequired",
  "RegionDisabledException",
  "UnrecognizedClientException",
]);

const CLOCK_NAMES = new Set([
  "InvalidSignatureException",
  "RequestExpired",
  "RequestTimeTooSkewed",
  "SignatureDoesNotMatch",
]);

function toRefinement({ name, message }: ErrorFields): string {
  if (DISABLED_REGION_NAMES.has(name)) return ", as in a Region that is not enabled in this account";
  if (CLOCK_NAMES.has(name)) return ", as with a clock that is wrong";
  const action = /not authorized to perform: ([a-z0-9-]{2,30}:[A-Za-z]{2,60})\b/.exec(message)?.[1];
  const denied = action === undefined ? "" : `, not authorized to perform ${action}`;
  if (!/explicit deny in a service control policy/i.test(message)) return denied;
  return `${denied}, by a service control policy`;
}

/** Error names are the server's words: only what a name can hold is repeated. */
function toPrintable(name: string): string {
  return /^[\w.:-]{1,80}$/.test(name) ? name : "an error whose name cannot be shown";
}
