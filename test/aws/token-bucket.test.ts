import assert from "node:assert/strict";
import { test } from "node:test";
import { createTokenBucket, type Clock } from "../../lib/aws/token-bucket.ts";

const RATE = { ratePerSecond: 10, burst: 2 };

/** A clock that stands until the test moves it; sleepers are woken in the order of their time. */
function standingClock() {
  let nowMs = 0;
  const waits: number[] = [];
  const sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];
  const clock: Clock = {
    nowMs: () => nowMs,
    sleep: (milliseconds) => {
      waits.push(Math.round(milliseconds));
      return new Promise((wake) => sleepers.push({ atMs: nowMs + milliseconds, wake }));
    },
  };
  const moveTo = async (toMs: number): Promise<void> => {
    for (;;) {
      // Whoever was woken may go back to sleep.
      await new Promise(setImmediate);
      const [next] = sleepers.toSorted((a, b) => a.atMs - b.atMs);
      if (next === undefined || next.atMs > toMs) break;
      nowMs = Math.max(nowMs, next.atMs);
      sleepers.splice(sleepers.indexOf(next), 1);
      next.wake();
    }
    nowMs = toMs;
  };
  return { clock, waits, moveTo };
}

/** When each of `amount` callers that ask now is let through. */
function ask(amount: number, bucket: { take(): Promise<void> }, clock: Clock): number[] {
  const times: number[] = [];
  for (let caller = 0; caller < amount; caller += 1)
    void bucket.take().then(() => times.push(Math.round(clock.nowMs())));
  return times;
}

test("callers that ask at the same time get places one after the other", async () => {
  const { clock, moveTo } = standingClock();
  const times = ask(5, createTokenBucket(RATE, clock), clock);
  await moveTo(1000);
  assert.deepEqual(times, [0, 0, 100, 200, 300]);
});

test("a bucket refills with time, never beyond its burst", async () => {
  const { clock, moveTo } = standingClock();
  const bucket = createTokenBucket(RATE, clock);
  ask(2, bucket, clock);
  await moveTo(60_000);
  const times = ask(3, bucket, clock);
  await moveTo(61_000);
  assert.deepEqual(times, [60_000, 60_000, 60_100]);
});

test("after a refusal nobody is let through before its time, and then one after the other", async () => {
  const { clock, moveTo } = standingClock();
  const bucket = createTokenBucket(RATE, clock);
  const waiting = ask(4, bucket, clock);
  await moveTo(50);
  bucket.hold(5000);
  const later = ask(2, bucket, clock);
  await moveTo(10_000);
  assert.deepEqual(waiting.slice(0, 2), [0, 0]);
  const after = [...waiting.slice(2), ...later].toSorted((a, b) => a - b);
  assert.equal(after.length, 4);
  assert.ok(
    after.every((time) => time >= 5050),
    after.join(),
  );
  for (const [index, time] of after.entries()) assert.ok(time >= 5050 + (index + 1) * 100, after.join());
});

test("a shorter wait does not end a longer one", async () => {
  const { clock, moveTo } = standingClock();
  const bucket = createTokenBucket(RATE, clock);
  bucket.hold(5000);
  bucket.hold(10);
  const times = ask(1, bucket, clock);
  await moveTo(10_000);
  assert.ok((times[0] ?? 0) >= 5000);
});
