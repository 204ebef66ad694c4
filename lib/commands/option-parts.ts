// The options that several commands share, and how their values are read. A value that cannot be read is told with
// what may stand there.

import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import { tryFolder } from "../make-folder.ts";
import { explainFileError } from "../model/explain-file-error.ts";
import { FAIL_ON } from "./exit-code.ts";
import { OUTPUT_FORMATS } from "./options.ts";

export function withCommonOptions(command: Command): Command {
  return command
    .addOption(configOption())
    .addOption(formatOption(...OUTPUT_FORMATS))
    .addOption(outputOption())
    .addOption(failOnOption())
    .option("--concurrency <n>", "clusters scanned at the same time", toPositiveInteger)
    .option("--quiet", "no progress and no remarks")
    .option("--verbose", "explain each decision")
    .option("--no-color", "no colours (also: the environment variable NO_COLOR)")
    .option("--stats", "say what the run cost: time, AWS calls, Kubernetes requests")
    .option("--exit-zero", "exit 0 whatever was found");
}

export function configOption(): Option {
  return new Option(
    "--config <file>",
    "configuration (default: ringfence.config.yaml where it exists)",
  ).argParser(toPath);
}

export function failOnOption(): Option {
  return new Option("--fail-on <severity>", "exit 1 for failures of this severity or worse")
    .choices(FAIL_ON)
    .default("high");
}

export function formatOption(...choices: readonly string[]): Option {
  return new Option("--format <format>", "output format").choices(choices).default("text");
}

export function outputOption(): Option {
  return new Option("--output <file>", "write the result to this file instead of standard output").argParser(
    toOutputFile,
  );
}

/** Looked at before the work begins: nobody should wait for a scan to hear that its result has no place. */
function toOutputFile(path: string): string {
  const file = toPath(path);
  try {
    const existing = statSync(file, { throwIfNoEntry: false });
    if (existing?.isDirectory() === true)
      throw new InvalidArgumentError("It is a folder; name a file in it.");
    // A file is replaced by a new one beside it (write-to-file.ts); a device or a pipe is written as it is.
    if (existing === undefined || existing.isFile())
      accessSync(`${dirname(existing === undefined ? file : realpathSync(file))}/.`, constants.W_OK);
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw error;
    throw toUnwritable(dirname(file), error, "Create that folder, or name another.");
  }
  return file;
}

/** A folder that is there, or can be made. Looked at before the work, like a file. */
export function toOutputFolder(path: string): string {
  const folder = toPath(path);
  try {
    tryFolder(folder);
  } catch (error) {
    throw toUnwritable(folder, error, "Name another folder.");
  }
  return folder;
}

function toUnwritable(folder: string, error: unknown, step: string): InvalidArgumentError {
  return new InvalidArgumentError(`Nothing can be written in ${folder}: ${explainFileError(error)}. ${step}`);
}

/** An empty one is what a shell makes of a variable that is not set. */
export function toPath(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("Name a file or folder.");
  return text;
}

export function toPaths(text: string, before: readonly string[] = []): string[] {
  return [...before, toPath(text)];
}

/** serverless.yml: <service>-<stage>. */
export function toDeploymentName(text: string): string {
  if (/^[A-Za-z][A-Za-z0-9-]{0,39}$/.test(text)) return text;
  throw new InvalidArgumentError("Name it as <service>-<stage>, such as ringfence-prod.");
}

/** Given twice, it is one list: of two `--accounts` none may be passed over. */
export function toList(text: string, before: readonly string[] = []): string[] {
  const items = text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
  if (items.length === 0) throw new InvalidArgumentError("Give at least one, separated by commas.");
  return [...before, ...items];
}

/** Of what a schema bounds; here is only refused what is no such number. */
export function toPositiveInteger(text: string): number {
  return readWholeNumber(text, Number.MAX_SAFE_INTEGER, "from 1 on");
}

export function toCount(max: number): (text: string) => number {
  return (text) => readWholeNumber(text, max, `from 1 to ${max.toLocaleString("en")}`);
}

/** Digits alone: `1e21`, `0x10` and `` are numbers to JavaScript. */
function readWholeNumber(text: string, max: number, range: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 1 && value <= max)) throw new InvalidArgumentError(`Give a whole number ${range}.`);
  return value;
}

export function toShare(text: string): number {
  const value = /^(?:\d+(?:\.\d*)?|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 1)) throw new InvalidArgumentError("Give a number from 0 to 1, such as 0.25.");
  return value;
}
