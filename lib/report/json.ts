// The report as JSON: keys in the order of the contract, two spaces, one newline at the end. Two runs that saw
// the same things differ in nothing but their times.

import type { Report } from "../model/report.ts";
import { toPrintableJson } from "../model/printable-json.ts";
import { toSchemaParts } from "../model/schema-parts.ts";
import { ReportSchema } from "./schema.ts";

export function toJson(report: Report): string {
  const json = JSON.stringify(toOrdered(ReportSchema, report), null, 2);
  return `${toPrintableJson(json)}\n`;
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
