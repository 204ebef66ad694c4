// One point per run of the whole scope, in one object: kept in order, replaced where a run is repeated, and never
// written over what is not ours.

import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import * as v from "valibot";
import { openFolder, toUnseen } from "../../lib/folder-store.ts";
import type { Report } from "../../lib/model/report.ts";
import { toTrendPoint } from "../../lib/model/trend.ts";
import { TrendPointSchema } from "../../lib/report/schema.ts";
import { createObserve } from "../../lib/scan/observe.ts";
import { MAX_POINTS, rememberTrend, TREND_KEY } from "../../lib/scan/remember-trend.ts";
import { sampleReport } from "../report/sample-report.ts";

const observe = createObserve([toUnseen]);

function openStore() {
  return openFolder(mkdtempSync(join(tmpdir(), "ringfence-trend-")));
}

function startedAt(day: number): Report {
  return { ...sampleReport, startedAt: new Date(Date.UTC(2026, 0, day)).toISOString() };
}

test("a point counts what the report says", () => {
  const point = toTrendPoint(sampleReport);
  assert.deepEqual(point, {
    startedAt: sampleReport.startedAt,
    complete: false,
    clusters: { expected: 5, scanned: 2, partial: 1, missed: 1, skipped: 1 },
    enforcement: { judged: 3, enforced: 1 },
    isolation: { judged: 8, isolated: 2 },
    failed: { critical: 1, high: 3, medium: 1, low: 0, informational: 0 },
  });
  v.parse(TrendPointSchema, point);
});

test("runs stand in the order of their time, whichever ends first", async () => {
  const store = openStore();
  for (const day of [3, 1, 2]) await rememberTrend(toTrendPoint(startedAt(day)), store, observe);
  const trend = await rememberTrend(toTrendPoint(startedAt(4)), store, observe);
  assert.ok(trend.seen);
  assert.deepEqual(
    trend.value.map((point) => point.startedAt.slice(0, 10)),
    ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"],
  );
});

test("a run that is repeated replaces its point", async () => {
  const store = openStore();
  await rememberTrend(toTrendPoint({ ...startedAt(1), findings: [] }), store, observe);
  const trend = await rememberTrend(toTrendPoint(startedAt(1)), store, observe);
  assert.ok(trend.seen);
  assert.deepEqual(trend.value, [toTrendPoint(startedAt(1))]);
});

test("the oldest points go", async () => {
  const store = openStore();
  const points = Array.from({ length: MAX_POINTS }, (_, day) => toTrendPoint(startedAt(day + 1)));
  await store.putObject(TREND_KEY, JSON.stringify({ schemaVersion: 1, points }));
  const trend = await rememberTrend(toTrendPoint(startedAt(MAX_POINTS + 1)), store, observe);
  assert.ok(trend.seen);
  assert.equal(trend.value.length, MAX_POINTS);
  assert.equal(trend.value[0]?.startedAt.slice(0, 10), "2026-01-02");
});

test("two runs that end together both stay", async () => {
  const store = openStore();
  await Promise.all([1, 2, 3].map((day) => rememberTrend(toTrendPoint(startedAt(day)), store, observe)));
  const trend = await rememberTrend(toTrendPoint(startedAt(4)), store, observe);
  assert.ok(trend.seen);
  assert.equal(trend.value.length, 4);
});

for (const text of ["", "{}", '{"schemaVersion":2,"points":[]}', '{"schemaVersion":1,"points":[{}]}'])
  test(`what is no trend of ours is named and stays: ${JSON.stringify(text)}`, async () => {
    const store = openStore();
    await store.putObject(TREND_KEY, text);
    const trend = await rememberTrend(toTrendPoint(startedAt(1)), store, observe);
    assert.ok(!trend.seen);
    assert.match(trend.detail, /remove it to begin a new trend/);
    assert.equal((await store.getObject(TREND_KEY))?.body, text);
  });
