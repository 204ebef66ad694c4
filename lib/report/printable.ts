// A record with every text in it made printable and bounded. Line breaks stay, for files and commands.

import { shorten } from "../model/shorten.ts";
import { toVisibleText } from "../model/visible-text.ts";

/** Longer text than this comes from no API that we read. */
const MAX_LENGTH = 4000;

export function toPrintable<T>(value: T): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same shape: only texts are replaced
  return replaceTexts(value) as T;
}

function replaceTexts(value: unknown): unknown {
  if (typeof value === "string") return shorten(value, MAX_LENGTH).split("\n").map(toVisibleText).join("\n");
  if (Array.isArray(value)) return value.map(replaceTexts);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaceTexts(inner)]));
}
