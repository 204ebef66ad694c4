import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { quoteForShell } from "../../lib/model/quote-for-shell.ts";
import { toVisibleText } from "../../lib/model/visible-text.ts";

test("whatever a name holds, it is one word of the command, and whole", () => {
  for (const name of [
    "shop",
    "$(id)",
    "a'; rm -rf /",
    "a\nb",
    "`id`",
    "${HOME}",
    "-o",
    "",
    " ",
    "!!",
    "\u001b[31m",
    "__proto__",
    "n".repeat(253),
  ]) {
    const echoed = execFileSync("sh", ["-c", `printf %s ${quoteForShell(name)}`], { encoding: "utf8" });
    assert.equal(echoed, toVisibleText(name));
    assert.doesNotMatch(quoteForShell(name), /\n/, "one line");
  }
});

test("an ordinary name stands without quotes", () => {
  assert.equal(quoteForShell("shop-prod.eu_1"), "shop-prod.eu_1");
});
