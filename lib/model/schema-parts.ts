// Looks into a valibot schema: which keys a map knows, what a list holds, what a choice offers. For messages
// to people only; what is valid is decided by valibot alone.

export interface SchemaParts {
  /** `string`, `array`, `strict_object`, ...; "" where it is not a schema. */
  readonly type: string;
  /** Schemas of a map's keys. */
  readonly entries: Readonly<Record<string, unknown>> | null;
  /** Schema of a list's items. */
  readonly item: unknown;
  /** Values of a picklist, or schemas of a union. */
  readonly options: readonly unknown[];
}

/** Sees through `optional` and the like. */
export function toSchemaParts(schema: unknown): SchemaParts {
  const wrapped = property(schema, "wrapped");
  if (wrapped !== undefined) return toSchemaParts(wrapped);
  const type = property(schema, "type");
  const options = property(schema, "options");
  return {
    type: typeof type === "string" ? type : "",
    entries: toRecord(property(schema, "entries")),
    item: property(schema, "item"),
    options: Array.isArray(options) ? options : [],
  };
}

/** The schema of the value at a path; undefined where the schema has no such place. */
export function schemaAt(schema: unknown, path: readonly (string | number)[]): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return schema;
  const { type, entries, item, options } = toSchemaParts(schema);
  if (type === "union")
    return options.map((option) => schemaAt(option, path)).find((found) => found !== undefined);
  if (typeof step === "number") return item === undefined ? undefined : schemaAt(item, rest);
  if (entries === null || !Object.hasOwn(entries, step)) return undefined;
  return schemaAt(entries[step], rest);
}

function property(value: unknown, name: string): unknown {
  return toRecord(value)?.[name];
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> | null {
  return isRecord(value) ? value : null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
