import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { createSharing, isSameJson } from "../../lib/model/sharing.ts";

const json: fc.Arbitrary<unknown> = fc
  .oneof(
    fc.jsonValue(),
    // Few values, so that many are equal.
    fc.jsonValue({ maxDepth: 2, stringUnit: fc.constantFrom("a", "b") }),
    fc.dictionary(fc.constantFrom("a", "b", "__proto__"), fc.constantFrom("a", "b")),
  )
  .map(copy);

function copy(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

test("two values are the same where JSON.stringify writes them alike", () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      assert.equal(isSameJson(a, b), JSON.stringify(a) === JSON.stringify(b));
      assert.equal(isSameJson(a, copy(a)), true);
    }),
  );
});

test("what is shared is equal to what was given, and equal values are one", () => {
  fc.assert(
    fc.property(fc.array(json, { maxLength: 20 }), (values) => {
      const share = createSharing<unknown>();
      const shared = values.map((value) => share(copy(value)));
      assert.deepEqual(shared, values);
      const texts = new Map(shared.map((value) => [JSON.stringify(value), value]));
      for (const value of shared) assert.equal(value, texts.get(JSON.stringify(value)));
      assert.ok(shared.every((value) => Object.isFrozen(value)));
    }),
  );
});

test("what is absent stays absent", () => {
  const share = createSharing<unknown>();
  assert.deepEqual([share(undefined), share(null), share(undefined)], [undefined, null, undefined]);
});
