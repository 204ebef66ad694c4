// One HTTP exchange as the emulated services see it: nothing decoded that a signature covers.

import type { Delivery } from "../deliver.ts";

export interface WireRequest {
  readonly method: string;
  /** Percent-encoded, exactly as it was sent. */
  readonly rawPath: string;
  /** Name and value, decoded, in the order sent. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** By lower-case name; repeated headers joined with a comma. */
  readonly headers: ReadonlyMap<string, string>;
  /** As it was sent: not yet unchunked. */
  readonly body: Buffer;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** Absent: whole and at once. */
  readonly delivery?: Delivery;
}

export function queryValue(request: WireRequest, name: string): string | undefined {
  return request.query.find(([key]) => key === name)?.[1];
}

/** Splits a request target, without the normalisation that `URL` does and a signature does not. */
export function parseTarget(target: string): Pick<WireRequest, "rawPath" | "query"> {
  const mark = target.indexOf("?");
  if (mark === -1) return { rawPath: target, query: [] };
  return { rawPath: target.slice(0, mark), query: parseQuery(target.slice(mark + 1)) };
}

function parseQuery(text: string): WireRequest["query"] {
  return text
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      if (equals === -1) return [decode(pair), ""];
      return [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
    });
}

/** A malformed escape stays as it is; the signature over it will not match. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
