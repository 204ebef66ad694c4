// One making for all who wait, until it is due; a failure is not kept.

import assert from "node:assert/strict";
import { test } from "node:test";
import { reuse, reuseForever } from "../../lib/aws/reuse.ts";

function clock(startMs: number) {
  let nowMs = startMs;
  return {
    now: () => new Date(nowMs),
    forward: (ms: number) => {
      nowMs += ms;
    },
  };
}

test("concurrent callers share one making", async () => {
  let made = 0;
  const get = reuse(async () => {
    made += 1;
    await new Promise((resolve) => setTimeout(resolve, 5));
    return { value: made, freshUntilMs: Number.POSITIVE_INFINITY };
  }, clock(0).now);
  assert.deepEqual(await Promise.all([get(), get(), get()]), [1, 1, 1]);
  assert.equal(await get(), 1);
});

test("what proved useless is made anew, once for all who found it so", async () => {
  let made = 0;
  const get = reuse(
    () => Promise.resolve({ value: { made: ++made }, freshUntilMs: Number.POSITIVE_INFINITY }),
    clock(0).now,
  );
  const first = await get();
  const anew = await Promise.all([get(first), get(first), get()]);
  assert.deepEqual(new Set(anew), new Set([{ made: 2 }]));
  assert.deepEqual([await get(first), made], [{ made: 2 }, 2]);
});

test("it is made anew when it is due, and not before", async () => {
  let made = 0;
  const time = clock(1_000);
  const get = reuse(
    () => Promise.resolve({ value: ++made, freshUntilMs: time.now().getTime() + 100 }),
    time.now,
  );
  assert.equal(await get(), 1);
  time.forward(99);
  assert.equal(await get(), 1);
  time.forward(1);
  assert.deepEqual(await Promise.all([get(), get()]), [2, 2]);
});

test("a failure goes to all who waited for it, and the next caller tries again", async () => {
  let tries = 0;
  const get = reuseForever(() => {
    tries += 1;
    return tries === 1 ? Promise.reject(new Error("denied")) : Promise.resolve("in");
  });
  const first = await Promise.allSettled([get(), get()]);
  assert.deepEqual(
    first.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  assert.equal(tries, 1);
  assert.equal(await get(), "in");
  assert.equal(await get(), "in");
  assert.equal(tries, 2);
});
