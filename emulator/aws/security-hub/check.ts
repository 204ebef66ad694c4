// What a JSON Schema validator says, as plain functions: each check gives the first problem of a value in the words
// of the real service. Pure; knows nothing of findings.

import { isRecord } from "../json-body.ts";
import type { JsonRecord } from "../json-body.ts";

/** First problem of a value; null: none. `at` is the path in the validator's own form, `data.Title`. */
export type Check = (value: unknown, at: string) => string | null;

/** Longer fields are refused whatever they are. (§1.3) */
export const MAX_FIELD_LENGTH = 32_767;

export function text(max: number): Check {
  return (value, at) => (typeof value === "string" ? longerThan(value, max, at) : `${at} should be string`);
}

export function oneOf(...allowed: readonly string[]): Check {
  return (value, at) =>
    typeof value === "string" && allowed.includes(value)
      ? null
      : `${at} should be equal to one of the allowed values`;
}

export function list(most: number, item: Check): Check {
  return (value, at) => {
    if (!Array.isArray(value)) return `${at} should be array`;
    if (value.length > most) return `${at} should NOT have more than ${most} items`;
    return firstProblem(value.map((element, index) => item(element, `${at}[${index}]`)));
  };
}

export function object(members: Readonly<Record<string, Check>>, required: readonly string[] = []): Check {
  return (value, at) => {
    if (!isRecord(value)) return `${at} should be object`;
    const missing = required.find((name) => value[name] === undefined);
    if (missing !== undefined) return `${at} should have required property '${missing}'`;
    return findMemberProblem(value, members, at);
  };
}

export function pairs(most: number, maxKey: number, maxValue: number): Check {
  return (value, at) => {
    if (!isRecord(value)) return `${at} should be object`;
    const entries = Object.entries(value);
    if (entries.length > most) return `${at} should NOT have more than ${most} properties`;
    return firstProblem(
      entries.map(
        ([key, item]) => longerThan(key, maxKey, `${at} name`) ?? text(maxValue)(item, `${at}.${key}`),
      ),
    );
  };
}

export function firstProblem(problems: readonly (string | null)[]): string | null {
  return problems.find((problem) => problem !== null) ?? null;
}

/** A member that was not sent has no problem. */
export function findMemberProblem(
  value: JsonRecord,
  members: Readonly<Record<string, Check>>,
  at: string,
): string | null {
  return firstProblem(
    Object.entries(members).map(([name, check]) =>
      value[name] === undefined ? null : check(value[name], `${at}.${name}`),
    ),
  );
}

export function longerThan(value: string, max: number, at: string): string | null {
  // Characters, not UTF-16 units: a JSON Schema counts code points.
  return value.length > max && Array.from(value).length > max
    ? `${at} should NOT be longer than ${max} characters`
    : null;
}

/** An object that has these members and no others. */
export function exactly(members: Readonly<Record<string, Check>>): Check {
  const check = object(members);
  return (value, at) => {
    const problem = check(value, at);
    if (problem !== null || typeof value !== "object" || value === null) return problem;
    return firstProblem(
      Object.keys(value).map((name) =>
        Object.hasOwn(members, name) ? null : `${at} should NOT have additional properties`,
      ),
    );
  };
}

export const flag: Check = (value, at) => (typeof value === "boolean" ? null : `${at} should be boolean`);

/** "RFC 3339 with Z or offset (±18:00), ≤ 9 fractional digits." (§1.3) */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-8]):?[0-5]\d)$/u;

export const time: Check = (value, at) =>
  typeof value === "string" && TIME.test(value) && !Number.isNaN(Date.parse(value))
    ? null
    : `${at} should match format "date-time"`;
