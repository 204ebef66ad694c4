// The documents, and the blocks of commands and of captured output in them.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");
export const read = (name: string): string => readFileSync(join(root, name), "utf8");

/** Everything that tells people what to type, as a path from the root. */
export const documents: readonly string[] = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "CHANGELOG.md",
  "bench/mutation/README.md",
  "events/README.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

export interface CommandBlock {
  /** file:line */
  readonly place: string;
  readonly script: string;
  /** Why no test runs it; null: one does. */
  readonly notRun: string | null;
}

export interface CapturedOutput {
  readonly place: string;
  readonly command: string;
  readonly shown: readonly string[];
}

export function commandBlocksOf(document: string, text: string): readonly CommandBlock[] {
  return [...text.matchAll(/^ *```(?:sh|bash|shell|console|zsh)\b([^\n]*)\n(.*?)^ *```/gms)].map((match) => {
    const [opening, tag = "", script = ""] = match;
    const place = toPlace(document, text, match.index);
    const reason = /^ norun=([a-zA-Z][\w-]{5,})$/.exec(tag)?.[1];
    if (!opening.trimStart().startsWith("```sh") || (tag !== "" && reason === undefined))
      throw new Error(`${place}: a block of commands opens with \`\`\`sh, or \`\`\`sh norun=a-reason`);
    return { place, script, notRun: reason ?? null };
  });
}

/** `<!-- captured: COMMAND -->` and the ```text block right below it. */
export function capturedOutputsOf(document: string, text: string): readonly CapturedOutput[] {
  return [...text.matchAll(/<!-- captured: (.*?) -->\n(?:```text\n(.*?)\n```)?/gs)].map((match) => {
    const [, command = "", output] = match;
    const place = toPlace(document, text, match.index);
    if (output === undefined) throw new Error(`${place}: no \`\`\`text block right below "captured"`);
    return { place, command, shown: output.split("\n").filter((line) => line !== "…") };
  });
}

function toPlace(document: string, text: string, index: number): string {
  return `${document}:${text.slice(0, index).split("\n").length}`;
}
