// Finds and reads the configuration of a command: the named file, or ringfence.config.yaml / .json where it
// stands, or the environment. What was named and cannot be read is an error, never ignored.

import { lstatSync, readFileSync } from "node:fs";
import { decodeFile, SAVE_AS_UTF_8 } from "../model/decode-file.ts";
import { explainFileError } from "../model/explain-file-error.ts";
import { UsageError } from "../model/usage-error.ts";
import { configurationFromEnvironment, parseConfiguration, type Configuration } from "./config.ts";

const DEFAULT_FILES = ["ringfence.config.yaml", "ringfence.config.yml", "ringfence.config.json"];

export function loadConfiguration(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Configuration {
  const found = findConfigurationFile(file);
  if (found === undefined) return configurationFromEnvironment(environment);
  return parseConfiguration(readText(found), found);
}

/** Of the command line, or the one that stands here; undefined: there is none. */
export function findConfigurationFile(file: string | undefined): string | undefined {
  // A link that leads nowhere is there, and is not passed over.
  return file ?? DEFAULT_FILES.find((name) => lstatSync(name, { throwIfNoEntry: false }) !== undefined);
}

function readText(file: string): string {
  const text = decodeFile(readBytes(file));
  if (text === null) throw new UsageError(`--config ${file} cannot be read: it is ${SAVE_AS_UTF_8}.`);
  return text;
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(
      `--config ${file} cannot be read: ${explainFileError(error)}. Name one that can, or write one with ringfence init.`,
    );
  }
}
