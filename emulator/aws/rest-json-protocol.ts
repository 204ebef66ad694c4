// The AWS REST JSON protocol of EKS, Security Hub and Account: method and path name the operation, JSON both ways.

import { AwsError } from "./aws-error.ts";
import { parseJsonBody } from "./json-body.ts";
import type { JsonRecord } from "./json-body.ts";
import { bindOperation } from "./operation.ts";
import type { Operation, RoutedCall } from "./operation.ts";
import { CLOCK_SKEW_SECONDS, toJsonRefusals } from "./aws-service.ts";
import type { AwsService } from "./aws-service.ts";
import type { WireAnswer, WireRequest } from "./wire.ts";

export interface RestInput {
  /** Labels of the path by name, decoded. */
  readonly labels: ReadonlyMap<string, string>;
  readonly query: WireRequest["query"];
  readonly body: JsonRecord;
}

export interface RestJsonOperation extends Operation<RestInput, JsonRecord> {
  readonly method: "GET" | "POST";
  /** With labels in braces, as the API model writes it. */
  readonly path: string;
}

export interface RestJsonServiceDescription {
  readonly id: string;
  readonly isGlobal: boolean;
  readonly operations: readonly RestJsonOperation[];
}

export function toRestJsonService(description: RestJsonServiceDescription): AwsService {
  return {
    id: description.id,
    refusals: toJsonRefusals(403),
    clockSkewSeconds: CLOCK_SKEW_SECONDS,
    isGlobal: description.isGlobal,
    route: (request) => route(description, request),
    toErrorAnswer,
  };
}

function route(description: RestJsonServiceDescription, request: WireRequest): RoutedCall {
  for (const operation of description.operations) {
    const labels = operation.method === request.method ? matchPath(operation.path, request.rawPath) : null;
    if (labels === null) continue;
    const input: RestInput = { labels, query: request.query, body: parseJsonBody(request) };
    return bindOperation(operation, input, (output, { requestId }) => ({
      status: 200,
      headers: toHeaders(requestId),
      body: JSON.stringify(output),
    }));
  }
  throw new AwsError("UnknownOperationException", 404, "");
}

/** Null: another path. */
function matchPath(template: string, rawPath: string): ReadonlyMap<string, string> | null {
  const wanted = template.split("/");
  const segments = rawPath.split("/");
  if (wanted.length !== segments.length) return null;
  const labels = new Map<string, string>();
  for (const [index, part] of wanted.entries()) {
    const segment = segments[index];
    if (segment === undefined || segment === "") {
      if (part !== "") return null;
    } else if (part.startsWith("{")) {
      labels.set(part.slice(1, -1), decodeLabel(segment));
    } else if (part !== segment) {
      return null;
    }
  }
  return labels;
}

function decodeLabel(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new AwsError("SerializationException", 400, "The path is not percent-encoded");
  }
}

/** A label of the path: `route` has set every one of the operation's. */
export function label(input: RestInput, name: string): string {
  const value = input.labels.get(name);
  if (value === undefined) throw new TypeError(`the operation's path has no label ${name}`);
  return value;
}

export function queryParameter(input: RestInput, name: string): string | undefined {
  return input.query.find(([key]) => key === name)?.[1];
}

function toErrorAnswer(error: AwsError, requestId: string): WireAnswer {
  return {
    status: error.status,
    headers: { ...error.headers, ...toHeaders(requestId), "x-amzn-errortype": error.code },
    body: JSON.stringify({ message: error.message, ...error.members }),
  };
}

function toHeaders(requestId: string): Readonly<Record<string, string>> {
  return { "content-type": "application/json", "x-amzn-requestid": requestId };
}
