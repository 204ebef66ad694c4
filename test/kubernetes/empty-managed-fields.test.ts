import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { emptyManagedFields } from "../../lib/kubernetes/empty-managed-fields.ts";
import { poisonsKeys } from "../poisons-keys.ts";

function emptied(json: string): string {
  return emptyManagedFields(Buffer.from(json)).toString();
}

/** The same with a parser: what a text says, with every array under the name emptied. */
function emptiedByParser(json: string): unknown {
  return JSON.parse(json, (key, value: unknown) =>
    key === "managedFields" && Array.isArray(value) ? [] : value,
  );
}

const name = fc.oneof(
  { weight: 3, arbitrary: fc.constant("managedFields") },
  fc.string(),
  // The second ends, as JSON, with the very bytes that the member begins with.
  fc.constantFrom(
    '"managedFields":[',
    'a"managedFields',
    '\\"managedFields":[',
    "]",
    '"',
    "\\",
    'k:{"name":"a]"}',
    "ü",
    "日本",
  ),
);

const { document } = fc.letrec<{ readonly document: unknown; readonly text: unknown }>((tie) => ({
  text: fc.oneof(
    name,
    name.map((inner) => JSON.stringify({ managedFields: [inner] })),
  ),
  document: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    tie("text"),
    fc.integer(),
    fc.constantFrom(null, true),
    { weight: 2, arbitrary: fc.array(tie("document"), { maxLength: 4 }) },
    {
      weight: 4,
      arbitrary: fc.dictionary(name, fc.oneof(fc.array(tie("document"), { maxLength: 3 }), tie("document")), {
        maxKeys: 4,
      }),
    },
  ),
}));

test("any JSON says the same afterwards, but for its managed fields", () => {
  fc.assert(
    fc.property(document, (value) => {
      const json = JSON.stringify(value);
      fc.pre(!poisonsKeys(json));
      assert.deepEqual(JSON.parse(emptied(json)), emptiedByParser(json));
    }),
    { numRuns: 2_000 },
  );
});

test("a name that ends like the member's is another one, right behind a short member too", () => {
  for (const content of ["", "1", '"a"', "1234567890123456", "12345678901234567"])
    assert.equal(
      emptied(String.raw`{"managedFields":[${content}],"a\"managedFields":[2]}`),
      String.raw`{"managedFields":[],"a\"managedFields":[2]}`,
    );
});

test("what is not JSON does not become JSON, and nothing is read beyond its end", () => {
  for (const broken of [
    '{"managedFields":[',
    '{"managedFields":["',
    '{"managedFields":["\\',
    '{"managedFields":[{"a":1}',
  ])
    assert.equal(emptied(broken), '{"managedFields":[');
});

test("the size of a page of metadata falls to what is not managed fields", () => {
  const managedFields = [{ manager: "kubelet", fieldsV1: { 'f:k:{"a":"]"}': {} } }];
  const items = Array.from({ length: 500 }, (_, index) => ({
    metadata: { name: `pod-${index}`, managedFields },
  }));
  const without = items.map(({ metadata }) => ({ metadata: { ...metadata, managedFields: [] } }));
  assert.equal(emptied(JSON.stringify({ items })), JSON.stringify({ items: without }));
});
