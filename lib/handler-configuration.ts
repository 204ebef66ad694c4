// The configuration of a Lambda: its environment, and a file in it where there is one. Loads no more than that takes.

import { readEnvironment } from "./config-environment.ts";
import type { Configuration } from "./config-schema.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export async function readHandlerConfiguration(environment: Environment): Promise<Configuration> {
  // The parser of YAML is much of the code of a start, and few deployments have a file.
  if ((environment["RINGFENCE_CONFIG"] ?? "") === "") return readEnvironment(environment, () => EMPTY_FILE);
  const { parseFile } = await import("./config-yaml.ts");
  return readEnvironment(environment, parseFile);
}

const EMPTY_FILE = { value: {}, lineOf: () => null };
