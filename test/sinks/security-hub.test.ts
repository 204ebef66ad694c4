import assert from "node:assert/strict";
import { test } from "node:test";
import type { AsffFinding } from "../../lib/model/asff.ts";
import type { ImportResult, SecurityHub } from "../../lib/scan/sources.ts";
import { deliverFindings, toAsff, toBatches } from "../../lib/sinks/security-hub.ts";
import { missingPolicy } from "../report/sample-report.ts";

const template = toAsff(missingPolicy(), {
  productArn: "arn:aws:securityhub:eu-central-1:111122223333:product/111122223333/default",
  accountId: "111122223333",
  region: "eu-central-1",
  partition: "aws",
  now: new Date("2026-11-21T06:00:00Z"),
  createdAt: "2026-11-21T06:00:00.000Z",
});

function findings(
  amount: number,
  change: (index: number) => Partial<AsffFinding> = () => ({}),
): AsffFinding[] {
  return Array.from({ length: amount }, (_, index) => ({ ...template, Id: `f${index}`, ...change(index) }));
}

function toIds(batch: readonly AsffFinding[]): string[] {
  return batch.map(({ Id }) => Id);
}

test("250 findings are three batches of at most 100, in order, each finding once", () => {
  const all = findings(250);
  const { batches, rejected } = toBatches(all);
  assert.deepEqual(
    batches.map(({ length }) => length),
    [100, 100, 50],
  );
  assert.deepEqual(batches.flat(), all);
  assert.deepEqual(rejected, []);
});

test("a batch ends where 5.5 MB of UTF-8 would be passed, whatever the characters", () => {
  for (const text of ["x".repeat(200_000), "ü".repeat(100_000), "🦊".repeat(50_000)]) {
    const { batches, rejected } = toBatches(findings(60, () => ({ Description: text })));
    assert.deepEqual(rejected, []);
    assert.deepEqual(
      batches.map(({ length }) => length),
      [27, 27, 6],
    );
    for (const batch of batches)
      assert.ok(Buffer.byteLength(JSON.stringify({ Findings: batch })) <= 5_500_100);
  }
});

test("what is over 240 KB, or there twice, is rejected by name and takes nothing along", () => {
  const big = { ...template, Id: "big", Description: "ü".repeat(120_000) };
  const { batches, rejected } = toBatches([...findings(2), big, ...findings(1)]);
  assert.deepEqual(batches.map(toIds), [["f0", "f1"]]);
  assert.deepEqual(
    rejected.map(({ id, code }) => [id, code]),
    [
      ["big", "FindingTooLarge"],
      ["f0", "DuplicateId"],
    ],
  );
  assert.match(rejected[0]?.message ?? "", /^24\d{4} bytes; at most 240000/);
});

test("no findings are no batches", () => {
  assert.deepEqual(toBatches([]), { batches: [], rejected: [] });
});

/** A hub that answers each call as `answer` says, and remembers what it was sent. */
function hubThat(answer: (batch: readonly AsffFinding[], call: number) => ImportResult) {
  const calls: string[][] = [];
  const hub: SecurityHub = {
    productArn: template.ProductArn,
    importFindings: (batch) => {
      calls.push(toIds(batch));
      return Promise.resolve().then(() => answer(batch, calls.length));
    },
    listFindings: () => Promise.resolve([]),
  };
  return { hub, calls };
}

function accept(batch: readonly AsffFinding[], ...failed: ImportResult["failed"]): ImportResult {
  const named = new Set(failed.map(({ id }) => id));
  return { successCount: batch.filter(({ Id }) => !named.has(Id)).length, failed };
}

/** Pauses that last no time, each the shortest that chance allows. */
function options() {
  const slept: number[] = [];
  const sleep = (milliseconds: number): Promise<void> => Promise.resolve(void slept.push(milliseconds));
  return { slept, sleep, random: () => 0 };
}

function errorNamed(name: string, message = "no"): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } });
}

test("what is accepted is counted", async () => {
  const { hub, calls } = hubThat((batch) => accept(batch));
  assert.deepEqual(await deliverFindings(findings(250), hub, options()), { sent: 250, failed: [] });
  assert.equal(calls.length, 3);
});

test("nothing to send is no call", async () => {
  const { hub, calls } = hubThat((batch) => accept(batch));
  assert.deepEqual(await deliverFindings([], hub, options()), { sent: 0, failed: [] });
  assert.deepEqual(calls, []);
});

test("one poison finding among 500 is named with the field at fault, is not sent again, and takes none along", async () => {
  const message =
    "Finding does not adhere to Amazon Finding Format. data.Title should NOT be longer than 256 characters.";
  const { hub, calls } = hubThat((batch) =>
    accept(
      batch,
      ...batch.filter(({ Id }) => Id === "f321").map(({ Id }) => ({ id: Id, code: "InvalidInput", message })),
    ),
  );
  const delivery = await deliverFindings(findings(500), hub, options());
  assert.deepEqual(delivery, { sent: 499, failed: [{ id: "f321", code: "InvalidInput", message }] });
  assert.equal(calls.length, 5);
});

test("a call that is refused whole because of one finding is halved until that one stands alone", async () => {
  const { hub, calls } = hubThat((batch) => {
    if (batch.some(({ Id }) => Id === "f42")) throw errorNamed("InvalidInputException");
    return accept(batch);
  });
  const delivery = await deliverFindings(findings(100), hub, options());
  assert.equal(delivery.sent, 99);
  assert.deepEqual(
    delivery.failed.map(({ id, code }) => [id, code]),
    [["f42", "InvalidInputException"]],
  );
  assert.ok(calls.length <= 15, `${calls.length} calls`);
});

test("a transient failure is retried by id, with growing pauses, and then succeeds", async () => {
  const given = options();
  const { hub, calls } = hubThat((batch, call) =>
    call < 3 ? accept(batch, { id: "f1", code: "InternalFailure", message: "try again" }) : accept(batch),
  );
  assert.deepEqual(await deliverFindings(findings(3), hub, given), { sent: 3, failed: [] });
  assert.deepEqual(calls, [["f0", "f1", "f2"], ["f1"], ["f1"]]);
  assert.deepEqual(given.slept, [1000, 2000]);
});

test("a transient failure that stays is named after four attempts", async () => {
  const { hub, calls } = hubThat((batch) =>
    accept(batch, { id: "f1", code: "InternalFailure", message: "again" }),
  );
  const delivery = await deliverFindings(findings(2), hub, options());
  assert.equal(delivery.failed.length, 1);
  assert.deepEqual(delivery.failed[0], { id: "f1", code: "InternalFailure", message: "again" });
  assert.equal(calls.length, 4);
});

test("each retry is counted: of two findings one was sent once and the other never", async () => {
  const { hub } = hubThat((batch) =>
    accept(batch, { id: "f1", code: "ThrottlingException", message: "slow" }),
  );
  assert.equal((await deliverFindings(findings(2), hub, options())).sent, 1);
});

for (const name of [
  "ThrottlingException",
  "LimitExceededException",
  "InternalException",
  "TimeoutError",
  "MalformedAnswer",
])
  test(`a call that ends in ${name} is repeated`, async () => {
    const { hub, calls } = hubThat((batch, call) => {
      if (call === 1) throw errorNamed(name);
      return accept(batch);
    });
    assert.deepEqual(await deliverFindings(findings(150), hub, options()), { sent: 150, failed: [] });
    assert.deepEqual(
      calls.map(({ length }) => length),
      [100, 50, 100],
    );
  });

for (const name of ["InvalidAccessException", "AccessDeniedException", "AbortError"])
  test(`after ${name} nobody knocks again, and every finding is named`, async () => {
    const { hub, calls } = hubThat(() => {
      throw errorNamed(name);
    });
    const delivery = await deliverFindings(findings(250), hub, options());
    assert.equal(calls.length, 1);
    assert.equal(delivery.sent, 0);
    assert.equal(new Set(delivery.failed.map(({ id }) => id)).size, 250);
    assert.ok(delivery.failed.every(({ code }) => code === name));
  });

test("InvalidAccess of single findings (the hub is off) is not retried", async () => {
  const { hub, calls } = hubThat((batch) =>
    accept(batch, ...batch.map(({ Id }) => ({ id: Id, code: "InvalidAccess", message: "not subscribed" }))),
  );
  const { sent, failed } = await deliverFindings(findings(3), hub, options());
  assert.deepEqual([sent, failed.length, calls.length], [0, 3, 1]);
});

test("counts that do not add up are believed by nobody: everything is imported again, and then named", async () => {
  const { hub, calls } = hubThat((_, call) =>
    call === 1 ? { successCount: 1, failed: [] } : { successCount: 2, failed: [] },
  );
  assert.deepEqual(await deliverFindings(findings(2), hub, options()), { sent: 2, failed: [] });
  assert.equal(calls.length, 2);
  const liar = hubThat(() => ({
    successCount: 1,
    failed: [{ id: "stranger", code: "InvalidInput", message: "?" }],
  }));
  const { sent, failed } = await deliverFindings(findings(2), liar.hub, options());
  assert.equal(sent, 0);
  assert.deepEqual(
    failed.map(({ id, code }) => [id, code]),
    [
      ["f0", "CountMismatch"],
      ["f1", "CountMismatch"],
    ],
  );
});

test("the text of a failed call is not passed on: that of a bad signature quotes the session token", async () => {
  const { hub } = hubThat(() => {
    throw errorNamed("AccessDeniedException", "x-amz-security-token:FwoGZXIvYXdzEXAMPLE");
  });
  assert.doesNotMatch(
    JSON.stringify(await deliverFindings(findings(1), hub, options())),
    /FwoGZXIvYXdzEXAMPLE/,
  );
});

test("what Security Hub says of a finding is made printable", async () => {
  const { hub } = hubThat((batch) =>
    accept(batch, { id: "f0", code: "InvalidInput", message: `\u001b[2J${"x".repeat(2000)}` }),
  );
  const { failed } = await deliverFindings(findings(1), hub, options());
  assert.match(failed[0]?.message ?? "", /^\\u001b\[2Jx+…$/);
  assert.ok((failed[0]?.message ?? "").length <= 520);
});

test("our own mistake is not taken for a failed delivery", async () => {
  const { hub } = hubThat(() => {
    throw new TypeError("undefined is not a function");
  });
  await assert.rejects(deliverFindings(findings(1), hub, options()), TypeError);
});

test("a parser's TypeError over garbage from the wire is the outside world's", async () => {
  const { hub } = hubThat(() => {
    throw Object.assign(new TypeError("x is not iterable"), { $metadata: {} });
  });
  const { failed } = await deliverFindings(findings(1), hub, options());
  assert.deepEqual(
    failed.map(({ code }) => code),
    ["TypeError"],
  );
});

test("oversized findings are named beside the others' fate", async () => {
  const { hub } = hubThat((batch) => accept(batch));
  const big = { ...template, Id: "big", Description: "x".repeat(300_000) };
  const { sent, failed } = await deliverFindings([big, ...findings(1)], hub, options());
  assert.deepEqual([sent, failed.map(({ id }) => id)], [1, ["big"]]);
});

test("the pauses have jitter, so that parallel runs do not come back together", async () => {
  const { hub } = hubThat((batch) =>
    accept(batch, { id: "f1", code: "ThrottlingException", message: "slow" }),
  );
  const given = { ...options(), random: () => 0.5 };
  await deliverFindings(findings(2), hub, given);
  assert.deepEqual(given.slept, [1500, 3000, 6000]);
});
