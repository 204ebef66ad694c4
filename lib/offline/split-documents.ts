// Cuts a stream of YAML or JSON into its documents, so that each is read, bounded and refused on its own.
// Knows nothing of what is in them.

export interface DocumentText {
  readonly text: string;
  /** Line of the file on which the text begins, from 1. */
  readonly line: number;
}

// YAML 1.2 §9.1.2: a line that begins with `---` and white space cannot be content, not even in a block scalar.
// A mark of byte order may stand before any document (§5.2), as in files that were put together.
const DOCUMENT_START = /(?:^|\n)(?=\uFEFF?---(?:[ \t\r\n]|$))/g;

/** Documents that hold nothing but comments, as templates leave them behind, are left out. */
export function* splitDocuments(text: string): Generator<DocumentText> {
  let line = 1;
  for (const piece of cut(text, DOCUMENT_START)) {
    if (hasContent(piece)) yield { text: piece.replace(/^\uFEFF/, ""), line };
    line += countLines(piece);
  }
}

/** The pieces are the whole text: a line break belongs to the piece that it ends. */
export function* cut(text: string, boundary: RegExp): Generator<string> {
  let start = 0;
  for (const match of text.matchAll(boundary)) {
    const end = match.index + match[0].length;
    if (end > start) yield text.slice(start, end);
    start = end;
  }
  if (start < text.length) yield text.slice(start);
}

export function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}

/** Blank, a comment, a directive, or one of the marks around a document. */
const NO_CONTENT = /^\uFEFF?(?:[ \t]*(?:#.*)?|%.*|(?:---|\.\.\.)[ \t]*(?:#.*)?)\r?$/;

function hasContent(piece: string): boolean {
  let start = 0;
  while (start < piece.length) {
    const found = piece.indexOf("\n", start);
    const end = found === -1 ? piece.length : found;
    if (!NO_CONTENT.test(piece.slice(start, end))) return true;
    start = end + 1;
  }
  return false;
}
