import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { compileGlob, compileGlobs, compileSelection, MAX_GLOB_LENGTH } from "../lib/glob.ts";

const table: readonly (readonly [glob: string, matching: readonly string[], other: readonly string[]])[] = [
  ["prod", ["prod"], ["", "Prod", "prod ", "xprod", "produ"]],
  ["*", ["", "a", "a/b", "ünïcode 🦊"], []],
  ["**", ["", "a"], []],
  ["prod-*", ["prod-", "prod-eu"], ["prod", "xprod-eu"]],
  ["*-prod", ["-prod", "eu-prod"], ["prod", "eu-prod-2"]],
  ["*prod*", ["prod", "eu-prod-2"], ["pro", "p-r-o-d"]],
  ["a*a", ["aa", "aba", "a*a"], ["a", "ab", "ba"]],
  ["a*b*c", ["abc", "a-b-c", "abbcc", "abcbc"], ["acb", "ab", "abcb"]],
  ["a*bc*c", ["abcc", "abcbcc"], ["abc"]],
  ["team-??", ["team-01"], ["team-1", "team-001"]],
  ["*?", ["a", "ab"], [""]],
  ["?*", ["a", "ab"], [""]],
  ["*a?c*", ["abc", "xxaxcyy"], ["ac", "abbc"]],
  ["*a?c", ["aac", "abcaxc"], ["abcab"]],
  ["/Workloads/*", ["/Workloads/Production", "/Workloads/a/b"], ["/Workloads", "/Sandbox/a"]],
  ["a.c", ["a.c"], ["abc"]],
  ["[ab]", ["[ab]"], ["a", "b"]],
  ["(a+)+$", ["(a+)+$"], ["aaaa"]],
  ["", [""], ["a"]],
];

for (const [glob, matching, other] of table) {
  test(`glob ${JSON.stringify(glob)}`, () => {
    const matches = compileGlob(glob);
    for (const text of matching) assert.equal(matches(text), true, `should match ${JSON.stringify(text)}`);
    for (const text of other) assert.equal(matches(text), false, `should not match ${JSON.stringify(text)}`);
  });
}

test("one of several globs is enough, and none matches nothing", () => {
  assert.equal(compileGlobs(["a*", "*z"])("xyz"), true);
  assert.equal(compileGlobs(["a*", "*z"])("xyx"), false);
  assert.equal(compileGlobs([])("a"), false);
});

test("exclude wins over include", () => {
  const selects = compileSelection({ include: ["prod-*"], exclude: ["*-test"] });
  assert.deepEqual(["prod-eu", "prod-test", "dev"].map(selects), [true, false, false]);
});

/** Deliberately naive and recursive: what the words of lib/glob.ts say, and nothing more. */
function matchesNaively(glob: string, text: string): boolean {
  if (glob === "") return text === "";
  const [head = "", rest] = [glob[0], glob.slice(1)];
  if (head === "*")
    return Array.from({ length: text.length + 1 }, (_, i) => i).some((i) =>
      matchesNaively(rest, text.slice(i)),
    );
  return text !== "" && (head === "?" || head === text[0]) && matchesNaively(rest, text.slice(1));
}

test("law: agrees with a naive matcher", () => {
  const glob = fc.array(fc.constantFrom("a", "b", "*", "?"), { maxLength: 8 }).map((parts) => parts.join(""));
  const text = fc
    .array(fc.constantFrom("a", "b", "*", "?"), { maxLength: 10 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(glob, text, (glob, text) => {
      assert.equal(compileGlob(glob)(text), matchesNaively(glob, text));
    }),
    { numRuns: 5000 },
  );
});

test("the pattern that kills backtracking matchers takes no time that grows with its stars", () => {
  const glob = "*a".repeat(MAX_GLOB_LENGTH / 2 - 1) + "*b";
  const wildcards = "*?a".repeat(MAX_GLOB_LENGTH / 3 - 1) + "*b";
  const text = "a".repeat(100_000);
  // A backtracking matcher needs more steps here than there are atoms, so that merely ending is the proof.
  assert.equal(compileGlob(glob)(text), false);
  assert.equal(compileGlob(wildcards)(text), false);
});
