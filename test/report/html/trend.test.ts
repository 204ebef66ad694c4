// The trend as markup: what is said of one run and of none, gaps, and the table that has every number.

import assert from "node:assert/strict";
import { test } from "node:test";
import { toTrendPoint, type TrendPoint } from "../../../lib/model/trend.ts";
import { toTrend } from "../../../lib/report/html-trend.ts";
import { sampleReport } from "../sample-report.ts";

const point = toTrendPoint(sampleReport);

function on(day: number, change: Partial<TrendPoint> = {}): TrendPoint {
  return { ...point, complete: true, startedAt: new Date(Date.UTC(2026, 0, day)).toISOString(), ...change };
}

test("nothing is said where no run is remembered, and one run is no trend", () => {
  assert.equal(toTrend(undefined).markup, "");
  assert.equal(toTrend([]).markup, "");
  const { markup } = toTrend([point]);
  assert.match(markup, /only run that is remembered so far/);
  assert.doesNotMatch(markup, /<svg/);
});

test("the change is that since the run before, and more failures are worse", () => {
  const { markup } = toTrend([
    on(1),
    on(2, { enforcement: { judged: 4, enforced: 1 }, failed: { ...point.failed, high: 1 } }),
    on(3, { enforcement: { judged: 4, enforced: 3 }, failed: { ...point.failed, high: 2 } }),
  ]);
  assert.match(markup, /<b>3 of 4<\/b>\s*<span class="trend-change text-good">\+50 points/);
  assert.match(markup, /<b>4<\/b>\s*<span class="trend-change text-bad">\+1 since/);
  assert.match(markup, /text-quiet">as before/);
});

test("a run that saw nothing to count is a gap in the line, and no zero", () => {
  const none = { judged: 0, enforced: 0 };
  const { markup } = toTrend([on(1), on(2, { enforcement: none }), on(3), on(4, { enforcement: none })]);
  assert.match(markup, /<b>none seen<\/b>/);
  const [path = ""] = /(?<=line-share" d=")[^"]*/.exec(markup) ?? [];
  assert.equal(path.match(/M/g)?.length, 2);
  assert.doesNotMatch(path, /L/);
});

test("runs stand apart as their times do, and an incomplete one is marked", () => {
  const { markup } = toTrend([on(1), on(2, { complete: false }), on(11)]);
  assert.match(markup, /d="M5\.0 [\d.]+L34\.0 [\d.]+L295\.0 /);
  assert.equal(markup.match(/trend-incomplete/g)?.length, 5);
  assert.match(markup, /1 run did not see everything/);
  assert.match(markup, /2026-01-02 00:00 \(incomplete\)/);
  assert.equal(markup.match(/<tr>/g)?.length, 4);
});
