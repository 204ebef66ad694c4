// "Told wrong": what a person wrote (a file, a variable, an event) is not what Ringfence takes. One error
// lists every problem at once. It never shows a secret: the value seen comes here already made safe.

import { shorten } from "./shorten.ts";
import { toVisibleText } from "./visible-text.ts";

export interface Problem {
  /** Where in the file, as `exemptions[0].until`; "" for the file as a whole. */
  readonly path: string;
  /** From 1; null where there are no lines. */
  readonly line: number | null;
  /** Safe to print. */
  readonly seen: string;
  readonly expected: string;
  readonly hint: string | null;
}

const MAX_PROBLEMS_PRINTED = 50;
const MAX_LINE_LENGTH = 400;

export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly file: string;
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    super(toMessage(file, problems));
    this.file = file;
    this.problems = problems;
  }
}

function toMessage(file: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const printed = problems.slice(0, MAX_PROBLEMS_PRINTED).map(toParagraph);
  const rest = problems.length - printed.length;
  if (rest > 0) printed.push(`  … and ${rest} more`);
  return [`${toPrintable(file)} has ${count}:`, ...printed].join("\n\n");
}

function toParagraph({ path, line, seen, expected, hint }: Problem): string {
  const where = path === "" ? "the whole file" : path;
  const lines = [
    `  ${toPrintable(line === null ? where : `${where} (line ${line})`)}`,
    `    seen:     ${toPrintable(seen)}`,
    `    allowed:  ${toPrintable(expected)}`,
  ];
  if (hint !== null) lines.push(`    hint:     ${toPrintable(hint)}`);
  return lines.join("\n");
}

function toPrintable(text: string): string {
  return toVisibleText(shorten(text, MAX_LINE_LENGTH));
}
