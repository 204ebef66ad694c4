// Text for a console that may be the log of a CI job, whose runner obeys lines that begin with "::" and what follows
// "##": `::add-mask::`, `##[set-output …]`, `##vso[task.setvariable …]`. A foreign name must not be such a command.

/**
 * actions/runner, ActionCommand: "::" at the start of a line, after white space, or "##[" anywhere in it. Azure
 * Pipelines and TeamCity write the latter with a word before the bracket. Inside JSON the escape is the same text.
 */
const COMMAND = /^([\t\p{Zs}]*:):|#(?=#\w*\[)/gmu;

export function toLogText(text: string): string {
  return text.replace(COMMAND, (_, start: string | undefined) =>
    start === undefined ? String.raw`\u0023` : `${start}${String.raw`\u003a`}`,
  );
}
