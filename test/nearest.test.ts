import assert from "node:assert/strict";
import { test } from "node:test";
import { nearest } from "../lib/nearest.ts";

const KEYS = ["organization", "accounts", "regions", "clusters", "role"];

const table: readonly (readonly [word: string, meant: string | null])[] = [
  ["acounts", "accounts"],
  ["Regions", "regions"],
  ["region", "regions"],
  ["roel", "role"],
  ["organisation", "organization"],
  ["cluster", "clusters"],
  ["namespaces", null],
  ["x", null],
  ["", null],
  ["accounts".repeat(100), null],
];

for (const [word, meant] of table) {
  test(`${JSON.stringify(word.slice(0, 20))} is near to ${meant ?? "nothing"}`, () => {
    assert.equal(nearest(word, KEYS), meant);
  });
}

test("nothing is near where there is nothing", () => {
  assert.equal(nearest("a", []), null);
});
