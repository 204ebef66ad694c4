// Validates against the pinned schemas of foreign formats (schemas/README.md says where they are from).

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";

const OPTIONS = { allErrors: true, strict: false, unicodeRegExp: false };

function read(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(import.meta.dirname, "schemas", name), "utf8"));
}

const draft7 = new Ajv(OPTIONS);
formats.default(draft7);
const draft2020 = new Ajv2020(OPTIONS);

const validateSarif = draft7.compile(read("sarif-2.1.0.json"));

const complianceFinding = read("ocsf-1.5.0-compliance-finding.json");
const validateWithCloud = draft2020.compile(complianceFinding);
const validateWithoutCloud = draft2020.compile(withoutProfile(complianceFinding, ["cloud", "api"]));

/** The class without what the profile adds to it: its attributes, and that they are required. */
function withoutProfile(schema: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  const isOther = (name: string): boolean => !names.includes(name);
  const properties = Object.entries(schema["properties"] as Record<string, unknown>);
  return {
    ...schema,
    $id: "without-cloud",
    properties: Object.fromEntries(properties.filter(([name]) => isOther(name))),
    required: (schema["required"] as string[]).filter(isOther),
  };
}

function errorsOf(validate: ValidateFunction, value: unknown): readonly string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

export function sarifErrors(value: unknown): readonly string[] {
  return errorsOf(validateSarif, value);
}

export function ocsfErrors(event: object): readonly string[] {
  return errorsOf("cloud" in event ? validateWithCloud : validateWithoutCloud, event);
}
