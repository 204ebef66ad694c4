import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { releaseMemory } from "../../lib/model/release-memory.ts";

test("the memory of a large buffer is given back at once", () => {
  const large = Buffer.alloc(1_000_000, "a");
  const { buffer } = large;
  releaseMemory(large);
  assert.equal(buffer.byteLength, 0);
});

test("memory that other buffers may share stays as it is", () => {
  // Of every size below, and cut from a larger block by zlib.
  const sizes = Array.from({ length: 70 }, (_, at) => at * 512);
  const neighbours = sizes.map((size) => ({ size, buffer: Buffer.from("n".repeat(size)) }));
  for (const size of sizes) {
    releaseMemory(Buffer.from("x".repeat(size)));
    releaseMemory(Buffer.allocUnsafe(size));
    releaseMemory(Buffer.concat([Buffer.from("x".repeat(size))]));
    releaseMemory(gunzipSync(gzipSync("x".repeat(size)), { chunkSize: Math.max(size + 1, 4096) }));
  }
  for (const { size, buffer } of neighbours) assert.equal(buffer.toString(), "n".repeat(size));
});

test("a Node whose blocks are larger keeps what they hold", (t) => {
  const { poolSize } = Buffer;
  t.after(() => (Buffer.poolSize = poolSize));
  Buffer.poolSize = 1024 * 1024;
  // The first ones still come from the smaller block.
  const [, , neighbour, released] = Array.from({ length: 4 }, () => Buffer.allocUnsafe(100_000).fill("n"));
  assert.ok(neighbour !== undefined && released !== undefined);
  assert.equal(released.buffer, neighbour.buffer);
  releaseMemory(released);
  assert.equal(neighbour.toString(), "n".repeat(100_000));
});
