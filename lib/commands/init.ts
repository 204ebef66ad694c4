// `ringfence init`: asks a few questions, or takes flags, and writes a commented configuration and the commands of a
// deployment. Calls nothing, and overwrites nothing without --force.

import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseConfiguration } from "../config/config.ts";
import { EXIT } from "./exit-code.ts";
import { makeFolder } from "../make-folder.ts";
import { explainFileError } from "../model/explain-file-error.ts";
import { quoteForShell } from "../model/quote-for-shell.ts";
import { UsageError } from "../model/usage-error.ts";
import { collectAnswers, type InitFlags } from "./init-answers.ts";
import { toConfigurationText, toDeployText, type InitAnswers } from "./init-files.ts";
import type { Ask } from "./init-questions.ts";
import type { CommandResult } from "./options.ts";

export interface InitOptions extends InitFlags {
  readonly output: string;
  readonly force?: boolean;
}

const CONFIGURATION = "ringfence.config.yaml";

export async function init(options: InitOptions, ask: Ask): Promise<CommandResult> {
  // Before the questions, too: this one is always written.
  refuseOverwriting(options, [CONFIGURATION]);
  const answers = await collectAnswers(options, ask);
  const files = toFiles(answers);
  refuseOverwriting(options, [...files.keys()]);
  writeFiles(options.output, files);
  return { output: toSummary(options.output, answers, [...files.keys()]), remarks: "", exitCode: EXIT.fine };
}

function writeFiles(folder: string, files: ReadonlyMap<string, string>): void {
  try {
    makeFolder(folder);
    for (const [name, content] of files) writeFileSync(join(folder, name), content);
  } catch (error) {
    throw new UsageError(
      `--output ${folder} cannot be written: ${explainFileError(error)}. Name a folder that can.`,
    );
  }
}

function toFiles(answers: InitAnswers): ReadonlyMap<string, string> {
  const configuration = toConfigurationText(answers);
  // What we wrote ourselves has to be what we take.
  parseConfiguration(configuration, CONFIGURATION);
  const deployment = toDeployText(answers);
  return new Map([
    [CONFIGURATION, configuration],
    ...(deployment === null ? [] : [["ringfence-deploy.sh", deployment] as const]),
  ]);
}

function refuseOverwriting({ output, force }: InitOptions, names: readonly string[]): void {
  const there = names.map((name) => join(output, name)).filter((file) => existsSync(file));
  if (there.length === 0 || force === true) return;
  throw new UsageError(
    `${there.join(" and ")} would be overwritten: give --force, or another folder with --output.`,
  );
}

function toSummary(folder: string, { externalId }: InitAnswers, names: readonly string[]): string {
  const files = names.map((name) => join(folder, name));
  const [configuration = ""] = files;
  // The other commands look for it in the working folder.
  const where = dirname(configuration) === "." ? "" : ` --config ${quoteForShell(configuration)}`;
  return [
    `Written: ${files.join(", ")}`,
    ...(externalId === null
      ? []
      : ["The external id in them is a shared secret of yours: keep them where you keep such."]),
    `Next: ringfence doctor${where}, which says what is missing; then ringfence scan${where}.`,
    "",
  ].join("\n");
}
