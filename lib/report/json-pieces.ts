// The text of `JSON.stringify(value, null, 2)` in pieces, so that of a long list one item is in memory at a time.

/** Written as an array, and read once. */
export class ItemByItem {
  readonly values: Iterable<unknown>;

  constructor(values: Iterable<unknown>) {
    this.values = values;
  }
}

/** Of plain values. */
export function* toJsonPieces(value: unknown, indentation = ""): Generator<string, void> {
  const inner = `${indentation}  `;
  if (value instanceof ItemByItem)
    yield* toItems(value.values, indentation, (item) => [
      // Inside JSON's strings a line break is \n, so each one here is between its lines.
      JSON.stringify(item, null, 2).replaceAll("\n", `\n${inner}`),
    ]);
  else if (Array.isArray(value)) yield* toItems(value, indentation, (item) => toJsonPieces(item, inner));
  else if (typeof value === "object" && value !== null) yield* toMembers(value, indentation);
  else yield JSON.stringify(value);
}

function* toItems(
  values: Iterable<unknown>,
  indentation: string,
  toPieces: (item: unknown) => Iterable<string>,
): Generator<string, void> {
  let before = "[";
  for (const item of values) {
    yield `${before}\n${indentation}  `;
    yield* toPieces(item);
    before = ",";
  }
  yield before === "[" ? "[]" : `\n${indentation}]`;
}

function* toMembers(value: object, indentation: string): Generator<string, void> {
  let before = "{";
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    yield `${before}\n${indentation}  ${JSON.stringify(key)}: `;
    yield* toJsonPieces(member, `${indentation}  `);
    before = ",";
  }
  yield before === "{" ? "{}" : `\n${indentation}}`;
}
