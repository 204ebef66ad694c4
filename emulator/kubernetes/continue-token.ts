// The opaque `continue` of a list: where it goes on, and at which revision of the storage.
// Source: k8s.io/apiserver pkg/storage/continue.go, so that a client that peeks sees what it would see there.

import { RefusedRequest, toBadRequest } from "./status.ts";

export interface ContinueToken {
  /** null: whatever is newest, so the list may be inconsistent. */
  readonly revision: number | null;
  /** The first storage key that was not sent yet. */
  readonly start: string;
}

const VERSION = "meta.k8s.io/v1";
const NEWEST = -1;

export function encodeContinueToken({ revision, start }: ContinueToken): string {
  const token = { v: VERSION, rv: revision ?? NEWEST, start };
  return Buffer.from(JSON.stringify(token)).toString("base64url");
}

export function decodeContinueToken(text: string): ContinueToken {
  const token = parseJson(Buffer.from(text, "base64url").toString());
  const isToken =
    typeof token === "object" &&
    token !== null &&
    "v" in token &&
    "rv" in token &&
    "start" in token &&
    token.v === VERSION &&
    typeof token.rv === "number" &&
    typeof token.start === "string";
  if (!isToken) throw new RefusedRequest(toBadRequest("continue key is not valid"));
  return { revision: token.rv === NEWEST ? null : Number(token.rv), start: String(token.start) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
