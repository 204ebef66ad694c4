// The environment of the Lambdas as configuration. A variable that starts with RINGFENCE_ and is not listed
// here is an error, because a misspelt name would otherwise be ignored in silence.

import { ConfigurationSchema, type Configuration } from "./config-schema.ts";
import type { ParsedFile } from "./config-yaml.ts";
import type { Problem } from "../model/configuration-error.ts";
import { shorten } from "../model/shorten.ts";
import { nearest } from "../nearest.ts";
import { NOT_SHOWN, parseInput, toPathText, type Path } from "../parse-input.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentVariable {
  readonly name: string;
  /** Where the value stands in a configuration file. */
  readonly path: readonly string[];
  /** list: comma-separated; section: "true" adds the section with its defaults. */
  readonly kind: "text" | "list" | "number" | "boolean" | "section";
}

/** Stronger than the same key in RINGFENCE_CONFIG. An empty variable counts as absent. */
export const ENVIRONMENT_VARIABLES: readonly EnvironmentVariable[] = [
  { name: "RINGFENCE_ORGANIZATION", path: ["organization"], kind: "section" },
  { name: "RINGFENCE_EXCLUDE_ACCOUNTS", path: ["organization", "accounts", "exclude"], kind: "list" },
  { name: "RINGFENCE_ACCOUNTS", path: ["accounts"], kind: "list" },
  { name: "RINGFENCE_ROLE_NAME", path: ["role", "name"], kind: "text" },
  { name: "RINGFENCE_EXTERNAL_ID", path: ["role", "externalId"], kind: "text" },
  { name: "RINGFENCE_SESSION_POLICY", path: ["role", "sessionPolicy"], kind: "boolean" },
  { name: "RINGFENCE_REGIONS", path: ["regions"], kind: "list" },
  { name: "RINGFENCE_CLUSTERS", path: ["clusters", "include"], kind: "list" },
  { name: "RINGFENCE_EXCLUDE_CLUSTERS", path: ["clusters", "exclude"], kind: "list" },
  { name: "RINGFENCE_SECURITY_HUB", path: ["publish", "securityHub", "enabled"], kind: "boolean" },
  { name: "RINGFENCE_SECURITY_HUB_REGION", path: ["publish", "securityHub", "homeRegion"], kind: "text" },
  { name: "RINGFENCE_SECURITY_HUB_INCLUDE", path: ["publish", "securityHub", "include"], kind: "text" },
  { name: "RINGFENCE_TOPIC_ARN", path: ["publish", "sns", "topicArn"], kind: "text" },
  { name: "RINGFENCE_TOPIC_FORMAT", path: ["publish", "sns", "format"], kind: "text" },
  { name: "RINGFENCE_SLACK_SECRET_ARN", path: ["publish", "slack", "secretArn"], kind: "text" },
  { name: "RINGFENCE_SLACK_PARAMETER", path: ["publish", "slack", "parameterName"], kind: "text" },
  { name: "RINGFENCE_SPOKE_ACCOUNTS", path: ["spokes", "accounts"], kind: "list" },
  { name: "RINGFENCE_BUCKET", path: ["state", "bucket"], kind: "text" },
  { name: "RINGFENCE_CONCURRENCY", path: ["limits", "concurrency"], kind: "number" },
  { name: "RINGFENCE_DEADLINE_SECONDS", path: ["limits", "deadlineSeconds"], kind: "number" },
  { name: "RINGFENCE_REQUEST_TIMEOUT_MS", path: ["limits", "requestTimeoutMs"], kind: "number" },
];

export const CONFIGURATION_FILE_VARIABLE = {
  name: "RINGFENCE_CONFIG",
  what: "a whole configuration as JSON, which packaging makes of `configFile`, packed where it is long; not of a spoke",
} as const;
const WHOLE_FILE = CONFIGURATION_FILE_VARIABLE.name;

/** Read by the handlers themselves; not configuration of a scan. */
export const OTHER_VARIABLES = [
  { name: "RINGFENCE_NAME", what: "of the function report: the dimension `service` of its metrics" },
  { name: "RINGFENCE_STATE_MACHINE_ARN", what: "of the function start: the state machine that it starts" },
  { name: "RINGFENCE_BUCKET_REGION", what: "of a spoke: the Region of the bucket that it writes to" },
] as const;

export type ParseFile = (text: string, fileName: string) => ParsedFile;

/** `parseFile` reads RINGFENCE_CONFIG: "" is no file. */
export function readEnvironment(environment: Environment, parseFile: ParseFile): Configuration {
  const file = parseFile(environment[WHOLE_FILE] ?? "", WHOLE_FILE);
  const set = ENVIRONMENT_VARIABLES.filter((variable) => toText(environment, variable) !== "");
  const value = set.reduce(
    (whole, variable) => withValue(whole, variable.path, toValue(variable, toText(environment, variable))),
    file.value,
  );
  return parseInput(ConfigurationSchema, value, {
    name: "the environment",
    lineOf: () => null,
    nameOf: (path) => toVariableName(path, set),
    problems: [...toUnknownVariables(environment), ...toSectionProblems(environment)],
  });
}

function toText(environment: Environment, { name }: EnvironmentVariable): string {
  return (environment[name] ?? "").trim();
}

function toUnknownVariables(environment: Environment): Problem[] {
  const known = [
    WHOLE_FILE,
    ...OTHER_VARIABLES.map(({ name }) => name),
    ...ENVIRONMENT_VARIABLES.map(({ name }) => name),
  ];
  const unknown = Object.keys(environment).filter(
    (name) => name.startsWith("RINGFENCE_") && !known.includes(name),
  );
  return unknown.map((name) => {
    const meant = nearest(name, known);
    const hint = meant === null ? null : `Did you mean ${meant}?`;
    return { path: name, line: null, seen: "an unknown variable", expected: known.join(", "), hint };
  });
}

/** In the words of a variable: the schema's are about a map. */
function toSectionProblems(environment: Environment): Problem[] {
  return ENVIRONMENT_VARIABLES.filter(({ kind }) => kind === "section").flatMap((variable) => {
    const text = toText(environment, variable);
    if (text === "" || text === "true" || text === "false") return [];
    const seen = text.includes("://") ? NOT_SHOWN : JSON.stringify(shorten(text, 120));
    return [{ path: variable.name, line: null, seen, expected: "true or false", hint: null }];
  });
}

/** As YAML 1.2 (core schema) reads them in a file, so that the same ones are told of in the same words. */
const NUMBER = /^[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?$/i;

/** What cannot be read as its kind stays text, so that the schema shows it and says what is allowed. */
function toValue({ kind, path }: EnvironmentVariable, text: string): unknown {
  if (kind === "list" && !(path[0] === "regions" && text === "enabled"))
    return text.split(",").map((item) => item.trim());
  if (kind === "number" && NUMBER.test(text)) return Number(text);
  if (kind === "boolean" && (text === "true" || text === "false")) return text === "true";
  if (kind === "section") return text === "true" ? {} : undefined;
  return text;
}

/**
 * A copy with the value at the path. A section that is there already stays as it is; what is not a map where one
 * should be is left for the schema to refuse.
 */
function withValue(container: unknown, path: readonly string[], value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return isMap(value) && isMap(container) ? container : value;
  if (container !== undefined && !isMap(container)) return container;
  const copy = new Map(Object.entries(container ?? {}));
  const inner = withValue(copy.get(step), rest, value);
  if (inner === undefined) copy.delete(step);
  else copy.set(step, inner);
  return Object.fromEntries(copy);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function toVariableName(path: Path, set: readonly EnvironmentVariable[]): string {
  const variable = set.find((candidate) => candidate.path.every((step, index) => path[index] === step));
  if (variable === undefined) return path.length === 0 ? WHOLE_FILE : `${WHOLE_FILE}: ${toPathText(path)}`;
  const rest = toPathText(path.slice(variable.path.length));
  return rest === "" ? variable.name : `${variable.name} ${rest}`;
}
