// The AWS query protocol of STS and SNS: a form in, XML out.

import { AwsError } from "./aws-error.ts";
import { bindOperation } from "./operation.ts";
import type { CallContext, Operation, RoutedCall } from "./operation.ts";
import { CLOCK_SKEW_SECONDS } from "./aws-service.ts";
import type { Refusals, AwsService } from "./aws-service.ts";
import type { WireAnswer, WireRequest } from "./wire.ts";
import { toElement, XML_DECLARATION } from "./xml.ts";
import type { XmlRecord } from "./xml.ts";

/** The parameters of a call by name, lists flattened as `Tags.member.1.Key`. */
export type Form = ReadonlyMap<string, string>;
export type QueryOperation = Operation<Form, XmlRecord>;

export interface QueryServiceDescription {
  readonly id: string;
  readonly version: string;
  readonly namespace: string;
  readonly denied: Refusals["denied"];
  readonly operations: readonly QueryOperation[];
}

export function toQueryService(description: QueryServiceDescription): AwsService {
  return {
    id: description.id,
    refusals: {
      missing: { code: "MissingAuthenticationToken", status: 403 },
      unknownKey: { code: "InvalidClientTokenId", status: 403 },
      badSignature: { code: "SignatureDoesNotMatch", status: 403 },
      skewed: { code: "SignatureDoesNotMatch", status: 403 },
      expired: { code: "ExpiredToken", status: 403 },
      denied: description.denied,
    },
    clockSkewSeconds: CLOCK_SKEW_SECONDS,
    isGlobal: false,
    route: (request) => route(description, request),
    toErrorAnswer: (error, requestId) => toErrorAnswer(description.namespace, error, requestId),
  };
}

function route(description: QueryServiceDescription, request: WireRequest): RoutedCall {
  const form = parseForm(request);
  const action = form.get("Action");
  const version = form.get("Version");
  const operation = description.operations.find(({ name }) => name === action);
  if (operation === undefined || version !== description.version) {
    throw new AwsError("InvalidAction", 400, `Could not find operation ${action} for version ${version}`);
  }
  return bindOperation(operation, form, (output, context) =>
    toAnswer(description.namespace, operation.name, output, context),
  );
}

/** POST sends a form, GET (as of a presigned URL) a query. */
function parseForm(request: WireRequest): Form {
  if (request.method === "GET") return new Map(request.query);
  return new Map(new URLSearchParams(request.body.toString("utf8")));
}

function toAnswer(namespace: string, name: string, result: XmlRecord, context: CallContext): WireAnswer {
  const { requestId, request } = context;
  const response = { [`${name}Result`]: result, ResponseMetadata: { RequestId: requestId } };
  // aws-iam-authenticator asks STS for JSON. (facts: pkg/token/token.go)
  if (request.headers.get("accept") === "application/json") {
    return {
      status: 200,
      headers: { "content-type": "application/json", "x-amzn-requestid": requestId },
      body: JSON.stringify({ [`${name}Response`]: response }),
    };
  }
  return {
    status: 200,
    headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
    body: toElement(`${name}Response`, response, namespace),
  };
}

function toErrorAnswer(namespace: string, error: AwsError, requestId: string): WireAnswer {
  const fault = {
    Type: error.status < 500 ? "Sender" : "Receiver",
    Code: error.code,
    Message: error.message,
  };
  return {
    status: error.status,
    headers: { ...error.headers, "content-type": "text/xml", "x-amzn-requestid": requestId },
    body: XML_DECLARATION + toElement("ErrorResponse", { Error: fault, RequestId: requestId }, namespace),
  };
}
