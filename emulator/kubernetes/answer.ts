// What the emulated API server answers to one request, before it is compressed and sent.

import type { Delivery } from "../deliver.ts";
import type { Status } from "./status.ts";

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Made when it is sent; not called when the encoded body is still cached under `cacheKey`. */
  readonly render: () => string;
  readonly cacheKey: string | null;
  /** Absent: whole and at once. */
  readonly delivery?: Delivery;
}

export function toJsonAnswer(status: number, value: unknown): Answer {
  return {
    status,
    contentType: "application/json",
    headers: {},
    render: () => `${JSON.stringify(value)}\n`,
    cacheKey: null,
  };
}

export function toStatusAnswer(status: Status, headers: Readonly<Record<string, string>> = {}): Answer {
  return { ...toJsonAnswer(status.code, status), headers };
}

export function toTextAnswer(
  status: number,
  text: string,
  contentType = "text/plain; charset=utf-8",
): Answer {
  return { status, contentType, headers: {}, render: () => text, cacheKey: null };
}
