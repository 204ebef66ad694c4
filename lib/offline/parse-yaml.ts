// One YAML document from text to plain data, as kubectl reads it, with what a hostile one can cost bounded.
// A problem is told by its kind: the text itself may hold a secret and is never quoted.

import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import type { Document, ScalarTag, YAMLMap } from "yaml";
import { offsetToMend } from "../unclosed-yaml.ts";
import type { DocumentText } from "./split-documents.ts";

export interface ParsedDocument {
  readonly value: unknown;
  /** Line of the file on which the value begins. */
  readonly line: number;
  /** Lines of the objects in a list's `items`; empty where they are not known. */
  readonly itemLines: readonly number[];
}

export interface DocumentProblem {
  readonly line: number;
  /** One clause. */
  readonly detail: string;
}

/** A few repeated parts are convenience; hundreds of references are an attack on the reader. */
const MAX_ALIASES = 200;
/** How often one anchor may multiply by way of others, which is how nine lines become a billion. */
const MAX_ALIAS_EXPANSION = 100;

export function parseYaml({ text, line: firstLine }: DocumentText): ParsedDocument | DocumentProblem {
  const lines = new LineCounter();
  const lineAt = (offset: number): number => firstLine + lines.linePos(offset).line - 1;
  const document = parseDocument(text, {
    lineCounter: lines,
    // Pretty errors quote the text. Keys are compared below: the package takes square time for it.
    prettyErrors: false,
    uniqueKeys: false,
    // kubectl's parser (sigs.k8s.io/yaml) resolves merge keys and the booleans of YAML 1.1.
    merge: true,
    customTags: (tags) => [...tags, YES, NO],
  });
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined)
    return {
      line: lineAt(offsetToMend(document, error)),
      detail: `not valid YAML: ${EXPLAINED[error.code] ?? error.code}`,
    };
  const problem = structureProblem(document);
  if (problem !== null) return { line: lineAt(problem.offset), detail: problem.detail };
  const line = lineAt(offsetOf(document.contents));
  const expanded = expand(document);
  if (expanded === null)
    return { line, detail: "references (*name) or merges (<<) that multiply or lead to nothing of use" };
  return { ...expanded, line, itemLines: itemsOf(document.contents).map((item) => lineAt(offsetOf(item))) };
}

const EXPLAINED: Readonly<Record<string, string>> = {
  BAD_ALIAS: "a reference (*name) to an anchor that is not there",
  BAD_DQ_ESCAPE: "an escape sequence that YAML does not know",
  BAD_INDENT: "wrong indentation",
  BAD_SCALAR_START: "a value that begins with a character which has a meaning of its own; quote it",
  MISSING_CHAR: "a bracket, brace, quote or comma is missing",
  MULTILINE_IMPLICIT_KEY: "a key that spans lines; is a colon or an indentation missing?",
  MULTIPLE_DOCS: "a second document without a --- line before it",
  RESOURCE_EXHAUSTION: "nested too deeply",
  TAB_AS_INDENT: "a tab as indentation",
  TAG_RESOLVE_FAILED: "a !tag, which plain manifests do not have",
  UNEXPECTED_TOKEN: "something that cannot stand here",
};

function boolean(test: RegExp, value: boolean): ScalarTag {
  return { tag: "tag:yaml.org,2002:bool", default: true, test, resolve: () => value };
}

const YES = boolean(/^(?:y|Y|yes|Yes|YES|on|On|ON)$/, true);
const NO = boolean(/^(?:n|N|no|No|NO|off|Off|OFF)$/, false);

interface StructureProblem {
  readonly offset: number;
  readonly detail: string;
}

function structureProblem(document: Document.Parsed): StructureProblem | null {
  let problem: StructureProblem | null = null;
  let aliases = 0;
  visit(document, {
    Alias: (_, alias) => {
      aliases += 1;
      if (aliases <= MAX_ALIASES) return undefined;
      problem = { offset: offsetOf(alias), detail: `more than ${MAX_ALIASES} references (*name)` };
      return visit.BREAK;
    },
    Map: (_, map) => {
      problem = keyProblem(map);
      return problem === null ? undefined : visit.BREAK;
    },
  });
  return problem;
}

function keyProblem(map: YAMLMap): StructureProblem | null {
  const keys = new Set<string>();
  for (const { key } of map.items) {
    const offset = offsetOf(key);
    const name = isScalar(key) ? nameOf(key.value) : null;
    if (name === null) return { offset, detail: "a key that is no name" };
    if (keys.has(name)) return { offset, detail: "the same key twice in one map" };
    keys.add(name);
  }
  return null;
}

/**
 * Only the package's own code runs here, and it throws for what the document is: references that multiply or
 * lead nowhere (ReferenceError), a merge of what is no map (Error), nesting that exhausts the stack (RangeError).
 */
function expand(document: Document.Parsed): { readonly value: unknown } | null {
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIAS_EXPANSION }) };
  } catch (error) {
    if (error instanceof TypeError) throw error;
    return null;
  }
}

/** JSON has names alone; kubectl turns a number or a boolean into one. The merge key is a symbol. */
function nameOf(key: unknown): string | null {
  if (typeof key === "symbol") return key.description ?? null;
  return typeof key === "string" || typeof key === "number" || typeof key === "boolean" ? `${key}` : null;
}

function itemsOf(contents: unknown): readonly unknown[] {
  if (!isMap(contents)) return [];
  const items = contents.items.find(({ key }) => isScalar(key) && key.value === "items")?.value;
  return isSeq(items) ? items.items : [];
}

function offsetOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
