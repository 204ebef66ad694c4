// What is longer than one part goes to S3 in parts, of which no more than two are in memory; and nothing of what was
// not sent to its end is left.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openBulkStore } from "../../lib/aws/bulk-store.ts";
import { inParts } from "../../lib/aws/in-parts.ts";
import type { World } from "../../emulator/world.ts";
import { REGION } from "../../emulator/worlds/scenarios/small-company.ts";
import { openWorld } from "./open-world.ts";
import { twoAccounts } from "./two-accounts.ts";

const BUCKET = "ringfence-state";
const KEY = "runs/1/report.json";
const MIB = 1024 * 1024;

async function* repeat(piece: string, times: number): AsyncGenerator<string> {
  for (let index = 0; index < times; index += 1) yield await Promise.resolve(piece);
}

function refusing(...faults: readonly (readonly [operation: string, code: string])[]): World {
  return twoAccounts([], {
    faults: faults.map(([operation, code]) => ({
      service: "s3",
      operation,
      answer: { kind: "error", code, status: 403, message: "no" },
    })),
  });
}

async function open(of: World = twoAccounts()) {
  const opened = await openWorld(of);
  const { emulator, transport, credentials } = opened;
  return {
    store: openBulkStore({ bucket: BUCKET, region: REGION, credentials }, transport, 5 * MIB),
    stored: (key: string) => emulator.stores.objects.get(BUCKET)?.get(key),
    uploads: emulator.stores.uploads,
    calls: () => ({ ...opened.scanner.callCounts }),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

test("what fits one part is one object, put at once", async () => {
  await using opened = await open();
  for (const [key, pieces] of [
    ["runs/1/none", repeat("x", 0)],
    ["runs/1/small", repeat("ü💥", 3)],
    ["runs/1/exact", repeat("x".repeat(MIB), 5)],
  ] as const)
    await opened.store.putPieces(key, pieces);
  assert.equal(opened.stored("runs/1/none")?.body.toString(), "");
  assert.equal(opened.stored("runs/1/small")?.body.toString(), "ü💥ü💥ü💥");
  assert.equal(opened.stored("runs/1/exact")?.body.length, 5 * MIB);
  assert.deepEqual(opened.calls(), { "s3:PutObject": 3 });
});

test("what is longer is sent in parts, whole and with its type", async () => {
  await using opened = await open();
  // A character of four bytes lies across the border of two parts.
  const piece = `${"a".repeat(5 * MIB - 2)}💥`;
  await opened.store.putPieces(KEY, repeat(piece, 3));
  assert.ok(opened.stored(KEY)?.body.equals(Buffer.from(piece.repeat(3))));
  assert.equal(opened.stored(KEY)?.contentType, "application/json");
  assert.deepEqual(opened.calls(), {
    "s3:CreateMultipartUpload": 1,
    "s3:UploadPart": 4,
    "s3:CompleteMultipartUpload": 1,
  });
  assert.equal(opened.uploads.size, 0);
});

test("what ends in the middle leaves what stood there before, and no part", async () => {
  await using opened = await open();
  await opened.store.putObject(KEY, "before");
  async function* broken(): AsyncGenerator<string> {
    yield* repeat("x".repeat(MIB), 12);
    throw new Error("a result is gone");
  }
  await assert.rejects(opened.store.putPieces(KEY, broken()), { message: "a result is gone" });
  assert.equal(opened.stored(KEY)?.body.toString(), "before");
  assert.equal(opened.uploads.size, 0);
  assert.equal(opened.calls()["s3:AbortMultipartUpload"], 1);
});

for (const operation of ["UploadPart", "CompleteMultipartUpload"] as const)
  test(`an upload whose ${operation} is refused is given up`, async () => {
    await using opened = await open(refusing([operation, "AccessDenied"]));
    await assert.rejects(opened.store.putPieces(KEY, repeat("x".repeat(MIB), 12)), { name: "AccessDenied" });
    assert.equal(opened.stored(KEY), undefined);
    assert.equal(opened.uploads.size, 0);
  });

test("where it cannot even be given up, the first error is the one that is told", async () => {
  await using opened = await open(
    refusing(["UploadPart", "KMSAccessDenied"], ["AbortMultipartUpload", "AccessDenied"]),
  );
  await assert.rejects(opened.store.putPieces(KEY, repeat("x".repeat(MIB), 12)), { name: "KMSAccessDenied" });
  assert.equal(opened.uploads.size, 1);
});

test("of 100 parts the writer reads the pieces of one ahead, however long the whole is", async () => {
  let given = 0;
  let ahead = 0;
  async function* counted(): AsyncGenerator<string> {
    for await (const piece of repeat("x".repeat(1000), 10_000)) {
      given += piece.length;
      yield piece;
    }
  }
  let taken = 0;
  for await (const part of inParts(counted(), 100_000)) {
    ahead = Math.max(ahead, given - taken);
    taken += part.length;
  }
  assert.equal(taken, 10_000_000);
  assert.ok(ahead <= 101_000, String(ahead));
});

test("a list says how long each object is", async () => {
  await using opened = await open();
  await opened.store.putObject("runs/1/b", "four");
  await opened.store.putObject("runs/1/B", "");
  assert.deepEqual(await opened.store.listSizes("runs/1/"), [
    { key: "runs/1/B", bytes: 0 },
    { key: "runs/1/b", bytes: 4 },
  ]);
});
