// Checks what people and machines hand to Ringfence (configuration, events) against a schema and says
// everything that is wrong with it at once. It never prints a secret, however wrong its place is.

import * as v from "valibot";
import { ConfigurationError, type Problem } from "./model/configuration-error.ts";
import { shorten } from "./model/shorten.ts";
import { nearest } from "./nearest.ts";
import { schemaAt, toSchemaParts } from "./model/schema-parts.ts";

export type Path = readonly (string | number)[];

export interface InputSource {
  /** File name, or what else the input is called: "start event". */
  readonly name: string;
  readonly lineOf: (path: Path) => number | null;
  /** The place as people know it: `regions[1]`, or the variable that it came from. */
  readonly nameOf: (path: Path) => string;
  /** What was found wrong before the schema looked. */
  readonly problems?: readonly Problem[];
}

export function sourceWithoutLines(name: string): InputSource {
  return { name, lineOf: () => null, nameOf: toPathText };
}

/** `exemptions[0].until` */
export function toPathText(path: Path): string {
  return path.reduce<string>(
    (text, step) => (typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`),
    "",
  );
}

/** Throws one ConfigurationError with every problem. */
export function parseInput<const T extends v.GenericSchema>(
  schema: T,
  input: unknown,
  source: InputSource,
): v.InferOutput<T> {
  const result = v.safeParse(schema, input);
  const strangeKeys = collectStrangeKeys(schema, input, []);
  const found = source.problems ?? [];
  if (result.success && strangeKeys.length + found.length === 0) return result.output;
  // valibot tells of one unknown key per map (`never`); ours are all of them.
  const issues = (result.issues ?? []).filter((issue) => issue.expected !== "never");
  const faults = [...strangeKeys, ...issues.map((issue) => toFault(issue, schema, input))];
  throw new ConfigurationError(source.name, [...found, ...toProblems(faults, source)]);
}

interface Fault extends Pick<Problem, "seen" | "expected" | "hint"> {
  readonly path: Path;
}

/** One problem per place and sentence: a text can be too long and of the wrong form at once. */
function toProblems(faults: readonly Fault[], source: InputSource): Problem[] {
  const problems = new Map<string, Problem>();
  for (const { path, ...fault } of faults)
    problems.set(JSON.stringify([path, fault.expected]), {
      ...fault,
      path: source.nameOf(path),
      line: source.lineOf(path),
    });
  return [...problems.values()];
}

/**
 * What valibot lets pass or tells only in part: every unknown key of every map (`constructor` it takes for a
 * known one), and lists where a map should be (it takes [] for a map without keys).
 */
function collectStrangeKeys(schema: unknown, input: unknown, path: Path): Fault[] {
  if (typeof input !== "object" || input === null) return [];
  const { type, entries, item, options } = toSchemaParts(schema);
  if (type === "union") return options.flatMap((option) => collectStrangeKeys(option, input, path));
  if (Array.isArray(input) && entries !== null)
    return [{ path, seen: toSeen(input, path), expected: toMapSentence(entries), hint: null }];
  if (Array.isArray(input))
    return input.flatMap((value, index) => collectStrangeKeys(item, value, [...path, index]));
  if (entries === null) return [];
  const known = Object.keys(entries);
  return Object.entries(input).flatMap(([key, value]) => {
    if (Object.hasOwn(entries, key)) return collectStrangeKeys(entries[key], value, [...path, key]);
    return type === "strict_object" ? [toUnknownKey(key, known, path)] : [];
  });
}

function toUnknownKey(key: string, known: readonly string[], path: Path): Fault {
  const meant = nearest(key, known);
  return {
    path: [...path, key],
    seen: `the unknown key ${JSON.stringify(shorten(key, 60))}`,
    expected: known.length === 0 ? "no keys" : `the keys ${known.join(", ")}`,
    hint: meant === null ? null : `Did you mean ${meant}?`,
  };
}

function toFault(issue: v.BaseIssue<unknown>, schema: unknown, input: unknown): Fault {
  const path = toPath(issue);
  const value = valueAt(input, path);
  const place = schemaAt(schema, path);
  const seen = toSeen(value, path);
  return { path, seen, expected: toExpected(issue, place), hint: toHint(value, place) };
}

function toPath(issue: v.BaseIssue<unknown>): Path {
  return (issue.path ?? []).map(({ key }) => (typeof key === "number" ? key : String(key)));
}

function valueAt(input: unknown, path: Path): unknown {
  let value: unknown = input;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

/** The schema's own sentence; for maps, which have none, their keys. */
function toExpected(issue: v.BaseIssue<unknown>, place: unknown): string {
  const { type, entries } = toSchemaParts(place);
  const isAboutType = issue.kind === "schema";
  if (isAboutType && type.endsWith("object") && entries !== null) return toMapSentence(entries);
  if (isMissing(issue) && isSchema(place))
    return v.safeParse(place, undefined).issues?.[0].message ?? issue.message;
  return issue.message;
}

function toMapSentence(entries: Readonly<Record<string, unknown>>): string {
  return `a map with the keys ${Object.keys(entries).join(", ")}`;
}

/** valibot reports a missing key at its map, with the place of the key. */
function isMissing(issue: v.BaseIssue<unknown>): boolean {
  return issue.path?.at(-1)?.origin === "key";
}

function isSchema(place: unknown): place is v.GenericSchema {
  return toSchemaParts(place).type !== "";
}

/** Values of these keys are secrets, or places where people paste one by mistake. */
const SECRET_KEYS = new Set<string | number>(["externalId", "secretArn"]);
export const NOT_SHOWN = "a value that is not shown here, because it may be a secret";

function toSeen(value: unknown, path: Path): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null: nothing stands after the colon";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return toKeysSeen(Object.keys(value));
  if (path.some((step) => SECRET_KEYS.has(step))) return NOT_SHOWN;
  if (typeof value === "string")
    return value.includes("://") ? NOT_SHOWN : JSON.stringify(shorten(value, 120));
  return typeof value === "number" || typeof value === "boolean"
    ? `the ${typeof value} ${value}`
    : typeof value;
}

function toKeysSeen(keys: readonly string[]): string {
  return keys.length === 0 ? "a map without keys" : `a map with the keys ${keys.join(", ")}`;
}

function toHint(value: unknown, place: unknown): string | null {
  const { type, options } = toSchemaParts(place);
  if (value === undefined) return "The key is required.";
  if (value === null) return "Leave the key out to get its default.";
  if (type === "string" && (typeof value === "number" || typeof value === "boolean"))
    return `Put it in quotes: without them YAML reads a ${typeof value}, and drops leading zeros.`;
  if (type === "number" && typeof value === "string") return "Write the number without quotes.";
  if (type === "array" && !Array.isArray(value)) return "Write a list, even of one: [item].";
  if (type !== "picklist" || typeof value !== "string") return null;
  const meant = nearest(
    value,
    options.filter((option) => typeof option === "string"),
  );
  return meant === null ? null : `Did you mean ${meant}?`;
}
