// Lines for a terminal: wrapping, alignment and colour. Text becomes a line only through `segment`, which makes
// everything visible that would steer the terminal; colour is added last, and is the only escape that leaves.

import { styleText } from "node:util";
import { toVisibleText } from "../model/visible-text.ts";

export type Style =
  | "bold"
  | "dim"
  | "red"
  | "green"
  | "yellow"
  | "blue"
  | "magenta"
  | "cyan"
  | "criticalBadge"
  | "alertBadge";

const FORMATS = {
  bold: ["bold"],
  dim: ["dim"],
  red: ["red"],
  green: ["green"],
  yellow: ["yellow"],
  blue: ["blue"],
  magenta: ["magenta"],
  cyan: ["cyan"],
  criticalBadge: ["bold", "red"],
  alertBadge: ["bold", "yellow"],
} as const satisfies Record<Style, readonly Parameters<typeof styleText>[0][]>;

export interface Segment {
  readonly text: string;
  readonly style: Style | null;
}

export type Line = readonly Segment[];

export const EMPTY_LINE: Line = [];

export function segment(foreign: string, style: Style | null = null): Segment {
  return { text: toVisibleText(foreign), style };
}

/** Cells that text takes on a terminal: none for combining marks, two for East Asian wide characters and emoji. */
export function toWidth(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

const ZERO_WIDTH = /^\p{M}$/u;
const WIDE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]$/u;

function widthOf(character: string): number {
  if (character <= "\u02ff") return 1;
  if (ZERO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

function toLineWidth(line: Line): number {
  return line.reduce((sum, { text }) => sum + toWidth(text), 0);
}

export function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - toWidth(text)));
}

/** Narrower than this nothing is readable; the terminal may then wrap as it likes. */
const MIN_BODY_WIDTH = 20;

/** The prefix, then the text wrapped beside it; further lines are indented by the prefix's width. */
export function hanging(prefix: Line, text: string, width: number, style: Style | null = null): Line[] {
  const indent = toLineWidth(prefix);
  const lines = toWrapped(toVisibleText(text), Math.max(MIN_BODY_WIDTH, width - indent));
  return beside(
    prefix,
    lines.map((line) => [segment(line, style)]),
  );
}

/** The lines, the first one after the prefix and the others indented by its width. */
export function beside(prefix: Line, lines: readonly Line[]): Line[] {
  const indent = segment(" ".repeat(toLineWidth(prefix)));
  return lines.map((line, index) => (index === 0 ? [...prefix, ...line] : [indent, ...line]));
}

function toWrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const word of text.split(" ").flatMap((word) => toPieces(word, width))) {
    const needed = toWidth(word);
    if (line !== "" && used + 1 + needed > width) {
      lines.push(line);
      [line, used] = [word, needed];
    } else if (line === "") [line, used] = [word, needed];
    else [line, used] = [`${line} ${word}`, used + 1 + needed];
  }
  lines.push(line);
  return lines;
}

/** A word that is longer than a line is cut where the line ends. */
function toPieces(word: string, width: number): string[] {
  if (word.length <= width && toWidth(word) <= width) return [word];
  const pieces: string[] = [];
  let piece = "";
  let used = 0;
  for (const character of word) {
    const needed = widthOf(character);
    if (used + needed > width) {
      pieces.push(piece);
      [piece, used] = ["", 0];
    }
    piece += character;
    used += needed;
  }
  pieces.push(piece);
  return pieces;
}

/** Names after each other; those that would need more than `maxLines` are counted instead. */
export function nameList(prefix: Line, names: readonly string[], width: number, maxLines: number): Line[] {
  // A name and its comma take three cells at least.
  for (let shown = Math.min(names.length, Math.ceil((maxLines * width) / 3)); shown > 1; shown -= 1) {
    const rest = names.length - shown;
    const text = names.slice(0, shown).join(", ") + (rest === 0 ? "" : `, … and ${rest} more`);
    const lines = hanging(prefix, text, width);
    if (lines.length <= maxLines) return lines;
  }
  const [first = "", ...others] = names;
  return hanging(prefix, others.length === 0 ? first : `${first}, … and ${others.length} more`, width);
}

/** A shell command that can be copied: broken only between arguments, with a backslash. */
export function commandLines(prefix: Line, command: string, width: number): Line[] {
  const room = Math.max(MIN_BODY_WIDTH, width - toLineWidth(prefix) - 2);
  const lines: string[] = [];
  let line = "";
  for (const argument of toArguments(toVisibleText(command))) {
    if (line !== "" && toWidth(line) + 1 + toWidth(argument) > room) {
      lines.push(`${line} \\`);
      line = `  ${argument}`;
    } else line = line === "" ? argument : `${line} ${argument}`;
  }
  return beside(
    prefix,
    [...lines, line].map((text) => [segment(text, "cyan")]),
  );
}

/** Cut at spaces outside quotes; an option stays with its value. */
function toArguments(command: string): string[] {
  const words = command.match(/(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\]|['"\\])+/g) ?? [];
  const joined: string[] = [];
  for (const word of words) {
    const previous = joined.at(-1);
    const isValue = previous !== undefined && /^--?[\w-]+$/.test(previous) && !word.startsWith("-");
    if (isValue) joined[joined.length - 1] = `${previous} ${word}`;
    else joined.push(word);
  }
  return joined;
}

/** A heading that runs to the right edge; one that is too long for that is wrapped. */
export function ruled(title: string, around: readonly string[], width: number): Line[] {
  const mark = segment("── ", "dim");
  const line = [mark, segment(title, "bold"), segment(around.map((text) => `  ${text}`).join(""))];
  const room = width - toLineWidth(line) - 1;
  if (room < 0) return hanging([mark], [title, ...around].join("  "), width, "bold");
  return [[...line, segment(` ${"─".repeat(room)}`, "dim")]];
}

export function render(lines: readonly Line[], color: boolean): string {
  return lines.map((line) => `${toPainted(withoutTrailingSpace(line), color)}\n`).join("");
}

function withoutTrailingSpace(line: Line): Line {
  const last = line.at(-1);
  if (last === undefined) return line;
  const text = last.text.trimEnd();
  return text === "" ? withoutTrailingSpace(line.slice(0, -1)) : [...line.slice(0, -1), { ...last, text }];
}

function toPainted(line: Line, color: boolean): string {
  return line
    .map(({ text, style }) =>
      color && style !== null ? styleText([...FORMATS[style]], text, { validateStream: false }) : text,
    )
    .join("");
}
