// Fuzzing of manifests as objects, through the whole of `evaluate`: every reader, enforcement, controls, remedies and
// the report. test/offline/hostile.test.ts does the same to their text.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { clusterObjects } from "../../emulator/worlds/build.ts";
import { shop } from "../../emulator/worlds/scenarios/small-company.ts";
import { UsageError } from "../../lib/model/usage-error.ts";
import { REPORT_FORMATS } from "../../lib/report/report-format.ts";
import { run, toList } from "../offline/evaluate-text.ts";
import { fuzzRuns } from "./fuzz-runs.ts";
import { hostileJson, spoil, spoilAll, spoiling, spoilings } from "./hostile-data.ts";
import { outcomeLater } from "./outcome.ts";
import { POLICY_SAMPLES } from "./policy-samples.ts";

const objects: readonly unknown[] = [
  ...clusterObjects({ name: "shop", region: "eu-central-1", manifests: shop() }),
  ...POLICY_SAMPLES.map(({ object }) => object),
];

/** Some objects of a whole cluster spoiled, and some that are nothing at all. */
const cluster = fc
  .record({
    chosen: fc.array(fc.tuple(fc.nat(objects.length - 1), spoilings), { minLength: 1, maxLength: 8 }),
    foreign: fc.array(hostileJson, { maxLength: 2 }),
    list: fc.option(spoiling, { freq: 8 }),
  })
  .map(({ chosen, foreign, list }) => {
    const spoiled = new Map(chosen);
    const items = objects.map((object, index) => spoilAll(object, spoiled.get(index) ?? []));
    const all = { apiVersion: "v1", kind: "List", items: [...items, ...foreign] };
    return JSON.stringify(list === null ? all : spoil(all, list));
  });

test("the objects themselves are read, each of them", async () => {
  const { output, exitCode } = await run(["-"], {}, toList(objects));
  assert.notEqual(exitCode, 3);
  assert.match(output, /"name": "shop"|"namespaces"/);
});

test("whatever the objects of a cluster are, the outcome is a report in every format or a usage error", async () => {
  const format = fc.constantFrom(...REPORT_FORMATS.filter((name) => name !== "asff" && name !== "ocsf"));
  await fc.assert(
    fc.asyncProperty(cluster, format, async (text, format) => {
      const result = await outcomeLater(() => run(["-"], { format }, text), [UsageError]);
      if (result !== undefined) assert.ok([0, 1, 3].includes(result.exitCode), String(result.exitCode));
    }),
    fuzzRuns(40),
  );
});
