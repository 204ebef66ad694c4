// Reads foreign objects field by field. It never indexes by a foreign name and never invents a value.

export type RawRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is RawRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An own member; JSON null means the same as absent, as the API server reads it. */
export function member(record: RawRecord, field: string): unknown {
  const value = Object.hasOwn(record, field) ? record[field] : undefined;
  return value === null ? undefined : value;
}

/** The first own field that is not among `known`, or null. */
export function unknownField(record: RawRecord, known: ReadonlySet<string>): string | null {
  for (const field in record) if (!known.has(field) && Object.hasOwn(record, field)) return field;
  return null;
}

/** Foreign text for a sentence: quoted, without control characters, at most 64 characters of it. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 66 ? text : `${text.slice(0, 64)}…`;
}
