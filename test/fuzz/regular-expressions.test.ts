// Every regular expression of the product against texts that were made to keep it busy: 100 KB of each sign that it
// knows, alone and in pairs, behind the text with which it begins, and with an end that it does not accept.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createContext, Script } from "node:vm";
import { compileGlob, MAX_GLOB_LENGTH } from "../../lib/glob.ts";

const root = join(import.meta.dirname, "../..");
const LENGTH = 100_000;
/** A linear one takes a millisecond; a square one takes ten seconds and more, an exponential one for ever. */
const WATCHDOG_MS = 3_000;

interface Found {
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

/** After what no division can stand: a bracket, an operator, a comma, the beginning of a line, `return`. */
const LITERAL =
  /(?:[=(,:!&|?{[;\n]|=>|\breturn)\s*\/(?![*/])((?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([dgimsuvy]*)(?=\s*[.,;)\]:\n])/g;

function findLiterals(file: string): readonly Found[] {
  const text = readFileSync(join(root, file), "utf8").replace(/^\s*(?:\/\/|\*|\/\*\*).*$/gm, "");
  return [...text.matchAll(LITERAL)].map(([, source = "", flags = ""]) => ({ place: file, source, flags }));
}

const files = ["lib", "handlers"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith("html-assets.ts"))
    .map((name) => join(folder, name)),
);
const literals = files.flatMap(findLiterals);

/** Signs that have a meaning in the expression, and one that has none in any. */
function signsOf(source: string): readonly string[] {
  const plain = source.replaceAll(/\\[dDwWsSbBpP](?:\{\w+\})?|\\u\{?[\da-f]+\}?|\(\?<?\w*[>:=!]?/g, "");
  const own = new Set(plain.replaceAll(/[\\^$*+?()[\]{}|]/g, ""));
  return [...new Set([...own].slice(0, 10)), "a", "0", " ", "/", "-", ".", "\n"].slice(0, 14);
}

/** The text with which every match begins. */
function beginningOf(source: string): string {
  return /^\^?((?:[\w:/-](?![*+?{])|\\[./-])*)/.exec(source)?.[1]?.replaceAll("\\", "") ?? "";
}

function* attacksOn(source: string): Generator<string> {
  const signs = signsOf(source);
  for (const beginning of new Set(["", beginningOf(source)]))
    for (const sign of signs)
      for (const end of ["", "\u0001"]) yield beginning + sign.repeat(LENGTH / sign.length) + end;
  for (const [index, sign] of signs.entries()) {
    const next = signs[(index + 1) % signs.length] ?? "";
    yield `${(sign + next).repeat(LENGTH / 2)}\u0001`;
  }
}

test("the product's regular expressions are found", () => {
  assert.ok(literals.length > 100, String(literals.length));
  for (const place of ["lib/scan/state.ts", "lib/model/visible-text.ts", "lib/netpol/calico-selector.ts"])
    assert.ok(
      literals.some((literal) => literal.place === place),
      place,
    );
});

const context = createContext({ expression: /x/, text: "" });
// All of its matches, as replaceAll and matchAll look for them.
const script = new Script("text.replace(expression, '')");

function isDoneInTime({ source, flags }: Found, attack: string, timeoutMs = WATCHDOG_MS): boolean {
  context["expression"] = new RegExp(source, flags.includes("y") ? flags : `${flags.replace("g", "")}g`);
  context["text"] = attack;
  try {
    script.runInContext(context, { timeout: timeoutMs });
    return true;
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, "ERR_SCRIPT_EXECUTION_TIMEOUT");
    return false;
  }
}

test("the watchdog bites", () => {
  assert.equal(isDoneInTime({ place: "", source: "(a|a)+b", flags: "" }, "a".repeat(50), 200), false);
});

test(`no regular expression is kept busy by ${LENGTH / 1000} KB`, () => {
  const busy = literals.filter((literal) => {
    for (const attack of attacksOn(literal.source)) if (!isDoneInTime(literal, attack)) return true;
    return false;
  });
  assert.deepEqual(
    busy.map(({ place, source }) => `${place}: /${source}/`),
    [],
  );
});

test("a glob of any signs takes length times length steps at most", () => {
  const globs = ["*a", "a*", "?*", "*?", "?a", "*a?", "**"].map((part) =>
    part.repeat(MAX_GLOB_LENGTH).slice(0, MAX_GLOB_LENGTH),
  );
  for (const glob of globs) {
    const matches = compileGlob(glob);
    for (const text of ["a".repeat(LENGTH), `${"a".repeat(LENGTH)}b`, "ab".repeat(LENGTH / 2)])
      assert.equal(typeof matches(text), "boolean");
  }
});
