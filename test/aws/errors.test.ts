// The translation of AWS errors into reasons, as a table: names, statuses and transport codes.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ClusterWithoutEndpointError,
  EndpointRefusedError,
  MalformedAnswerError,
  toUnseen,
  UnknownPartitionError,
} from "../../lib/aws/errors.ts";
import type { Why } from "../../lib/model/observed.ts";

interface Fields {
  readonly name?: string;
  readonly message?: string;
  readonly status?: number;
  readonly code?: string;
  readonly syscall?: string;
  /** False: thrown without having been through the SDK's retries. */
  readonly sdk?: boolean;
}

function awsError({ name = "Error", message = "", status, code, syscall, sdk = true }: Fields): Error {
  const $metadata = sdk ? { httpStatusCode: status, attempts: 1 } : undefined;
  const fields = { name, ...(sdk && { $metadata }), ...(code && { code }), ...(syscall && { syscall }) };
  return Object.assign(new Error(message), fields);
}

const denied =
  "User: arn:aws:sts::111122223333:assumed-role/x/y is not authorized to perform: eks:ListClusters on resource: *";

const TABLE: readonly [Fields, Why, RegExp][] = [
  [{ name: "AccessDeniedException", status: 403 }, "access-denied", /^AccessDeniedException \(HTTP 403\)$/],
  [{ name: "AccessDenied", status: 403, message: denied }, "access-denied", /perform eks:ListClusters$/],
  [
    {
      name: "AccessDeniedException",
      status: 403,
      message: `${denied} with an explicit deny in a service control policy: arn:aws:organizations::1:policy/p-1`,
    },
    "access-denied",
    /perform eks:ListClusters, by a service control policy$/,
  ],
  [{ name: "UnrecognizedClientException", status: 403 }, "access-denied", /Region that is not enabled/],
  [{ name: "InvalidClientTokenId", status: 403 }, "access-denied", /Region that is not enabled/],
  [{ name: "RegionDisabledException", status: 403 }, "access-denied", /Region that is not enabled/],
  [{ name: "ExpiredTokenException", status: 400 }, "access-denied", /the AWS credentials have expired/],
  [{ name: "SignatureDoesNotMatch", status: 403 }, "access-denied", /clock/],
  [{ name: "RequestExpired", status: 400 }, "access-denied", /clock/],
  [{ name: "InvalidAccessException", status: 401 }, "access-denied", /InvalidAccessException/],
  [{ name: "CredentialsProviderError", sdk: false }, "access-denied", /no usable AWS credentials were found/],
  [{ name: "SomethingNew", status: 403 }, "access-denied", /SomethingNew \(HTTP 403\)/],
  [{ name: "Unknown", status: 401 }, "access-denied", /HTTP 401/],
  [{ name: "ThrottlingException", status: 429 }, "throttled", /ThrottlingException/],
  [{ name: "ThrottlingException", status: 400 }, "throttled", /HTTP 400/],
  [{ name: "SlowDown", status: 503 }, "throttled", /SlowDown/],
  [{ name: "LimitExceededException", status: 429 }, "throttled", /LimitExceeded/],
  [{ name: "Unknown", status: 429 }, "throttled", /HTTP 429/],
  [{ name: "ServerException", status: 500 }, "server-error", /ServerException \(HTTP 500\)/],
  [{ name: "SyntaxError", status: 503 }, "server-error", /HTTP 503/],
  [{ name: "Unknown", status: 502 }, "server-error", /HTTP 502/],
  [{ name: "SyntaxError", status: 200 }, "malformed", /not this API's \(HTTP 200\)/],
  [{ name: "TypeError", status: 200 }, "malformed", /not this API's/],
  [{ name: "Error", status: 404 }, "malformed", /HTTP 404/],
  [{ name: "Unknown", status: 302 }, "malformed", /redirect/],
  [{ name: "PermanentRedirect", status: 301 }, "malformed", /redirect/],
  [{ name: "ResourceNotFoundException", status: 404 }, "incomplete", /ResourceNotFoundException/],
  [{ name: "UnknownOperationException", status: 404 }, "not-supported", /UnknownOperationException/],
  [{ name: "AWSOrganizationsNotInUseException", status: 400 }, "not-supported", /NotInUse/],
  [{ name: "InvalidRequestException", status: 400 }, "not-supported", /InvalidRequestException \(HTTP 400\)/],
  [{ name: "TimeoutError", code: "ETIMEDOUT" }, "deadline", /no answer came/],
  [{ name: "TimeoutError", code: "ETIMEDOUT", syscall: "connect" }, "unreachable", /no connection/],
  [{ name: "TimeoutError" }, "unreachable", /no connection/],
  [{ name: "TimeoutError", code: "ECONNRESET", syscall: "read" }, "unreachable", /ECONNRESET/],
  [{ name: "TimeoutError", code: "ECONNREFUSED", syscall: "connect" }, "unreachable", /ECONNREFUSED/],
  [{ code: "ECONNRESET", status: 200 }, "unreachable", /ECONNRESET/],
  [{ code: "ECONNRESET", sdk: false }, "unreachable", /ECONNRESET/],
  [{ code: "ENOTFOUND" }, "unreachable", /ENOTFOUND/],
  [{ code: "EAI_AGAIN" }, "unreachable", /EAI_AGAIN/],
  [{ code: "DEPTH_ZERO_SELF_SIGNED_CERT" }, "unreachable", /DEPTH_ZERO/],
  [{ code: "ERR_TLS_CERT_ALTNAME_INVALID" }, "unreachable", /ALTNAME/],
  [{ code: "HPE_INVALID_CONSTANT" }, "unreachable", /HPE/],
  [{ name: "AbortError", sdk: false }, "deadline", /ran out/],
];

for (const [fields, why, detail] of TABLE)
  test(`${JSON.stringify(fields).slice(0, 100)} is ${why}`, () => {
    const reason = toUnseen(awsError(fields));
    assert.equal(reason?.why, why);
    assert.match(reason?.detail ?? "", detail);
  });

test("our own errors keep their sentence", () => {
  assert.deepEqual(toUnseen(new MalformedAnswerError("ListClusters answered with no valid clusters")), {
    seen: false,
    why: "malformed",
    detail: "ListClusters answered with no valid clusters",
  });
  assert.equal(toUnseen(new ClusterWithoutEndpointError("none"))?.why, "unreachable");
  assert.equal(toUnseen(new UnknownPartitionError("aws-mars"))?.why, "not-supported");
  const refused = toUnseen(
    new EndpointRefusedError("no token is sent: the endpoint host is not an EKS host"),
  );
  assert.equal(refused?.why, "not-supported");
  assert.match(refused?.detail ?? "", /not an EKS host/);
});

test("an error of ours is nobody's excuse", () => {
  for (const bug of [
    new TypeError("Cannot read properties of undefined"),
    new RangeError("Invalid time value"),
    awsError({ name: "TypeError" }),
    awsError({ name: "TimeoutError", sdk: false }),
    awsError({ code: "ENOENT", sdk: false }),
    awsError({ code: "ERR_INVALID_ARG_TYPE", sdk: false }),
    "a string",
    undefined,
    null,
    { name: "AccessDenied" },
  ])
    assert.equal(toUnseen(bug), null);
});

test("the message decides nothing", () => {
  const lying = awsError({ name: "ServerException", status: 500, message: "AccessDenied: throttled 403" });
  assert.equal(toUnseen(lying)?.why, "server-error");
});

test("nothing foreign but a proper name gets into the detail", () => {
  const hostile = awsError({ name: `<b>\u001b[31m${"x".repeat(1e6)}`, status: 403, message: "AKIA-SECRET" });
  const detail = toUnseen(hostile)?.detail ?? "";
  assert.equal(detail, "an error whose name cannot be shown (HTTP 403)");
  const action = awsError({
    name: "AccessDenied",
    status: 403,
    message: `not authorized to perform: eks:${"A".repeat(5000)}`,
  });
  assert.equal(toUnseen(action)?.detail, "AccessDenied (HTTP 403)");
});

test("a getter on a hostile error is not run", () => {
  const error = new Error("x");
  Object.defineProperty(error, "$metadata", {
    get: () => {
      throw new Error("ran");
    },
  });
  assert.equal(toUnseen(error), null);
});
