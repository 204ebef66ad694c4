// Which events are one run, and that a later change is never swallowed by an earlier one's run.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assert as check, integer, property } from "fast-check";
import type { Run, StartRequest } from "../../lib/events.ts";
import { startRun, toRun } from "../../lib/scan/start-run.ts";

type RunRequest = Extract<StartRequest, { kind: "run" }>;

const SCOPE = { accounts: ["111122223333"], regions: ["eu-central-1"], clusters: ["shop"] };
const CHANGE: RunRequest = { kind: "run", trigger: "eks-api-call", scope: SCOPE, occurredAt: null };
const ACTION: RunRequest = { ...CHANGE, trigger: "security-hub-action" };

let suffixes = 0;
function at(request: RunRequest, timeMs: number): Run {
  const createSuffix = () => `s${(suffixes += 1)}`;
  return toRun(request, { now: () => new Date(timeMs), createSuffix, bucket: "ringfence-prod" });
}

const times = integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) });
const laters = integer({ min: 0, max: 20 * 60_000 });
const looksAt = (run: Run, startedMs: number) => startedMs + run.waitSeconds * 1000;

test("two changes share a run only if it looks five minutes after the later one", () => {
  check(
    property(times, laters, (time, later) => {
      const first = at(CHANGE, time);
      const second = at(CHANGE, time + later);
      if (first.runId !== second.runId) return;
      assert.ok(looksAt(first, time) >= time + later + 300_000);
    }),
  );
});

test("changes within a time bucket are one run, whichever event told, and others are not", () => {
  const noon = Date.UTC(2026, 10, 21, 12);
  const run = at(CHANGE, noon);
  assert.equal(run.runId.slice(0, 31), "2026-11-21T12-05-00-000Z-change");
  assert.equal(run.waitSeconds, 600);
  assert.equal(at({ ...CHANGE, trigger: "eks-addon-event" }, noon + 299_999).runId, run.runId);
  assert.notEqual(at(CHANGE, noon + 300_000).runId, run.runId);
  assert.notEqual(at({ ...CHANGE, scope: { ...SCOPE, clusters: ["shop2"] } }, noon).runId, run.runId);
  assert.notEqual(at({ ...CHANGE, scope: { ...SCOPE, accounts: ["111122223334"] } }, noon).runId, run.runId);
});

test("a creation or deletion is looked at when EKS has had time for it, and swallows no other change", () => {
  const slow: RunRequest = { ...CHANGE, isSlow: true };
  check(
    property(times, (time) => {
      assert.ok(looksAt(at(slow, time), time) >= time + 1_200_000);
      assert.notEqual(at(slow, time).runId, at(CHANGE, time).runId);
    }),
  );
});

test("a person's action is looked at within a minute, and at most once a minute", () => {
  check(
    property(times, (time) => {
      const { waitSeconds } = at(ACTION, time);
      assert.ok(waitSeconds > 0 && waitSeconds <= 60);
    }),
  );
  assert.equal(at(ACTION, 60_000).runId, at(ACTION, 119_999).runId);
});

test("a schedule that is delivered twice is one run; people's requests never are", () => {
  const schedule: RunRequest = {
    kind: "run",
    trigger: "schedule",
    scope: {},
    occurredAt: "2026-11-21T05:00:00Z",
  };
  assert.deepEqual(at(schedule, 1), at(schedule, 90_000));
  assert.equal(at(schedule, 1).runId, "2026-11-21T05-00-00-000Z-schedule");
  const manual: RunRequest = { kind: "run", trigger: "manual", scope: SCOPE, occurredAt: null };
  assert.notEqual(at(manual, 1).runId, at(manual, 1).runId);
  assert.equal(at({ ...manual, rescanMissed: "2026-a" }, 1).rescanMissed, "2026-a");
});

test("every run id is an execution name and a part of S3 keys", () => {
  for (const request of [CHANGE, ACTION, { ...CHANGE, trigger: "manual" as const }])
    assert.match(at(request, Date.UTC(2026, 0, 1)).runId, /^[A-Za-z0-9][A-Za-z0-9._-]{1,79}$/);
});

test("an execution that is there already is said, not repeated", async () => {
  const started: unknown[] = [];
  const context = {
    now: () => new Date(0),
    createSuffix: () => "s",
    bucket: "ringfence-prod",
    stateMachine: {
      startExecution: (name: string, input: unknown) => {
        started.push([name, input]);
        return Promise.resolve(started.length === 1);
      },
    },
  };
  const run = await startRun(CHANGE, context);
  assert.ok("runId" in run);
  assert.deepEqual(started, [[run.runId, run]]);
  assert.deepEqual(await startRun(CHANGE, context), {
    ignored: `the run ${run.runId} is there already, and sees the same`,
  });
});
