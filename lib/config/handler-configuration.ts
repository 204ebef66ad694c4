// The configuration of a function in AWS: its environment, and the configuration file in it, of which packaging makes
// JSON (deploy/hub/config-text.cjs). The parser of YAML would be a fifth of each function.

import { readEnvironment } from "./config-environment.ts";
import type { Configuration } from "./config-schema.ts";
import type { ParsedFile } from "./config-yaml.ts";
import { ConfigurationError } from "../model/configuration-error.ts";
import { unpackConfiguration } from "./packed-configuration.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export function readHandlerConfiguration(environment: Environment): Configuration {
  return readEnvironment(environment, parseJsonFile);
}

function parseJsonFile(text: string, name: string): ParsedFile {
  return { value: text === "" ? {} : parseJson(text, name), lineOf: () => null };
}

function parseJson(text: string, name: string): unknown {
  try {
    const value: unknown = JSON.parse(unpackConfiguration(text));
    return value;
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    // The parser's own message would quote the text, and with it perhaps a secret.
    const seen = `${text.length} characters that are not JSON`;
    const hint = "Deploy again with --param configFile=PATH: packaging makes JSON of the file.";
    throw new ConfigurationError(name, [{ path: "", line: null, seen, expected: "JSON", hint }]);
  }
}

/** Of JSON, or of zlib, whose errors have a code. */
function isUnreadable(error: unknown): boolean {
  return error instanceof SyntaxError || (error instanceof Error && "code" in error);
}
