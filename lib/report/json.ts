// The report as JSON: keys in the order of the contract, two spaces, one newline at the end. Two runs that saw
// the same things differ in nothing but their times.

import type { Report } from "../model/report.ts";
import { toSchemaParts } from "../model/schema-parts.ts";
import { ReportSchema } from "./schema.ts";

/** C1 controls, bidi and zero-width characters: valid in JSON, but not to be passed to a terminal as they are. */
const UNPRINTABLE =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

export function toJson(report: Report): string {
  const json = JSON.stringify(toOrdered(ReportSchema, report), null, 2);
  return `${json.replace(UNPRINTABLE, toEscape)}\n`;
}

function toEscape(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
}

/** Keys in the schema's order, then any others by code unit. */
function toOrdered(schema: unknown, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { entries, item } = toSchemaParts(schema);
  if (Array.isArray(value)) return value.map((element) => toOrdered(item, element));
  const known = Object.keys(entries ?? {}).filter((key) => Object.hasOwn(value, key));
  const others = Object.keys(value)
    .filter((key) => !known.includes(key))
    .toSorted();
  return Object.fromEntries(
    [...known, ...others].map((key) => [key, toOrdered(entries?.[key], Reflect.get(value, key))]),
  );
}
