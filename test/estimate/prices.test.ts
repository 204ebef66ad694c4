// The formula stands in two places that must say the same: docs/operations.md for people, lib/estimate for programs.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { estimate } from "../../lib/estimate/estimate.ts";
import { DAYS_PER_MONTH, FREE_EVENTS, MODEL, PRICES } from "../../lib/estimate/prices.ts";

const document = readFileSync(join(import.meta.dirname, "../../docs/operations.md"), "utf8");
const section = /^## Cost\n([\s\S]*?)^## /m.exec(document)?.[1] ?? "";
const [, formula = ""] = /```\n([\s\S]*?)```/.exec(section) ?? [];

/** `0.000005` as the document writes it, not as JavaScript does. */
const decimal = (value: number): string => value.toFixed(12).replace(/0+$/, "").replace(/\.$/, "");

const LINES: readonly (readonly [start: string, ...parts: string[]])[] = [
  [
    "Lambda",
    `A·${MODEL.discoverSeconds} s·${MODEL.discoverGb} GB`,
    `C·T s·${MODEL.scanGb} GB`,
    decimal(PRICES.lambdaGbSecond),
    decimal(PRICES.lambdaRequest),
  ],
  ["Steps", `${MODEL.transitionsPerChild} transitions`, decimal(PRICES.stateTransition)],
  ["S3", "A + 3·N + C", decimal(PRICES.s3Write)],
  ["Logs", `${MODEL.logKilobytes} KB per invocation`, `${PRICES.logGigabyte.toFixed(2)} per GB`],
  [
    "fixed",
    `KMS key ${PRICES.kmsKey} a month`,
    `alarms ${PRICES.alarms.toFixed(2)}`,
    `${MODEL.metricsPerTrigger} metrics · ${PRICES.metric.toFixed(2)}`,
  ],
  ["Security Hub", decimal(PRICES.securityHubEvent), FREE_EVENTS.toLocaleString("en-US")],
];

for (const [start, ...parts] of LINES)
  test(`the document's line about ${start} has the code's prices`, () => {
    const line = formula.split("\n").find((candidate) => candidate.trimStart().startsWith(start)) ?? "";
    for (const part of parts) assert.ok(line.includes(part), `${JSON.stringify(part)} is not in: ${line}`);
  });

test("chunks are as large as the document says", () => {
  assert.match(formula, new RegExp(`at most ${MODEL.clustersPerChunk} clusters of one account and Region`));
});

test("the document's example comes out of the code", () => {
  const estate = {
    source: "flags",
    complete: true,
    accounts: 5000,
    clusters: 10_000,
    namespaces: 0,
    chunks: 5000,
    hubs: [],
  } as const;
  const { running } = estimate(estate, { runsPerDay: 1, changedPerDay: 0.02, chunkSeconds: 8 });
  const perDay = (usd: number): string => (usd / DAYS_PER_MONTH).toFixed(2);
  const example = section.slice(section.indexOf("Example:")).replaceAll(/\s+/g, " ");
  const [, discover = "", scan = ""] = /Lambda (\d\.\d+) \+ (\d\.\d+)/.exec(example) ?? [];
  // Two rounded figures there, one here.
  assert.ok(Math.abs(running.lambda / DAYS_PER_MONTH - Number(discover) - Number(scan)) <= 0.01);
  assert.match(
    example,
    new RegExp(`steps ${perDay(running.steps)}, S3 ${perDay(running.s3)}, logs ${perDay(running.logs)}`),
  );
  const variable = running.total - running.fixed;
  assert.ok(Math.abs(variable / DAYS_PER_MONTH - 1.6) < 0.05, String(variable / DAYS_PER_MONTH));
});
