// Foreign text in GitHub-flavoured Markdown: it stays text. It can neither format, link, mention, refer,
// break a table, nor begin HTML.

import { shorten } from "../model/shorten.ts";
import { toVisibleText } from "../model/visible-text.ts";

// Symbols: CommonMark §2.5, character references "cannot be used in place of symbols indicating structure".
// Links: GitHub makes them in the finished text, references or not; an invisible space after the sign stops it.
const MEANING = /([\\`*_{}[\]<>&|~$^])|@|#(?=\d)|\bGH-(?=\d)|:(?=\/\/)|\bwww(?=\.)/gi;

/** Longer than any sentence of a finding; a comment is no place for more. */
const MAX_LENGTH = 1000;

export function escapeMarkdown(foreign: string): string {
  return toVisibleText(shorten(foreign, MAX_LENGTH)).replace(
    MEANING,
    (sign: string, symbol: string | undefined) =>
      symbol === undefined ? `${sign}&#8203;` : `&#${symbol.charCodeAt(0)};`,
  );
}

/** Cells are Markdown already. */
export function toTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const toRow = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [toRow(header), toRow(header.map(() => "---")), ...rows.map(toRow)].join("\n");
}

/** CommonMark §4.5: a fence is closed only by one that is at least as long. */
export function toCodeBlock(language: string, foreign: string): string {
  const text = foreign.split("\n").map(toVisibleText).join("\n");
  let longest = 2;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const fence = "`".repeat(longest + 1);
  return [`${fence}${language}`, text, fence].join("\n");
}
