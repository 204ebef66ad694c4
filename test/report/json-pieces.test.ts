import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { ItemByItem, toJsonPieces } from "../../lib/report/json-pieces.ts";

function toText(value: unknown): string {
  return [...toJsonPieces(value)].join("");
}

test("the text is the one of JSON.stringify with two spaces", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => assert.equal(toText(value), JSON.stringify(value, null, 2))),
  );
});

test("a list that is written item by item is an array at its place", () => {
  const lists = fc.array(fc.jsonValue());
  fc.assert(
    fc.property(lists, fc.jsonValue(), (list, other) => {
      const around = (inner: unknown) => ({ other, runs: [{ inner, absent: undefined, last: 1 }] });
      assert.equal(toText(around(new ItemByItem(list))), JSON.stringify(around(list), null, 2));
    }),
  );
});

test("an item is asked for when the one before it is written", () => {
  let asked = 0;
  const values = Array.from({ length: 3 }, (_, index) => index).values();
  const counted = values.map((value) => (asked += 1) && value);
  const pieces = toJsonPieces(new ItemByItem(counted));
  pieces.next();
  assert.equal(asked, 1);
});
