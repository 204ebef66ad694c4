import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { withinTime } from "../../lib/model/within-time.ts";

const LONG_MS = 3_600_000;

/** Ends with the reason of the signal, and never where that does not fire. */
function untilFired(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(signal.reason);
    signal.addEventListener("abort", () => resolve(signal.reason));
  });
}

function countTimers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
}

test("the signal fires when the time is over", async () => {
  const reason = await withinTime(1, undefined, untilFired);
  assert.equal(reason instanceof DOMException && reason.name, "TimeoutError");
});

test("the signal fires with the outer one's reason, and at once where that has fired", async () => {
  const outer = new AbortController();
  const ended = withinTime(LONG_MS, outer.signal, untilFired);
  outer.abort("stop");
  assert.equal(await ended, "stop");
  assert.equal(await withinTime(LONG_MS, outer.signal, untilFired), "stop");
});

test("what the work gives and throws comes through, and nothing is left waiting", async () => {
  const outer = new AbortController();
  const before = countTimers();
  assert.equal(await withinTime(LONG_MS, outer.signal, () => Promise.resolve("done")), "done");
  const failure = new Error("failed");
  await assert.rejects(
    withinTime(LONG_MS, outer.signal, () => Promise.reject(failure)),
    failure,
  );
  assert.deepEqual(getEventListeners(outer.signal, "abort"), []);
  assert.ok(countTimers() <= before);
});
