// The configuration: a file of YAML or JSON, or for the Lambdas the environment. Wrong input ends in one
// ConfigurationError that lists every problem; nothing is guessed and nothing unknown is ignored.

import { readEnvironment } from "./config-environment.ts";
import { ConfigurationSchema, type Configuration } from "./config-schema.ts";
import { parseFile } from "./config-yaml.ts";
import { parseInput, toPathText } from "../parse-input.ts";

export { ConfigurationSchema, type Configuration } from "./config-schema.ts";

export function configurationFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Configuration {
  return readEnvironment(environment, parseFile);
}

/** An empty text is the defaults. */
export function parseConfiguration(text: string, fileName: string): Configuration {
  const file = parseFile(text, fileName);
  return parseInput(ConfigurationSchema, file.value, {
    name: fileName,
    lineOf: file.lineOf,
    nameOf: toPathText,
  });
}
