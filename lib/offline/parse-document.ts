// One document of a manifest, YAML or JSON, as plain data. A list as kubectl dumps it is read item by item,
// because a cluster's dump has no sensible size. What is too large is refused with a sentence.

import { isRecord } from "../kubernetes/foreign-json.ts";
import { countLines, cut, type DocumentText } from "./split-documents.ts";
import { parseYaml, type DocumentProblem, type ParsedDocument } from "./parse-yaml.ts";

/**
 * The API server takes no object beyond 3 MB (k8s.io/apiserver, MaxRequestBodyBytes). Indentation makes the
 * YAML of an object longer than its JSON.
 */
const MAX_YAML_LENGTH = 4_000_000;

/** Below this a list is read in one piece, so that its references may reach from item to item. */
const LARGE_LIST_LENGTH = 1_000_000;

export function* parseDocument(document: DocumentText): Generator<ParsedDocument | DocumentProblem> {
  const json = parseJson(document);
  if (json !== null) yield json;
  else if (document.text.length > LARGE_LIST_LENGTH) yield* parseLarge(document);
  else yield parseYaml(document);
}

/** null: not JSON, or not only; JSON is YAML, so the other parser then says what is wrong with it. */
function parseJson({ text, line }: DocumentText): ParsedDocument | null {
  const start = text.search(/[^\s\uFEFF]/);
  if (text[start] !== "{" && text[start] !== "[") return null;
  try {
    const value: unknown = JSON.parse(text.slice(start));
    if (countKeys(value) !== countKeysInText(text)) return null;
    return { value, line: line + countLines(text.slice(0, start)), itemLines: [] };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** JSON.parse keeps the last of two equal keys without a word; fewer keys than in the text tell. */
function countKeys(root: unknown): number {
  let keys = 0;
  const open: unknown[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== "object" || value === null) continue;
    const members: readonly unknown[] = Object.values(value);
    if (!Array.isArray(value)) keys += members.length;
    for (const member of members) if (typeof member === "object" && member !== null) open.push(member);
  }
  return keys;
}

/** In valid JSON a string before a colon is a key. Without a pattern over the strings: some are megabytes long. */
function countKeysInText(text: string): number {
  const colon = /[ \t\r\n]*:/y;
  let keys = 0;
  for (let start = text.indexOf('"'); start !== -1; start = text.indexOf('"', colon.lastIndex)) {
    const end = endOfString(text, start);
    colon.lastIndex = end + 1;
    if (colon.test(text)) keys += 1;
    else colon.lastIndex = end + 1;
  }
  return keys;
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - backslashes - 1] === "\\") backslashes += 1;
  return backslashes % 2 === 1;
}

function* parseLarge(document: DocumentText): Generator<ParsedDocument | DocumentProblem> {
  const list = splitList(document);
  const envelope = list === null ? null : toListEnvelope(parseBounded(list.envelope));
  if (list === null || envelope === null) {
    yield parseBounded(document);
    return;
  }
  for (const text of list.items) {
    const item = parseBounded(text);
    if ("detail" in item) yield item;
    else yield { value: { ...envelope, items: item.value }, line: item.line, itemLines: [item.line] };
  }
}

function parseBounded(document: DocumentText): ParsedDocument | DocumentProblem {
  const { text, line } = document;
  if (text.length <= MAX_YAML_LENGTH) return parseYaml(document);
  const size = (text.length / 1_000_000).toFixed(1);
  const limit = `${MAX_YAML_LENGTH / 1_000_000} MB`;
  return { line, detail: `a document of ${size} MB that is not JSON; of YAML at most ${limit} are read` };
}

/** All of a list but its items; null where it is no list of objects. */
function toListEnvelope(envelope: ParsedDocument | DocumentProblem): object | null {
  if ("detail" in envelope || !isRecord(envelope.value)) return null;
  const { kind } = envelope.value;
  return typeof kind === "string" && kind.endsWith("List") ? envelope.value : null;
}

interface SplitList {
  readonly envelope: DocumentText;
  readonly items: Iterable<DocumentText>;
}

// kubectl writes `items:` and the dash of every item in the first column. There nothing else can begin with a
// dash, because whatever belongs to an item is indented (YAML 1.2 §8.2).
const ITEMS = /(?:^|\n)items:[ \t]*\r?\n(?=-[ \t\r\n])/;
const ITEM_START = /\n(?=-[ \t\r\n])/g;
const AFTER_ITEMS = /\n(?=[^-\s#])/;

function splitList({ text, line }: DocumentText): SplitList | null {
  const head = ITEMS.exec(text);
  if (head === null) return null;
  const start = head.index + head[0].length;
  const length = text.slice(start).search(AFTER_ITEMS);
  const end = length === -1 ? text.length : start + length + 1;
  return {
    envelope: { text: text.slice(0, head.index + 1) + text.slice(end), line },
    items: splitItems(text.slice(start, end), line + countLines(text.slice(0, start))),
  };
}

function* splitItems(text: string, firstLine: number): Generator<DocumentText> {
  let line = firstLine;
  for (const piece of cut(text, ITEM_START)) {
    yield { text: piece, line };
    line += countLines(piece);
  }
}
