// Imports of several clusters together: as few calls as there can be, and each cluster is told of its own findings.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import pLimit from "p-limit";
import type { AsffFinding } from "../../lib/model/asff.ts";
import type { ImportResult, SecurityHub } from "../../lib/scan/sources.ts";
import { takeTurn, type Join } from "../../lib/scan/turns.ts";
import { MAX_WAIT_MS, shareImports } from "../../lib/publishing/share-imports.ts";
import { toAsff } from "../../lib/sinks/security-hub.ts";
import { missingPolicy } from "../report/sample-report.ts";

const [ACCOUNT, REGION] = ["111122223333", "eu-central-1"];
const productArn = `arn:aws:securityhub:${REGION}:${ACCOUNT}:product/${ACCOUNT}/default`;
const template = toAsff(missingPolicy(), {
  productArn,
  accountId: ACCOUNT,
  region: REGION,
  partition: "aws",
  now: new Date("2026-11-21T06:00:00Z"),
  createdAt: "2026-11-21T06:00:00.000Z",
});

interface Imports {
  readonly hub: SecurityHub;
  /** The ids of each call. */
  readonly calls: string[][];
  readonly join: Join;
  /** Waited for in vain: what the timers would do. */
  readonly due: (() => void)[];
}

function openImports(answer: (ids: readonly string[]) => ImportResult = takeAll): Imports {
  const calls: string[][] = [];
  const due: (() => void)[] = [];
  const hub: SecurityHub = {
    productArn,
    listFindings: () => Promise.resolve([]),
    async importFindings(findings) {
      const ids = findings.map(({ Id }) => Id);
      calls.push(ids);
      await Promise.resolve();
      return answer(ids);
    },
  };
  const startTimer = (milliseconds: number, action: () => void): (() => void) => {
    assert.equal(milliseconds, MAX_WAIT_MS);
    due.push(action);
    return () => void due.splice(due.indexOf(action), 1);
  };
  return { hub, calls, join: shareImports({ sleep: () => Promise.resolve(), startTimer }), due };
}

function takeAll(ids: readonly string[]): ImportResult {
  return { successCount: ids.length, failed: [] };
}

function of(cluster: string, amount: number): AsffFinding[] {
  return Array.from({ length: amount }, (_, index) => ({ ...template, Id: `${cluster}/${index}` }));
}

const nobodyWaits = (): void => {};
const names = (amount: number): string[] => Array.from({ length: amount }, (_, index) => `c${index}`);

test("ten clusters with three changes each are one call, and nobody waits when the last one is in", async () => {
  const { hub, calls, join, due } = openImports();
  const seats = names(10).map((name) => ({ name, seat: join(ACCOUNT, REGION) }));
  let waited = 0;
  const delivered = seats.map(({ name, seat }) => seat.deliver(of(name, 3), hub, () => (waited += 1)));
  assert.deepEqual(
    await Promise.all(delivered),
    seats.map(() => ({ sent: 3, failed: [] })),
  );
  assert.deepEqual(calls, [seats.flatMap(({ name }) => of(name, 3).map(({ Id }) => Id))]);
  assert.deepEqual([waited, due.length], [9, 0]);
});

test("who changed nothing only leaves, and other accounts and Regions are not waited for", async () => {
  const { hub, calls, join } = openImports();
  const [first, second] = [join(ACCOUNT, REGION), join(ACCOUNT, REGION)];
  join(ACCOUNT, "eu-west-1");
  const delivered = first.deliver(of("c0", 2), hub, nobodyWaits);
  assert.equal(calls.length, 0);
  second.leave();
  assert.deepEqual(await delivered, { sent: 2, failed: [] });
});

const Step = fc.record({ findings: fc.integer({ min: 0, max: 260 }), rank: fc.nat() });

test("law: never more calls than hundreds of findings, each finding once, each cluster its own outcome", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(Step, { minLength: 1, maxLength: 20 }), async (steps) => {
      const refused = (id: string): boolean => id.endsWith("/7");
      const { hub, calls, join, due } = openImports((ids) => ({
        successCount: ids.filter((id) => !refused(id)).length,
        failed: ids.filter(refused).map((id) => ({ id, code: "InvalidInput", message: "no" })),
      }));
      const clusters = steps.map((step, index) => ({
        ...step,
        name: `c${index}`,
        seat: join(ACCOUNT, REGION),
      }));
      const outcomes = clusters
        .toSorted((a, b) => a.rank - b.rank)
        .map(async ({ name, findings, seat }) => {
          await Promise.resolve();
          const delivery = await seat.deliver(of(name, findings), hub, nobodyWaits).finally(seat.leave);
          const bad = findings > 7 ? [`${name}/7`] : [];
          assert.deepEqual(
            [delivery.sent, delivery.failed.map(({ id }) => id)],
            [findings - bad.length, bad],
          );
        });
      // Nobody hands in nothing: publishing leaves instead.
      for (const { findings, seat } of clusters) if (findings === 0) seat.leave();
      await Promise.all(outcomes);
      const all = clusters.flatMap(({ name, findings }) => of(name, findings).map(({ Id }) => Id));
      assert.deepEqual(calls.flat().toSorted(), all.toSorted());
      assert.equal(calls.length, Math.ceil(all.length / 100));
      assert.equal(due.length, 0);
    }),
    { numRuns: 200 },
  );
});

test("a finding that spoils the call costs its neighbours nothing", async () => {
  const { hub, join } = openImports((ids) => {
    if (!ids.includes("c1/0")) return takeAll(ids);
    throw Object.assign(new Error("bad"), { name: "InvalidInputException", $metadata: {} });
  });
  const [good, bad] = [join(ACCOUNT, REGION), join(ACCOUNT, REGION)];
  const both = [good.deliver(of("c0", 3), hub, nobodyWaits), bad.deliver(of("c1", 2), hub, nobodyWaits)];
  const [kept, hurt] = await Promise.all(both);
  assert.deepEqual(kept, { sent: 3, failed: [] });
  assert.deepEqual([hurt?.sent, hurt?.failed.map(({ id }) => id)], [1, ["c1/0"]]);
});

test("who keeps the others waiting is not waited for, and imports for itself later", async () => {
  const { hub, calls, join, due } = openImports();
  const [quick, slow] = [join(ACCOUNT, REGION), join(ACCOUNT, REGION)];
  const first = quick.deliver(of("c0", 2), hub, nobodyWaits);
  assert.deepEqual([calls.length, due.length], [0, 1]);
  for (const action of due) action();
  assert.deepEqual(await first, { sent: 2, failed: [] });
  assert.deepEqual(await slow.deliver(of("c1", 1), hub, nobodyWaits), { sent: 1, failed: [] });
  assert.deepEqual(
    calls.map(({ length }) => length),
    [2, 1],
  );
});

test("what one cluster hands in twice, because another run came between, goes out at once", async () => {
  const { hub, calls, join } = openImports();
  const seat = join(ACCOUNT, REGION);
  await seat.deliver(of("c0", 1), hub, nobodyWaits);
  await seat.deliver(of("c0", 1), hub, nobodyWaits);
  assert.equal(calls.length, 2);
});

test("our own mistake ends everybody who was in the call, and leaves nobody waiting", async () => {
  const { hub, join } = openImports(() => {
    throw new RangeError("ours");
  });
  const seats = [join(ACCOUNT, REGION), join(ACCOUNT, REGION)];
  const delivered = await Promise.allSettled(
    seats.map((seat, index) => seat.deliver(of(`c${index}`, 1), hub, nobodyWaits)),
  );
  assert.deepEqual(
    delivered.map(({ status }) => status),
    ["rejected", "rejected"],
  );
});

test("a finding of two hubs goes to each: an account whose hub is off is told in the scanner's", async () => {
  const { hub, calls, join } = openImports();
  const other: SecurityHub = { ...hub, productArn: productArn.replaceAll(ACCOUNT, "444455556666") };
  const [first, second] = [join(ACCOUNT, REGION), join(ACCOUNT, REGION)];
  await Promise.all([
    first.deliver(of("c0", 1), hub, nobodyWaits),
    second.deliver(of("c1", 1), other, nobodyWaits),
  ]);
  assert.deepEqual(calls, [["c0/0"], ["c1/0"]]);
});

test("one turn at a time is enough: who waits for the others gives its turn to them", async () => {
  const { hub, calls, join } = openImports();
  const limit = pLimit(1);
  let running = 0;
  let most = 0;
  const outcomes = await Promise.all(
    names(5).map((name) =>
      takeTurn(limit, join(ACCOUNT, REGION), async ({ seat, release }) => {
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        running -= 1;
        if (name === "c2") return null;
        return (await seat?.deliver(of(name, 2), hub, release)) ?? null;
      }),
    ),
  );
  assert.deepEqual(
    outcomes.map((one) => one?.sent ?? null),
    [2, 2, null, 2, 2],
  );
  assert.deepEqual([calls.length, most], [1, 1]);
});

test("a turn that fails ends, leaves its seat, and is told", async () => {
  const { hub, join } = openImports();
  const limit = pLimit(1);
  const broken = takeTurn(limit, join(ACCOUNT, REGION), () => Promise.reject(new RangeError("ours")));
  const whole = takeTurn(limit, join(ACCOUNT, REGION), async ({ seat, release }) =>
    seat?.deliver(of("c1", 1), hub, release),
  );
  await assert.rejects(broken, RangeError);
  assert.deepEqual(await whole, { sent: 1, failed: [] });
});

test("a cluster may hand in more findings than a call takes arguments, and the hub refuse them all", async () => {
  const many = Array.from({ length: 130_000 }, (_, index) => ({
    ...template,
    Id: `c0/${index}`,
    Resources: [],
    ProductFields: {},
  }));
  const { hub, join } = openImports();
  const { sent } = await join(ACCOUNT, REGION).deliver(many, hub, nobodyWaits);
  assert.equal(sent, many.length);
  const closed = openImports(() => {
    throw Object.assign(new Error("no"), { name: "AccessDeniedException" });
  });
  const { failed } = await closed.join(ACCOUNT, REGION).deliver(many, closed.hub, nobodyWaits);
  assert.equal(failed.length, many.length);
  assert.equal(closed.calls.length, 1);
});
