// docs/configuration.md: every key of the configuration from its schema, every variable of the environment, and
// the parameters of what is deployed. The examples are cut from docs/examples/*.config.yaml, where each key stands.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import {
  CONFIGURATION_FILE_VARIABLE,
  ENVIRONMENT_VARIABLES,
  OTHER_VARIABLES,
} from "../lib/config/config-environment.ts";
import { ConfigurationSchema } from "../lib/config/config.ts";
import { toTable } from "../lib/report/markdown-text.ts";
import { toParameterSections } from "./deployment-parameters.ts";
import { toCell, toCodeCell } from "./markdown-cell.ts";
import { toSchemaKeys, toSchemaRules, type SchemaKey } from "./schema-keys.ts";

const root = join(import.meta.dirname, "..");

/** Two, because some keys exclude each other. */
const EXAMPLE_FILES = ["docs/examples/organization.config.yaml", "docs/examples/accounts.config.yaml"];

/** A section that the schema takes only beside another one. */
const BESIDE: ReadonlyMap<string, readonly string[]> = new Map([
  ["spokes", ["state"]],
  ["publish", ["organization"]],
]);

/** Longer defaults stand below the table. */
const MAX_DEFAULT = 80;

const keys = toSchemaKeys(ConfigurationSchema);
const rules = toSchemaRules(ConfigurationSchema);
const examples = EXAMPLE_FILES.map((file) => ({
  file,
  value: parse(readFileSync(join(root, file), "utf8")) as unknown,
}));

export function toConfigurationDocs(): string {
  return [
    "# Configuration",
    "",
    "Generated from the code's own schema, `lib/config/config-schema.ts`, by `npm run generate`; don't edit.",
    "",
    "Every command that scans or judges reads `ringfence.config.yaml`, `.yml` or `.json` of the current folder;",
    "`--config FILE` names another one. An unknown key is an error, and a wrong file is answered with all its problems at once. In an editor",
    "`schemas/config.schema.json` completes and checks it. `npx ringfence init` writes one by asking.",
    "",
    "The CLI reads the variables of the environment only where there is no file; in AWS they are how the deployment",
    "hands its parameters to the functions, and there each is stronger than the same key of `configFile`.",
    "",
    `Complete examples: ${EXAMPLE_FILES.map((file) => `[${file}](${file.replace("docs/", "")})`).join(", ")}.`,
    "",
    ...toRules([]),
    ...sections().flatMap(toSection),
    ...toEnvironment(),
    ...toParameterSections(root),
  ].join("\n");
}

function sections(): readonly string[] {
  return [...new Set(keys.map(({ path: [first = ""] }) => first))];
}

function toSection(name: string): readonly string[] {
  const own = keys.filter(({ path }) => path[0] === name);
  for (const { path } of own) refuseWithoutExample(path);
  const long = own.filter(({ defaultJson }) => (defaultJson ?? "").length > MAX_DEFAULT);
  return [
    `## ${name}`,
    "",
    toTable(["Key", "Allowed", "Default", "Environment variable", "What it is for"], own.map(toRow)),
    "",
    ...toRules([name]),
    ...long.flatMap(({ path, defaultJson }) => [
      `Default of \`${toName(path)}\`:`,
      "",
      ...toYaml(
        path.reduceRight<unknown>((inner, step) => ({ [step]: inner }), JSON.parse(defaultJson ?? "")),
      ),
    ]),
    "Example:",
    "",
    ...toExample(name),
  ];
}

function toRow({ path, allowed, description, isRequired, defaultJson }: SchemaKey): readonly string[] {
  const variable = ENVIRONMENT_VARIABLES.find((candidate) => candidate.path.join(".") === path.join("."));
  return [
    toCodeCell(toName(path)),
    toCell(allowed),
    isRequired ? "required" : toDefault(defaultJson),
    variable === undefined ? "" : toCodeCell(variable.name),
    toCell(description),
  ];
}

function toDefault(json: string | null): string {
  if (json === null) return "";
  return json.length > MAX_DEFAULT ? "below" : toCodeCell(json);
}

/** publish.routes[].accounts */
function toName(path: readonly string[]): string {
  return path.join(".").replaceAll(".[]", "[]");
}

/** The rules between keys of a section; of the whole file for []. */
function toRules(section: readonly string[]): readonly string[] {
  const own = rules.filter(({ path }) => (section.length === 0 ? path.length === 0 : path[0] === section[0]));
  if (own.length === 0) return [];
  return [
    "Asked between keys:",
    "",
    ...own.map(
      ({ path, sentence }) => `- ${path.length === 0 ? "" : `\`${toName(path)}\`: `}${toCell(sentence)}`,
    ),
    "",
  ];
}

function refuseWithoutExample(path: readonly string[]): void {
  if (examples.some(({ value }) => has(value, path))) return;
  throw new Error(`${toName(path)} has no example: give it one in ${EXAMPLE_FILES.join(" or ")}`);
}

function has(value: unknown, path: readonly string[]): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return true;
  if (step === "[]") return Array.isArray(value) && value.some((item) => has(item, rest));
  return isMap(value) && Object.hasOwn(value, step) && has(value[step], rest);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The section of the first example that has it, with what it may not stand without. */
function toExample(name: string): readonly string[] {
  const whole = examples.map(({ value }) => value).find((value) => has(value, [name]));
  if (!isMap(whole)) throw new Error(`${name} is in no example`);
  const beside = (BESIDE.get(name) ?? []).filter((other) => Object.hasOwn(whole, other));
  return toYaml(Object.fromEntries([...beside, name].map((key) => [key, whole[key]])));
}

function toYaml(value: unknown): readonly string[] {
  return ["```yaml", stringify(value, { lineWidth: 110, collectionStyle: "any" }).trimEnd(), "```", ""];
}

function toEnvironment(): readonly string[] {
  const rows = ENVIRONMENT_VARIABLES.map(({ name, path, kind }) => [
    toCodeCell(name),
    toCodeCell(path.join(".")),
    KINDS[kind],
  ]);
  const others = [CONFIGURATION_FILE_VARIABLE, ...OTHER_VARIABLES].map(({ name, what }) => [
    toCodeCell(name),
    "",
    toCell(what),
  ]);
  return [
    "## Environment variables",
    "",
    "An empty variable counts as absent; any other name that starts with `RINGFENCE_` is an error, because a misspelt",
    "one would be ignored in silence.",
    "",
    toTable(["Variable", "Key", "Written as"], [...rows, ...others]),
    "",
  ];
}

const KINDS = {
  text: "text",
  list: "items, separated by commas",
  number: "a whole number",
  boolean: "true or false",
  section: "true: the section with its defaults",
} as const;
