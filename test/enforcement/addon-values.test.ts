// What people put into configurationValues, and what it declares.

import assert from "node:assert/strict";
import { test } from "node:test";

import { parseAddonDocument } from "../../lib/enforcement/addon-document.ts";
import { parseAddonValues } from "../../lib/enforcement/addon-values.ts";

function networkPolicy(text: string | null): unknown {
  const values = parseAddonValues(text);
  return values.state === "malformed" ? "malformed" : values.networkPolicy;
}

const CASES: readonly { text: string | null; expected: unknown; what: string }[] = [
  { what: "never set", text: null, expected: "absent" },
  { what: "empty", text: "", expected: "absent" },
  { what: "blank", text: " \n ", expected: "absent" },
  { what: "a YAML document without content", text: "# nothing yet\n", expected: "absent" },
  { what: "an empty object", text: "{}", expected: "absent" },
  { what: "another key", text: '{"env":{"WARM_IP_TARGET":"2"}}', expected: "absent" },
  { what: "JSON, the canonical string", text: '{"enableNetworkPolicy":"true"}', expected: true },
  { what: "JSON, a boolean", text: '{"enableNetworkPolicy":true}', expected: true },
  { what: "YAML, a quoted string", text: 'enableNetworkPolicy: "true"\n', expected: true },
  { what: "YAML, a boolean", text: "enableNetworkPolicy: true\n", expected: true },
  { what: "off as a string", text: '{"enableNetworkPolicy":"false"}', expected: false },
  { what: "off as a boolean", text: "enableNetworkPolicy: false", expected: false },
  { what: '"True" is not "true"', text: '{"enableNetworkPolicy":"True"}', expected: "invalid" },
  { what: "a number", text: '{"enableNetworkPolicy":1}', expected: "invalid" },
  { what: "null", text: '{"enableNetworkPolicy":null}', expected: "invalid" },
  { what: "nested under VpcCni", text: '{"VpcCni":{"enableNetworkPolicy":"true"}}', expected: "absent" },
  { what: "a list", text: '[{"enableNetworkPolicy":"true"}]', expected: "malformed" },
  { what: "a text", text: "true", expected: "malformed" },
  { what: "garbage", text: "{enableNetworkPolicy:", expected: "malformed" },
  {
    what: "the key twice",
    text: "enableNetworkPolicy: true\nenableNetworkPolicy: false\n",
    expected: "malformed",
  },
  { what: "two documents", text: "a: 1\n---\nb: 2\n", expected: "malformed" },
  { what: "a megabyte and more", text: `a: ${"x".repeat(1_000_000)}`, expected: "malformed" },
  { what: "aliases that explode", text: explodingAliases(), expected: "malformed" },
  {
    what: "__proto__ is a key like any other",
    text: '{"__proto__":{"enableNetworkPolicy":"true"}}',
    expected: "absent",
  },
];

for (const { what, text, expected } of CASES) {
  test(what, () => assert.equal(networkPolicy(text), expected));
}

test("a key that is a list is written on one line, as in a Lambda that cannot fold it", () => {
  const words = Array(40).fill("word").join(" ");
  const document = parseAddonDocument(`? ["${words}"]\n: 1\n`);
  const [key] = Object.keys(document?.toJS() ?? {});
  assert.equal(key, `[ "${words}" ]`);
});

test("says where the key is nested, because it does nothing there", () => {
  const values = parseAddonValues('{"VpcCni":{"properties":{"enableNetworkPolicy":"true"}}}');
  assert.ok(values.state === "read");
  assert.equal(values.nestedAt, "VpcCni.properties.enableNetworkPolicy");
});

test("reads the mode that the add-on declares", () => {
  const values = parseAddonValues('{"env":{"NETWORK_POLICY_ENFORCING_MODE":"strict"}}');
  assert.ok(values.state === "read");
  assert.equal(values.enforcingMode, "strict");
});

function explodingAliases(): string {
  const lines = ["a: &a [x, x, x, x, x, x, x, x, x]"];
  for (const [from, to] of ["ab", "bc", "cd", "de", "ef", "fg", "gh", "hi"].map((pair) => pair.split(""))) {
    lines.push(`${to}: &${to} [${Array.from({ length: 9 }, () => `*${from}`).join(", ")}]`);
  }
  return lines.join("\n");
}
