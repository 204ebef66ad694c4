// Arbitraries of what the outside may send: texts of every kind, JSON with an object's own member names, and true
// samples with one or more places spoiled.

import * as fc from "fast-check";

const NAMES = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "then",
  "length",
  "metadata",
  "spec",
  "items",
  "name",
  "",
];

const TEXTS = [
  "",
  " ",
  "\ud800",
  "\udc00x",
  "\u202egnp.exe",
  "\u200b\ufeff",
  "e\u0301\u0323",
  "\u0000",
  "\u001b]8;;http://evil.example\u0007x",
  "\r\nforged: line",
  "NaN",
  "-1",
  "1e9",
  "10.0.0.0/999",
  "::ffff:10.0.0.1/8",
  "0x7f.1",
  "9".repeat(400),
  "2026-13-45T99:99:99Z",
  "true",
  "null",
  "*",
  "?".repeat(300),
];

export const hostileText = fc.oneof(
  fc.constantFrom(...TEXTS, ...NAMES),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.string({ unit: "grapheme", maxLength: 10 }),
);

const NUMBERS = [
  0,
  -0,
  -1,
  0.5,
  65_535,
  65_536,
  1e9,
  1e308,
  2 ** 53,
  -(2 ** 63),
  Number.MIN_VALUE,
  Number.MAX_SAFE_INTEGER,
];

const leaf = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(null, true, false, ...NUMBERS),
  fc.constantFrom<unknown>([], {}),
);

/** Out of a text, as from the wire: `__proto__` is an own member and no number is NaN. */
export const hostileJson: fc.Arbitrary<unknown> = fc
  .letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf.map((value) => JSON.stringify(value)),
      fc.array(tie("value"), { maxLength: 4 }).map((items) => `[${items.join(",")}]`),
      fc
        .array(fc.tuple(fc.oneof(fc.constantFrom(...NAMES), hostileText), tie("value")), { maxLength: 4 })
        .map((members) => `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(",")}}`),
    ),
  }))
  .value.map((text): unknown => JSON.parse(text));

/** A place among all places of a value, counted in the order of a walk, and what is done there. */
export interface Spoiling {
  readonly place: number;
  readonly how: "replace" | "remove" | "add" | "repeat";
  readonly key: string;
  readonly value: unknown;
}

export const spoiling: fc.Arbitrary<Spoiling> = fc.record({
  place: fc.nat(100_000),
  how: fc.constantFrom("replace", "replace", "remove", "add", "repeat"),
  key: fc.oneof(fc.constantFrom(...NAMES), hostileText),
  value: hostileJson,
});

export const spoilings = fc.array(spoiling, { minLength: 1, maxLength: 4 });

/** A copy of plain data with one place spoiled. */
export function spoil(value: unknown, { place, how, key, value: foreign }: Spoiling): unknown {
  const places = countPlaces(value);
  let left = place % places;
  const walk = (node: unknown): unknown => {
    const isHere = left === 0;
    left -= 1;
    if (isHere) return spoilHere(node, how, key, foreign);
    if (Array.isArray(node)) return node.flatMap((item) => toList(walk(item)));
    if (typeof node !== "object" || node === null) return node;
    return toRecord(Object.entries(node).map(([name, member]) => [name, walk(member)]));
  };
  const spoiled = walk(value);
  return spoiled === REMOVED ? null : spoiled;
}

export function spoilAll(value: unknown, all: readonly Spoiling[]): unknown {
  return all.reduce<unknown>(spoil, value);
}

const REMOVED = Symbol("removed");

function toList(item: unknown): readonly unknown[] {
  return item === REMOVED ? [] : [item];
}

/** By definition and not by assignment, so that `__proto__` is a member. */
function toRecord(members: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(members.filter(([, value]) => value !== REMOVED));
}

function spoilHere(node: unknown, how: Spoiling["how"], key: string, foreign: unknown): unknown {
  if (how === "remove") return REMOVED;
  if (how === "repeat") return [node, node];
  if (how === "replace" || typeof node !== "object" || node === null) return foreign;
  return Array.isArray(node) ? [...node, foreign] : toRecord([...Object.entries(node), [key, foreign]]);
}

function countPlaces(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((sum, member) => sum + countPlaces(member), 1);
}
