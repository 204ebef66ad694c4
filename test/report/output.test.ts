import assert from "node:assert/strict";
import { test } from "node:test";
import { toBlocks, toWholeText } from "../../lib/report/output.ts";

const line = "né à Łódź 🙂\n";
const pieces = Array.from({ length: 40_000 }, () => line);

test("pieces are written in blocks, and nothing is lost between them", () => {
  const blocks = [...toBlocks({ pieces })];
  assert.ok(blocks.length > 1 && blocks.length < 20, String(blocks.length));
  assert.equal(blocks.join(""), pieces.join(""));
  assert.equal(toWholeText({ pieces }), pieces.join(""));
  assert.deepEqual([...toBlocks("a text")], ["a text"]);
});
