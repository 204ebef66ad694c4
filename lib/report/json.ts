// The report as JSON: keys in the order of the contract, two spaces, one newline at the end. Two runs that saw
// the same things differ in nothing but their times. Made item by item: a string cannot hold every report.

import type { ReportView } from "../model/report.ts";
import { toPrintableJson } from "../model/printable-json.ts";
import { toSchemaParts, type SchemaParts } from "../model/schema-parts.ts";
import { ReportSchema } from "./schema.ts";

export function* toJson(report: ReportView): Generator<string, void> {
  const { entries } = toSchemaParts(ReportSchema);
  let before = "{";
  for (const key of toKeys(entries, report)) {
    const value: unknown = Reflect.get(report, key);
    if (value === undefined) continue;
    yield `${before}\n  ${toText(undefined, key, "")}: `;
    if (isList(value)) yield* toItems(toSchemaParts(entries?.[key]).item, value);
    else yield toText(entries?.[key], value, "  ");
    before = ",";
  }
  yield "\n}\n";
}

function* toItems(schema: unknown, values: Iterable<unknown>): Generator<string, void> {
  let before = "[";
  for (const value of values) {
    yield `${before}\n    ${toText(schema, value, "    ")}`;
    before = ",";
  }
  yield before === "[" ? "[]" : "\n  ]";
}

function isList(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

function toText(schema: unknown, value: unknown, indentation: string): string {
  const json = JSON.stringify(toOrdered(schema, value), null, 2);
  // Inside JSON's strings a line break is \n, so each one here is between its lines.
  return toPrintableJson(json.replaceAll("\n", `\n${indentation}`));
}

/** Keys in the schema's order, then any others by code unit. */
function toOrdered(schema: unknown, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { entries, item } = toSchemaParts(schema);
  if (Array.isArray(value)) return value.map((element) => toOrdered(item, element));
  return Object.fromEntries(
    toKeys(entries, value).map((key) => [key, toOrdered(entries?.[key], Reflect.get(value, key))]),
  );
}

function toKeys(entries: SchemaParts["entries"], value: object): readonly string[] {
  const known = Object.keys(entries ?? {}).filter((key) => Object.hasOwn(value, key));
  const others = Object.keys(value)
    .filter((key) => !known.includes(key))
    .toSorted();
  return [...known, ...others];
}
