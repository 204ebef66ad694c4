import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeText } from "../../lib/kubernetes/decode-text.ts";

for (const [title, character] of [
  ["one byte", "a"],
  ["two bytes", "ä"],
  ["three bytes", "–"],
  ["four bytes", "🛡"],
] as const)
  test(`a long text of characters of ${title} is whole, wherever it is cut`, () => {
    for (const shift of ["", "x", "xx", "xxx"]) {
      const text = shift + character.repeat(2_100_000 / Buffer.byteLength(character));
      assert.ok(decodeText(Buffer.from(text)) === text);
    }
  });

test("what is no UTF-8 is decoded to its end", () => {
  const text = decodeText(Buffer.alloc(1_500_000, 0xbf));
  assert.ok(/^\ufffd+$/.test(text));
  assert.equal(decodeText(Buffer.alloc(0)), "");
});
