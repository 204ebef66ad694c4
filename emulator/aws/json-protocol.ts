// The AWS JSON 1.1 protocol of Organizations and Secrets Manager: the operation in a header, JSON both ways.

import { AwsError } from "./aws-error.ts";
import { parseJsonBody } from "./json-body.ts";
import type { JsonRecord } from "./json-body.ts";
import { bindOperation } from "./operation.ts";
import type { Operation, RoutedCall } from "./operation.ts";
import { CLOCK_SKEW_SECONDS, toJsonRefusals } from "./aws-service.ts";
import type { AwsService } from "./aws-service.ts";
import type { WireAnswer, WireRequest } from "./wire.ts";

export type JsonOperation = Operation<JsonRecord, JsonRecord>;

export interface JsonServiceDescription {
  readonly id: string;
  readonly targetPrefix: string;
  readonly isGlobal: boolean;
  readonly operations: readonly JsonOperation[];
}

export function toJsonService(description: JsonServiceDescription): AwsService {
  return {
    id: description.id,
    refusals: toJsonRefusals(400),
    clockSkewSeconds: CLOCK_SKEW_SECONDS,
    isGlobal: description.isGlobal,
    route: (request) => route(description, request),
    toErrorAnswer,
  };
}

function route(description: JsonServiceDescription, request: WireRequest): RoutedCall {
  const target = request.headers.get("x-amz-target");
  const operation = description.operations.find(
    ({ name }) => target === `${description.targetPrefix}.${name}`,
  );
  if (operation === undefined || request.method !== "POST") {
    throw new AwsError("UnknownOperationException", 400, "");
  }
  return bindOperation(operation, parseJsonBody(request), (output, { requestId }) => ({
    status: 200,
    headers: toHeaders(requestId),
    body: JSON.stringify(output),
  }));
}

function toErrorAnswer(error: AwsError, requestId: string): WireAnswer {
  return {
    status: error.status,
    headers: { ...error.headers, ...toHeaders(requestId) },
    body: JSON.stringify({ __type: error.code, Message: error.message, ...error.members }),
  };
}

function toHeaders(requestId: string): Readonly<Record<string, string>> {
  return { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": requestId };
}
