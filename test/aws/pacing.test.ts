// What is repeated, how often, and how long everybody waits: with a clock that only notes who sleeps how long.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openTransport } from "../../lib/aws/clients.ts";
import { bucketOf, sendOnce, sendPaced, sendPacedAgain } from "../../lib/aws/pacing.ts";

const RATE = { ratePerSecond: 1_000, burst: 1_000 };

function open() {
  let nowMs = 0;
  const waits: number[] = [];
  const clock = {
    nowMs: () => nowMs,
    sleep: (milliseconds: number) => {
      waits.push(milliseconds);
      nowMs += milliseconds;
      return Promise.resolve();
    },
  };
  const transport = openTransport({ requestTimeoutMs: 1_000, endpointUrl: undefined, maxAttempts: 3, clock });
  return { transport, waits, bucket: bucketOf(transport, "quota", RATE) };
}

function sdkError(name: string, status: number, more: object = {}): Error {
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status }, ...more });
}

const throttled = (retryAfter?: unknown) =>
  sdkError("TooManyRequestsException", 429, { $response: { headers: { "retry-after": retryAfter } } });

/** Answers with each in turn; an error is thrown, and the last one again and again. */
function answering(...answers: readonly unknown[]) {
  let sent = 0;
  const send = async (): Promise<unknown> => {
    const answer = answers[Math.min(sent, answers.length - 1)];
    sent += 1;
    await Promise.resolve();
    if (answer === "done") return answer;
    throw answer;
  };
  return { send, sent: () => sent };
}

test("one key has one bucket", () => {
  const { transport, bucket } = open();
  assert.equal(bucketOf(transport, "quota", RATE), bucket);
  assert.notEqual(bucketOf(transport, "another quota", RATE), bucket);
});

function isBetween(waitMs: number | undefined, least: number, most: number): void {
  assert.ok(waitMs !== undefined && waitMs >= least && waitMs <= most, `${waitMs} ms`);
}

describe("where there were too many requests everybody waits", () => {
  for (const [retryAfter, least, most] of [
    ["3", 3_000, 3_750],
    ["600", 60_000, 75_000],
    [undefined, 500, 1_000],
    ["soon", 500, 1_000],
    ["1234567", 500, 1_000],
    [3, 500, 1_000],
  ] as const)
    test(`retry-after ${JSON.stringify(retryAfter)}`, async () => {
      const { bucket, waits } = open();
      await assert.rejects(sendPaced(bucket, answering(throttled(retryAfter)).send), /TooManyRequests/);
      assert.deepEqual(waits, []);
      await sendPaced(bucket, answering("done").send);
      // Before the next token flows in, too.
      isBetween(waits[0], least, most + 1);
    });

  test("and nobody after another error", async () => {
    const { bucket, waits } = open();
    await assert.rejects(sendPaced(bucket, answering(sdkError("InternalServerException", 500)).send));
    await sendPaced(bucket, answering("done").send);
    assert.deepEqual(waits, []);
  });
});

describe("what is thrown comes out as it is, whatever it is made of", () => {
  for (const [what, error] of [
    ["nothing", null],
    ["a text", "no"],
    ["an error without a response", throttled()],
    ["a response that is nothing", sdkError("TooManyRequestsException", 429, { $response: null })],
    ["a response without headers", sdkError("TooManyRequestsException", 429, { $response: {} })],
    ["headers that are nothing", sdkError("TooManyRequestsException", 429, { $response: { headers: null } })],
  ] as const)
    test(what, async () => {
      const { transport, bucket } = open();
      const { send } = answering(error);
      const thrown = await sendPacedAgain(bucket, transport, send).then(
        () => assert.fail("it was sent"),
        (reason: unknown) => reason,
      );
      assert.equal(thrown, error);
    });
});

const UNREACHABLE = (code: string) => Object.assign(new Error("no way"), { code, $metadata: {} });

describe("what is asked again", () => {
  const CASES: readonly (readonly [what: string, error: Error, again: boolean, once: boolean])[] = [
    ["too many requests", throttled("1"), true, true],
    ["too many requests, with a minute's patience", throttled("60"), true, true],
    ["too many requests, with more patience than a minute", throttled("61"), false, false],
    ["a server's error", sdkError("InternalServerException", 500), true, true],
    ["a clock that was wrong", sdkError("RequestTimeTooSkewed", 403), true, true],
    ["what is denied", sdkError("AccessDeniedException", 403), false, false],
    ["a connection that was never made", UNREACHABLE("ECONNREFUSED"), true, true],
    ["a connection that broke: it may have been done", UNREACHABLE("ECONNRESET"), true, false],
  ];
  for (const [what, error, again, once] of CASES)
    test(what, async () => {
      for (const [expected, repeat] of [
        [
          again,
          ({ transport, bucket }: ReturnType<typeof open>, send: () => Promise<unknown>) =>
            sendPacedAgain(bucket, transport, send),
        ],
        [
          once,
          ({ transport }: ReturnType<typeof open>, send: () => Promise<unknown>) => sendOnce(transport, send),
        ],
      ] as const) {
        const { send, sent } = answering(error, "done");
        const outcome = await repeat(open(), send).catch((thrown: unknown) => thrown);
        assert.deepEqual([outcome, sent()], expected ? ["done", 2] : [error, 1]);
      }
    });

  test("three times in all, and later each time", async () => {
    const { transport, waits } = open();
    const { send, sent } = answering(sdkError("InternalServerException", 500));
    await assert.rejects(sendOnce(transport, send), /InternalServerException/);
    assert.deepEqual([sent(), waits.length], [3, 2]);
    isBetween(waits[0], 250, 500);
    isBetween(waits[1], 500, 1_000);
  });

  test("not before the time that was asked for", async () => {
    const { transport, waits } = open();
    await sendOnce(transport, answering(throttled("7"), "done").send);
    isBetween(waits[0], 7_000, 8_750);
  });
});
