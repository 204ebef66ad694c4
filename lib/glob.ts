// Globs of configuration files: `*` is any run of characters, `?` is exactly one, everything else is itself.
// Never a RegExp: matching takes at most text length × pattern length steps, whatever the pattern.

export const MAX_GLOB_LENGTH = 256;

export type Matcher = (text: string) => boolean;

/** Case-sensitive, over the whole text. `*` crosses slashes. */
export function compileGlob(glob: string): Matcher {
  const [first = "", ...rest] = glob.split("*");
  const last = rest.pop();
  if (last === undefined) return (text) => text.length === first.length && matchesAt(text, 0, first);
  const middle = rest.filter((part) => part !== "");
  return (text) => {
    if (text.length < first.length + last.length) return false;
    if (!matchesAt(text, 0, first)) return false;
    const end = text.length - last.length;
    if (!matchesAt(text, end, last)) return false;
    return containsInOrder(text.slice(0, end), first.length, middle);
  };
}

/** The first place for each part leaves the most room for the next, so nothing is ever tried twice. */
function containsInOrder(text: string, from: number, parts: readonly string[]): boolean {
  let position = from;
  for (const part of parts) {
    const found = find(text, position, part);
    if (found === -1) return false;
    position = found + part.length;
  }
  return true;
}

function find(text: string, from: number, part: string): number {
  if (!part.includes("?")) return text.indexOf(part, from);
  for (let position = from; position + part.length <= text.length; position += 1) {
    if (matchesAt(text, position, part)) return position;
  }
  return -1;
}

function matchesAt(text: string, position: number, part: string): boolean {
  for (let index = 0; index < part.length; index += 1) {
    if (part[index] !== "?" && part[index] !== text[position + index]) return false;
  }
  return true;
}

export function compileGlobs(globs: readonly string[]): Matcher {
  const matchers = globs.map(compileGlob);
  return (text) => matchers.some((matches) => matches(text));
}

/** True for what an `include` glob names and no `exclude` glob does. */
export function compileSelection(lists: {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}): Matcher {
  const isIncluded = compileGlobs(lists.include);
  const isExcluded = compileGlobs(lists.exclude);
  return (text) => isIncluded(text) && !isExcluded(text);
}
