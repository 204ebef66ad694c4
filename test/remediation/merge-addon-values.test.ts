import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { mergeAddonValues } from "../../lib/remediation/merge-addon-values.ts";
import { poisonsKeys } from "../poisons-keys.ts";

function merged(present: string | null): unknown {
  const result = mergeAddonValues(present);
  assert.ok("json" in result, JSON.stringify(result));
  return JSON.parse(result.json);
}

test("values that were never set become the one switch", () => {
  for (const unset of [null, "", " \n", "null", "~"])
    assert.deepEqual(merged(unset), { enableNetworkPolicy: "true" });
});

test("JSON and YAML are kept, in all depths", () => {
  assert.deepEqual(merged('{"env":{"A":"1"},"tolerations":[{"operator":"Exists"}]}'), {
    env: { A: "1" },
    tolerations: [{ operator: "Exists" }],
    enableNetworkPolicy: "true",
  });
  assert.deepEqual(merged('env:\n  A: "1"\nenableNetworkPolicy: "false"\n'), {
    env: { A: "1" },
    enableNetworkPolicy: "true",
  });
});

test("a key that stands too deep stays there, and the switch goes to the top level", () => {
  assert.deepEqual(merged('{"VpcCni":{"enableNetworkPolicy":"true"}}'), {
    VpcCni: { enableNetworkPolicy: "true" },
    enableNetworkPolicy: "true",
  });
});

test("what cannot be merged without loss is refused with the reason", () => {
  const reasons: readonly (readonly [present: string, because: RegExp])[] = [
    ["{enable: [", /neither JSON nor YAML/],
    ["[1]", /not an object/],
    ["true", /not an object/],
    ["id: 123456789012345678901", /the number 123456789012345678901 would not survive/],
    [`a: ${"x".repeat(100_001)}`, /longer than 100000/],
    [
      `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from("bcdefghi")
        .map((name, index) => `${name}: &${name} [${`*${"abcdefgh"[index]},`.repeat(9)}]`)
        .join("\n")}`,
      /cannot be expanded/,
    ],
  ];
  for (const [present, because] of reasons) {
    const result = mergeAddonValues(present);
    assert.ok("because" in result, present.slice(0, 40));
    assert.match(result.because, because);
  }
});

test("law: everything but the switch survives, whatever the keys are, and the text is ASCII", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ noUnicodeString: false })), (values) => {
      const present = JSON.stringify(values);
      fc.pre(!poisonsKeys(present));
      const result = mergeAddonValues(present);
      // YAML refuses what JSON admits, such as a key that stands twice; then nothing is merged and it is said.
      fc.pre("json" in result);
      assert.match(result.json, /^[\x20-\x7e]*$/);
      const expected = { ...(JSON.parse(present) as object), enableNetworkPolicy: "true" };
      assert.deepEqual(JSON.parse(result.json), JSON.parse(JSON.stringify(expected)));
    }),
  );
});
