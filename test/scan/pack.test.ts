import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { concatenate, mergeOrdered, pack, Packable } from "../../lib/scan/pack.ts";

test("whatever is packed is read again as it was, as often as one likes", () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (values) => {
      const packed = pack(values);
      // -0 is no JSON; of a report no number is.
      const expected = JSON.parse(JSON.stringify(values));
      assert.deepEqual([...packed], expected);
      assert.deepEqual([...packed], expected);
    }),
  );
});

test("a long list comes back in its order, whichever part is read", () => {
  const values = Array.from({ length: 1_000 }, (_, at) => ({ at }));
  const packed = pack(values);
  assert.deepEqual([...packed], values);
  assert.deepEqual([...Iterator.from(packed).take(151)], values.slice(0, 151));
});

test("a reader that stops early leaves the list whole for the next", () => {
  const packed = pack(["a", "b", "c"]);
  const [first] = packed;
  assert.equal(first, "a");
  assert.deepEqual([...concatenate([packed, [], packed])], ["a", "b", "c", "a", "b", "c"]);
});

test("lone surrogates and names of prototypes come back", () => {
  const value = JSON.parse('{"__proto__": "\\ud800", "constructor": "x"}');
  const [read] = pack([value]);
  assert.deepEqual(read, value);
});

interface Placed {
  readonly place: number;
  readonly from: string;
}

test("merging two ordered lists is a stable sort of both, the first before the second", () => {
  const compare = (a: Placed, b: Placed): number => a.place - b.place;
  const ordered = (from: string) =>
    fc.array(fc.nat(5)).map((places) => places.map((place) => ({ place, from })).toSorted(compare));
  fc.assert(
    fc.property(ordered("first"), ordered("second"), (first, second) => {
      assert.deepEqual([...mergeOrdered(first, second, compare)], [...first, ...second].toSorted(compare));
    }),
  );
});

test("what is to be packed later reads the same before and after, and in between", () => {
  const list = new Packable([{ a: 1 }, { a: 2 }]);
  const [first] = list;
  const reading = list[Symbol.iterator]();
  assert.deepEqual(reading.next().value, { a: 1 });
  list.pack();
  list.pack();
  assert.deepEqual([...list], [{ a: 1 }, { a: 2 }]);
  assert.deepEqual(reading.next().value, { a: 2 });
  const [again] = list;
  assert.notEqual(again, first);
});
