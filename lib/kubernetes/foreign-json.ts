// First looks at parsed JSON whose shape nobody vouches for.

/** An own property of a parsed object may be called `__proto__`: read members by Object.hasOwn or Object.entries. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isStringMap(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every((entry) => typeof entry === "string");
}

/** Whether the value nests deeper than `depth` levels. JSON.parse takes any depth, JSON.stringify does not. */
export function isDeeperThan(depth: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (depth === 0) return true;
  return Object.values(value).some((entry) => isDeeperThan(depth - 1, entry));
}
