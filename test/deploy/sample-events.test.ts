// The sample events that EventBridge would deliver are such as the deployed rules let through: what a rule never
// matches, `start` never gets.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseTemplate, resolveTemplate, toFields } from "../../emulator/aws/cloud-formation.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** Amazon EventBridge User Guide, "event patterns": each member is a list, one item of which has to match. */
function matches(pattern: unknown, value: unknown): boolean {
  if (!Array.isArray(pattern))
    return Object.entries(toFields(pattern)).every(([key, part]) => matches(part, toFields(value)[key]));
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return pattern.some((wanted) => values.some((one) => isWanted(wanted, one)));
}

function isWanted(wanted: unknown, value: unknown): boolean {
  const { prefix, exists } = toFields(wanted);
  if (typeof prefix === "string") return typeof value === "string" && value.startsWith(prefix);
  if (typeof exists === "boolean") return exists === (value !== undefined);
  return wanted === value;
}

/** The hub's rules, in the account and Region of the event. */
function patternsFor({ account, region }: Readonly<Record<string, unknown>>): readonly unknown[] {
  const scope = {
    values: new Map<string, unknown>([
      ["AWS::Partition", "aws"],
      ["AWS::AccountId", account],
      ["AWS::Region", region],
    ]),
    conditions: {},
    resource: (logicalId: string): string => logicalId,
  };
  return Object.values(toFields(parseTemplate(read("deploy/hub/triggers.yml"))["Resources"]))
    .map(toFields)
    .filter(({ Type }) => Type === "AWS::Events::Rule")
    .map(({ Properties }) => resolveTemplate(toFields(Properties)["EventPattern"], scope));
}

const samples = readdirSync(join(root, "events"))
  .filter((name) => name.endsWith(".json"))
  .map((name): [string, Readonly<Record<string, unknown>>] => [
    name,
    toFields(JSON.parse(read(`events/${name}`))),
  ])
  // The schedule's event is what the schedule itself says, and goes by no rule.
  .filter(([, { source }]) => source !== undefined && source !== "aws.scheduler");

test("there is a sample for each way by which a rule starts a run", () => {
  assert.equal(samples.length, 3);
});

for (const [name, event] of samples)
  test(`${name}: a rule of the hub lets it through`, () => {
    const patterns = patternsFor(event);
    assert.ok(patterns.length > 0);
    assert.ok(
      patterns.some((pattern) => matches(pattern, event)),
      JSON.stringify(event["resources"]),
    );
    assert.ok(!patterns.some((pattern) => matches(pattern, { ...event, source: "aws.ec2" })));
  });
