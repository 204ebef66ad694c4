import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { shorten } from "../../lib/model/shorten.ts";
import { toVisibleText } from "../../lib/model/visible-text.ts";

const shown: readonly (readonly [what: string, foreign: string, visible: string])[] = [
  ["plain text", "shop-prod", "shop-prod"],
  ["other scripts and emoji", "магазин 店 🦊", "магазин 店 🦊"],
  ["a colour sequence", "\u001b[31mred", "\\u001b[31mred"],
  ["an 8-bit control sequence introducer", "\u009b31m", "\\u009b31m"],
  ["a terminal title", "\u001b]0;owned\u0007", "\\u001b]0;owned\\u0007"],
  ["line breaks and tabs", "a\r\n\tb", "a\\u000d\\u000a\\u0009b"],
  ["right-to-left override", "a\u202egpj.exe", "a\\u202egpj.exe"],
  ["bidi isolates", "\u2066x\u2069", "\\u2066x\\u2069"],
  ["zero-width space and joiner", "a\u200bb\u200d", "a\\u200bb\\u200d"],
  ["a line separator", "a\u2028b", "a\\u2028b"],
  ["a tag character", "a\u{e0041}", "a\\u{e0041}"],
  ["half a surrogate pair", "a\ud800b", "a\\ud800b"],
  ["NUL and DEL", "\u0000\u007f", "\\u0000\\u007f"],
];

for (const [what, foreign, visible] of shown) {
  test(`${what} is shown as ${JSON.stringify(visible)}`, () => {
    assert.equal(toVisibleText(foreign), visible);
  });
}

test("law: visible text has no control, format or surrogate character, and showing it twice changes nothing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (foreign) => {
      const visible = toVisibleText(foreign);
      assert.doesNotMatch(visible, /[\p{Cc}\p{Cf}\p{Cs}]/u);
      assert.equal(toVisibleText(visible), visible);
    }),
  );
});

const cut: readonly (readonly [what: string, text: string, maxLength: number, shortened: string])[] = [
  ["text that fits", "abc", 3, "abc"],
  ["at a word", "the quick brown fox", 17, "the quick brown…"],
  ["right before a space", "the quick brown", 10, "the quick…"],
  ["inside a word that is most of the text", "abcdefghij", 6, "abcde…"],
  ["before an emoji that would be split", "abcd🦊fgh", 6, "abcd…"],
  ["after an emoji that just fits", "abcd🦊fgh", 7, "abcd🦊…"],
  ["to a single character", "abc", 1, "…"],
  ["to nothing", "abc", 0, ""],
];

for (const [what, text, maxLength, shortened] of cut) {
  test(`shorten cuts ${what}`, () => {
    assert.equal(shorten(text, maxLength), shortened);
  });
}

test("law: shortened text fits, is well formed, and starts as the original does", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.nat(40), (text, maxLength) => {
      const shortened = shorten(text, maxLength);
      assert.ok(shortened.length <= maxLength);
      assert.doesNotMatch(shortened, /\p{Cs}/u);
      if (shortened !== text) assert.ok(text.startsWith(shortened.replace(/…$/, "")));
    }),
  );
});
