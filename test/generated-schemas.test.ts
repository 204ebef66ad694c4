import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { toSchemaFiles } from "../build/schema-files.ts";
import { TRIGGERS } from "../lib/events.ts";
import { CHANGES, SEVERITIES, STATUSES, SUBJECT_KINDS } from "../lib/model/finding.ts";
import { WHYS } from "../lib/model/observed.ts";
import {
  COMPUTE_TYPES,
  DEFAULT_DENIES,
  ENFORCEMENT_VERDICTS,
  ENGINES,
  POSTURES,
} from "../lib/model/posture.ts";
import { COVERAGE_OUTCOMES } from "../lib/model/target.ts";

const folder = join(import.meta.dirname, "..", "schemas");

test("schemas/ holds exactly what the code generates (npm run generate)", () => {
  const generated = toSchemaFiles();
  assert.deepEqual(readdirSync(folder).toSorted(), [...generated.keys()].toSorted());
  for (const [name, text] of generated) assert.equal(readFileSync(join(folder, name), "utf8"), text, name);
});

/** Every `enum` anywhere in a schema. */
function enumsOf(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === "enum" ? [inner] : enumsOf(inner)));
}

function schemaOf(name: string): unknown {
  return JSON.parse(toSchemaFiles().get(name) ?? "null");
}

const lists: readonly (readonly [file: string, list: string, values: readonly string[]])[] = [
  ["report.schema.json", "statuses", STATUSES],
  ["report.schema.json", "severities", SEVERITIES],
  ["report.schema.json", "subject kinds", SUBJECT_KINDS],
  ["report.schema.json", "changes", CHANGES],
  ["report.schema.json", "reasons why", WHYS],
  ["report.schema.json", "coverage outcomes", COVERAGE_OUTCOMES],
  ["report.schema.json", "enforcement verdicts", ENFORCEMENT_VERDICTS],
  ["report.schema.json", "engines", ENGINES],
  ["report.schema.json", "compute types", COMPUTE_TYPES],
  ["report.schema.json", "postures", POSTURES],
  ["report.schema.json", "default-denies", DEFAULT_DENIES],
  ["report.schema.json", "modes", ["standard", "strict"]],
  ["events.schema.json", "triggers", TRIGGERS],
  ["events.schema.json", "coverage outcomes", COVERAGE_OUTCOMES],
  ["config.schema.json", "severities", SEVERITIES],
  ["config.schema.json", "topic formats", ["text", "json", "amazon-q"]],
  ["config.schema.json", "what to import", ["changes", "all"]],
];

for (const [file, list, values] of lists) {
  test(`${file} has the ${list} as an enum`, () => {
    const found = enumsOf(schemaOf(file)).some(
      (candidate) => JSON.stringify(candidate) === JSON.stringify(values),
    );
    assert.ok(found, values.join(", "));
  });
}

/** Maps of a schema that would take any key, and keys without a description. */
function walk(
  schema: unknown,
  path: string,
  visit: (schema: Readonly<Record<string, unknown>>, path: string) => void,
): void {
  if (typeof schema !== "object" || schema === null) return;
  const node: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(schema));
  visit(node, path);
  for (const [key, inner] of Object.entries(node)) walk(inner, `${path}/${key}`, visit);
}

test("an editor flags every unknown key of a configuration", () => {
  const open: string[] = [];
  walk(schemaOf("config.schema.json"), "", (node, path) => {
    if (node["type"] === "object" && node["additionalProperties"] !== false) open.push(path);
  });
  assert.deepEqual(open, []);
});

test("every value of a configuration says what it is for", () => {
  const silent: string[] = [];
  walk(schemaOf("config.schema.json"), "", (node, path) => {
    const isValue = /\/properties\/[^/]+$/.test(path) && node["type"] !== "object";
    if (isValue && typeof node["description"] !== "string") silent.push(path);
  });
  assert.deepEqual(silent, []);
});
