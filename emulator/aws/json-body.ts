// Reads the members of a JSON request: each is what the API says it is, or the call is refused.

import { AwsError } from "./aws-error.ts";
import type { WireRequest } from "./wire.ts";

export type JsonRecord = Readonly<Record<string, unknown>>;

/** An empty body is an operation without input. */
export function parseJsonBody(request: WireRequest): JsonRecord {
  if (request.body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(request.body.toString("utf8"));
  } catch {
    throw new AwsError("SerializationException", 400, "The request body is not JSON");
  }
  if (!isRecord(value))
    throw new AwsError("SerializationException", 400, "The request body is not an object");
  return value;
}

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Undefined: the member was not sent. `code` is what the service calls a bad parameter. */
export function optionalString(input: JsonRecord, name: string, code: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw new AwsError(code, 400, `${name} must be a string`);
  return value;
}

export function requiredString(input: JsonRecord, name: string, code: string): string {
  const value = optionalString(input, name, code);
  if (value === undefined || value === "") throw new AwsError(code, 400, `${name} is required`);
  return value;
}

/** A page size between 1 and `most`; the API's default, which is also `most` here, where it was not sent. */
export function pageSize(value: unknown, name: string, most: number, code: string): number {
  if (value === undefined || value === null) return most;
  const size = typeof value === "string" ? Number(value) : value;
  if (typeof size === "number" && Number.isInteger(size) && size >= 1 && size <= most) return size;
  throw new AwsError(code, 400, `${name} must be a whole number between 1 and ${most}`);
}
