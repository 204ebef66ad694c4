import assert from "node:assert/strict";
import { test } from "node:test";
import * as v from "valibot";
import type { Report } from "../../lib/model/report.ts";
import { toJson } from "../../lib/report/json.ts";
import { ReportSchema } from "../../lib/report/schema.ts";
import { cleanReport, sampleReport } from "./sample-report.ts";

function toText(report: Report): string {
  return [...toJson(report)].join("");
}

test("what is written can be read back, and is the report", () => {
  assert.deepEqual(JSON.parse(toText(sampleReport)), sampleReport);
});

test("two spaces, and one newline at the end", () => {
  const lines = toText(cleanReport).split("\n");
  assert.equal(lines.at(-1), "");
  assert.equal(lines.at(-2), "}");
  assert.equal(lines[1], '  "schemaVersion": 1,');
  assert.equal(lines[3], '    "name": "ringfence",');
});

/** The same value with the keys of every object the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

test("the order of keys does not depend on who built the report", () => {
  const shuffled = v.parse(
    v.custom<Report>(() => true),
    reversed(sampleReport),
  );
  assert.equal(toText(shuffled), toText(sampleReport));
});

test("the calls of the statistics are in code-unit order, whatever they are called", () => {
  const awsCalls: Record<string, number> = Object.fromEntries([
    ["z:Z", 1],
    ["__proto__", 2],
    ["constructor", 3],
    ["a:A", 4],
  ]);
  const json = toText({ ...cleanReport, stats: { durationMs: 1, awsCalls, kubernetesRequests: 0 } });
  assert.match(json, /"__proto__": 2,\s+"a:A": 4,\s+"constructor": 3,\s+"z:Z": 1/);
});

test("hostile names come out as escapes that mean the same", () => {
  const hostile = `a\u{e0041}\u001b[31m\u009b\u202e\u200b\u2028\ufeff${String.fromCharCode(0xd8_00)}`;
  const report = {
    ...cleanReport,
    clusters: cleanReport.clusters.map((cluster) => ({ ...cluster, name: hostile })),
  };
  const json = toText(report);
  assert.doesNotMatch(json.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}]/u);
  assert.match(json, /a\\udb40\\udc41\\u001b\[31m\\u009b\\u202e\\u200b\\u2028\\ufeff\\ud800"/);
  assert.deepEqual(JSON.parse(json), report);
});

for (const [name, report] of Object.entries({ sampleReport, cleanReport })) {
  test(`${name} is valid by the report's own schema`, () => {
    assert.deepEqual(v.safeParse(ReportSchema, report).issues, undefined);
  });
}

test("the schema refuses what is not in the contract", () => {
  const wrong = { ...sampleReport, complete: "yes", extra: 1 };
  assert.equal(v.safeParse(ReportSchema, wrong).success, false);
  assert.equal(v.safeParse(ReportSchema, { ...sampleReport, extra: 1 }).success, false);
});
