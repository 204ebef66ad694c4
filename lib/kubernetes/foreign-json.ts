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

/**
 * Of either kind. A page has 500 objects of some hundred parts; an object or array takes some 60 bytes of memory, a
 * member under a name of its own 110, and twice that while it is parsed.
 */
const MAX_PARTS = 2_000_000;

/**
 * Whether JSON has so many objects and arrays, or members of objects, that parsing it would take the process, and the
 * scan of every other cluster along: 64 MB of `{},` took 2 GB, 48 MB of members 0.9. Brackets, and colons behind
 * quotes, count in texts too, because telling them apart costs a parser.
 */
export function hasTooManyParts(json: string): boolean {
  return hasTooManyContainers(json) || hasTooManyMembers(json);
}

function hasTooManyContainers(json: string): boolean {
  if (json.length <= MAX_PARTS) return false;
  let containers = 0;
  for (let at = 0; at < json.length && containers <= MAX_PARTS; at += 1) {
    const unit = json.charCodeAt(at);
    if (unit === OPENING_BRACE || unit === OPENING_BRACKET) containers += 1;
  }
  return containers > MAX_PARTS;
}

/** No shorter member has a comma behind it. So of pages as clusters have them nothing is looked at. */
const MIN_MEMBER_LENGTH = '"":0,'.length;

function hasTooManyMembers(json: string): boolean {
  if (json.length <= MAX_PARTS * MIN_MEMBER_LENGTH) return false;
  let members = 0;
  for (let at = 0; at < json.length && members <= MAX_PARTS; at += 1)
    if (json.charCodeAt(at) === COLON && isBehindQuote(json, at)) members += 1;
  return members > MAX_PARTS;
}

function isBehindQuote(json: string, colon: number): boolean {
  let at = colon - 1;
  while (BLANKS.has(json.charCodeAt(at))) at -= 1;
  return json.charCodeAt(at) === QUOTE;
}

const [OPENING_BRACE, OPENING_BRACKET, COLON, QUOTE] = [0x7b, 0x5b, 0x3a, 0x22];
/** RFC 8259 §2: space, tab, line feed and carriage return may stand before a colon. */
const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
