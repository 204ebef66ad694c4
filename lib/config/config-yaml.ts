// Turns the text of a configuration file into plain data and remembers the lines. YAML 1.2 contains JSON, so
// one parser reads both. It bounds what a hostile file can cost and resolves nothing beyond the core schema.

import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type YAMLMap,
} from "yaml";
import { ConfigurationError, type Problem } from "../model/configuration-error.ts";
import type { Path } from "../parse-input.ts";
import { offsetToMend } from "../unclosed-yaml.ts";

export interface ParsedFile {
  readonly value: unknown;
  /** Line of the value at a path, or of the nearest thing around it. */
  readonly lineOf: (path: Path) => number | null;
}

const MAX_BYTES = 1_000_000;
/** A handful is convenience; the packages' own limit on what aliases expand to comes on top. */
const MAX_ALIASES = 100;
const MAX_ALIAS_EXPANSION = 100;
const MAX_SYNTAX_PROBLEMS = 20;

/** An empty file is an empty map: every key has a default. */
export function parseFile(text: string, fileName: string): ParsedFile {
  refuseLargeText(text, fileName);
  const lines = new LineCounter();
  // Unique keys are checked below: the package compares each key with each other one, which took 38 s for
  // 60,000 keys. Pretty errors would quote the file, and with it perhaps a secret.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
  });
  const problems = [...toSyntaxProblems(document, lines), ...toStructureProblems(document, lines)];
  if (problems.length > 0) throw new ConfigurationError(fileName, problems.slice(0, MAX_SYNTAX_PROBLEMS));
  return { value: expand(document, fileName) ?? {}, lineOf: createLineLookup(document, lines) };
}

function refuseLargeText(text: string, fileName: string): void {
  const bytes = Buffer.byteLength(text, "utf8");
  if (bytes <= MAX_BYTES) return;
  const seen = `${(bytes / 1_000_000).toFixed(1)} MB`;
  const hint = "A configuration of this size is a mistake: is it another file?";
  throw new ConfigurationError(fileName, [toFileProblem(seen, "at most 1 MB of YAML or JSON", hint)]);
}

function toFileProblem(seen: string, expected: string, hint: string | null): Problem {
  return { path: "", line: null, seen, expected, hint };
}

/** Where the package's own words are for whoever programs with it. */
const SEEN_SYNTAX: Readonly<Record<string, string>> = {
  RESOURCE_EXHAUSTION: "something nested too deeply",
  MULTIPLE_DOCS: "a second document",
};

const EXPECTED_SYNTAX: Readonly<Record<string, string>> = {
  RESOURCE_EXHAUSTION: "maps and lists nested a few levels deep",
  MULTIPLE_DOCS: "one YAML document, without a --- line between two",
  TAG_RESOLVE_FAILED: "plain values, without !tags",
  TAB_AS_INDENT: "spaces for indentation, not tabs",
};

function toSyntaxProblems(document: Document.Parsed, lines: LineCounter): Problem[] {
  return [...document.errors, ...document.warnings].slice(0, MAX_SYNTAX_PROBLEMS).map((error) => {
    const { line, col } = lines.linePos(offsetToMend(document, error));
    return {
      path: `line ${line}, column ${col}`,
      line: null,
      seen: SEEN_SYNTAX[error.code] ?? error.message,
      expected: EXPECTED_SYNTAX[error.code] ?? "valid YAML or JSON",
      hint: null,
    };
  });
}

function toStructureProblems(document: Document.Parsed, lines: LineCounter): Problem[] {
  const problems: Problem[] = [];
  let aliases = 0;
  visit(document, {
    Alias: () => {
      aliases += 1;
    },
    Map: (_, map) => {
      for (const problem of toKeyProblems(map, lines)) problems.push(problem);
    },
  });
  if (aliases > MAX_ALIASES)
    problems.push(toFileProblem(`${aliases} aliases`, `at most ${MAX_ALIASES} aliases (*name)`, null));
  return problems;
}

function toKeyProblems(map: YAMLMap, lines: LineCounter): Problem[] {
  const keys = new Set<string>();
  const problems: Problem[] = [];
  for (const pair of map.items) {
    const name = isPair(pair) && isScalar(pair.key) ? String(pair.key.value) : null;
    const at = toPosition(isPair(pair) ? pair.key : null, lines);
    if (name === null)
      problems.push({
        ...at,
        seen: "a key that is a list, a map or an alias",
        expected: "a name",
        hint: null,
      });
    else if (keys.has(name))
      problems.push({
        ...at,
        seen: `the key ${JSON.stringify(name)} a second time`,
        expected: "each key once",
        hint: null,
      });
    else keys.add(name);
  }
  return problems;
}

function toPosition(node: unknown, lines: LineCounter): { path: string; line: null } {
  const offset = isNode(node) ? node.range?.[0] : undefined;
  if (offset === undefined) return { path: "", line: null };
  const { line, col } = lines.linePos(offset);
  return { path: `line ${line}, column ${col}`, line: null };
}

/** The package throws a ReferenceError, and only here, when aliases multiply ("billion laughs"). */
function expand(document: Document.Parsed, fileName: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIAS_EXPANSION });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const expected = "aliases (*name) that stand for little, and for anchors (&name) that exist";
    throw new ConfigurationError(fileName, [toFileProblem(error.message, expected, null)]);
  }
}

/** Looks up lines by path; each map is indexed once, because there may be as many problems as keys. */
function createLineLookup(document: Document.Parsed, lines: LineCounter): ParsedFile["lineOf"] {
  const indexes = new WeakMap<YAMLMap, ReadonlyMap<string, unknown>>();
  const childOf = (node: unknown, step: string | number): unknown => {
    if (isSeq(node) && typeof step === "number") return node.items[step];
    if (!isMap(node)) return undefined;
    const index = indexes.get(node) ?? toIndex(node);
    indexes.set(node, index);
    return index.get(String(step));
  };
  return (path) => {
    let node: unknown = document.contents;
    let line: number | null = null;
    for (const step of path) {
      node = childOf(node, step);
      const offset = isNode(node) && !isAlias(node) ? node.range?.[0] : undefined;
      if (offset === undefined) return line;
      line = lines.linePos(offset).line;
    }
    return line;
  };
}

function toIndex(map: YAMLMap): ReadonlyMap<string, unknown> {
  return new Map(map.items.map(({ key, value }) => [isScalar(key) ? String(key.value) : "", value]));
}
