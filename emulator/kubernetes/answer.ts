// What the emulated API server answers to one request, before it is compressed and sent.

import type { Delivery } from "../deliver.ts";
import type { Status } from "./status.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Made when it is sent; not called when the encoded body is still cached under `cacheKey`. */
  readonly render: () => Rendered;
  readonly cacheKey: string | null;
  /** Absent: whole and at once. */
  readonly delivery?: Delivery;
}

export interface Rendered {
  readonly contentType: string;
  readonly content: string | Buffer;
}

export function toJsonAnswer(status: number, value: unknown): Answer {
  return {
    status,
    headers: {},
    render: () => toJson(JSON.stringify(value)),
    cacheKey: null,
  };
}

/** The API server ends each document with a line feed. */
export function toJson(text: string): Rendered {
  return { contentType: "application/json", content: `${text}\n` };
}

export function toStatusAnswer(status: Status, headers: Readonly<Record<string, string>> = {}): Answer {
  return { ...toJsonAnswer(status.code, status), headers };
}

export function toTextAnswer(
  status: number,
  text: string,
  contentType = "text/plain; charset=utf-8",
): Answer {
  return { status, headers: {}, render: () => ({ contentType, content: text }), cacheKey: null };
}
