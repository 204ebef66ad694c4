// Where to mend a YAML text that does not parse. The package tells of a bracket or quote that is never closed only
// where it gives up, which is a line below or the end of the file; people look for the place where it opens.

import { isCollection, isNode, isScalar, visit, type Document, type YAMLParseError } from "yaml";

/** The package's codes where something that was opened has no end. */
const UNCLOSED: ReadonlySet<string> = new Set(["BAD_INDENT", "MISSING_CHAR"]);

/** Offset in the text. */
export function offsetToMend(
  document: Document.Parsed,
  { code, pos }: Pick<YAMLParseError, "code" | "pos">,
): number {
  return UNCLOSED.has(code) ? (findUnclosed(document, pos[0]) ?? pos[0]) : pos[0];
}

/** The outermost bracket, brace or quote whose content ends exactly where the package gave up. */
function findUnclosed(document: Document.Parsed, end: number): number | null {
  let opened: number | null = null;
  visit(document, {
    Node: (_, node) => {
      if (!isNode(node) || node.range?.[1] !== end || !isFlow(node)) return undefined;
      opened = node.range[0];
      return visit.BREAK;
    },
  });
  return opened;
}

function isFlow(node: unknown): boolean {
  if (isCollection(node)) return node.flow === true;
  return isScalar(node) && (node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE");
}
