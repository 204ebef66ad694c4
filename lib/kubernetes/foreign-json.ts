// First looks at parsed JSON whose shape nobody vouches for.

/** An own property of a parsed object may be called `__proto__`: read members by Object.hasOwn or Object.entries. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isStringMap(value: unknown): value is Readonly<Record<string, string>> {
  if (!isRecord(value)) return false;
  for (const key in value) if (Object.hasOwn(value, key) && typeof value[key] !== "string") return false;
  return true;
}

/**
 * Whether a value of JSON.parse nests deeper than `depth` levels: that takes any depth, JSON.stringify does not. Goes over
 * every part of a list, so no text or number costs a call.
 */
export function isDeeperThan(depth: number, value: unknown): boolean {
  if (!isContainer(value)) return false;
  if (depth === 0) return true;
  if (Array.isArray(value)) return value.some((part) => isContainer(part) && isDeeperThan(depth - 1, part));
  // What JSON.parse makes inherits nothing that can be counted.
  for (const member in value) {
    const part = value[member];
    if (isContainer(part) && isDeeperThan(depth - 1, part)) return true;
  }
  return false;
}

/** An object or an array. */
export function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** A page has 500 objects of some hundred parts, and a part of them takes some 60 bytes of memory. */
const MAX_CONTAINERS = 2_000_000;

/**
 * Whether JSON has so many objects and arrays that parsing it would take the process: 64 MB of `{},` took 2 GB, and
 * the scan of every other cluster along. Brackets in texts count, because telling them apart costs a parser.
 */
export function hasTooManyContainers(json: string): boolean {
  if (json.length <= MAX_CONTAINERS) return false;
  let containers = 0;
  for (let at = 0; at < json.length && containers <= MAX_CONTAINERS; at += 1) {
    const unit = json.charCodeAt(at);
    if (unit === OPENING_BRACE || unit === OPENING_BRACKET) containers += 1;
  }
  return containers > MAX_CONTAINERS;
}

const OPENING_BRACE = 0x7b;
const OPENING_BRACKET = 0x5b;
