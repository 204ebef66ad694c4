// docs/security.md keeps its word: each threat has something against it, and a test that exists, also by the titles
// that it is quoted with.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { read, root } from "./docs/documents.ts";

/** What the threat model must speak of; a row may be renamed, not forgotten. */
const THREATS: readonly RegExp[] = [
  /confused deputy/i,
  /stolen session/i,
  /same name takes our token/,
  /SSRF/,
  /malicious API server/,
  /hostile objects/i,
  /compromised member poisons the state or the digest/,
  /compromised spoke/,
  /forged events/i,
  /secret in a log/,
  /regular expressions/i,
  /poisoned dependency/,
  /more than it needs/,
  /writes to a cluster/,
];
const TEST_FILE = /\.(?:test|faults)\.ts$/;

interface Row {
  readonly threat: string;
  readonly against: string;
  readonly shownBy: string;
}

const rows: readonly Row[] = read("docs/security.md")
  .split("\n")
  .filter((line) => line.startsWith("| **"))
  .map((line) => {
    const cells = line.replace(/^\| /, "").replace(/ \|$/, "").split(" | ");
    const [threat = "", against = "", shownBy = ""] = cells;
    assert.equal(cells.length, 3, line.slice(0, 80));
    return { threat, against, shownBy };
  });

interface NamedTest {
  readonly path: string;
  readonly titles: readonly string[];
}

/** Links to tests, each with the quoted titles that follow it. */
function listTests(cell: string): readonly NamedTest[] {
  return [...cell.matchAll(/\]\(\.\.\/([^)]+)\)([^[]*)/g)].map(([, path = "", after = ""]) => ({
    path,
    titles: [...after.matchAll(/"([^"]+)"/g)].map(([, title = ""]) => title),
  }));
}

function findMissing({ path, titles }: NamedTest): readonly string[] {
  const place = join(root, path);
  if (!existsSync(place)) return [`${path} does not exist`];
  if (statSync(place).isDirectory()) {
    const hasTests = readdirSync(place).some((name) => TEST_FILE.test(name));
    return hasTests ? [] : [`${path} holds no test`];
  }
  if (!TEST_FILE.test(path)) return [`${path} is no test`];
  const text = readFileSync(place, "utf8");
  return titles.filter((title) => !text.includes(title)).map((title) => `${path} has no "${title}"`);
}

test("every threat has a row, with what stands against it", () => {
  for (const threat of THREATS)
    assert.equal(rows.filter((row) => threat.test(row.threat)).length, 1, `one row of ${threat}`);
  for (const { threat, against } of rows) assert.ok(against.length > 20, threat);
});

test("every threat is shown by a test that exists", () => {
  const missing = rows.flatMap(({ threat, shownBy }) => {
    const tests = listTests(shownBy);
    return tests.length === 0 ? [`${threat}: no test is named`] : tests.flatMap(findMissing);
  });
  assert.deepEqual(missing, []);
});
