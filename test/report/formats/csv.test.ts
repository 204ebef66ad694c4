import assert from "node:assert/strict";
import { test } from "node:test";
import type { Report } from "../../../lib/model/report.ts";
import { toCsv } from "../../../lib/report/csv.ts";
import { cleanReport, sampleReport } from "../sample-report.ts";
import { HOSTILE_TEXTS, withText } from "./hostile-report.ts";

function toCsvText(report: Report): string {
  return [...toCsv(report)].join("");
}

/** RFC 4180, strictly: anything else throws. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let position = 0;
  while (position < text.length) {
    const cell = /"((?:[^"]|"")*)"|([^",\r\n]*)/y;
    cell.lastIndex = position;
    const match = cell.exec(text);
    assert.ok(match, `no cell at ${position}`);
    row.push((match[1] ?? match[2] ?? "").replaceAll('""', '"'));
    position = cell.lastIndex;
    if (text.startsWith(",", position)) position += 1;
    else {
      assert.ok(text.startsWith("\r\n", position), `neither comma nor line break at ${position}`);
      rows.push(row);
      row = [];
      position += 2;
    }
  }
  return rows;
}

test("a header, then one row per finding in the report's order", () => {
  const [header = [], ...rows] = parseCsv(toCsvText(sampleReport));
  assert.deepEqual(header.slice(0, 5), ["account", "region", "cluster", "subject_kind", "subject"]);
  const ids = header.indexOf("finding_id");
  assert.deepEqual(
    rows.map((row) => row[ids]),
    sampleReport.findings.map(({ id }) => id),
  );
  assert.deepEqual(
    rows.map(({ length }) => length),
    rows.map(() => header.length),
  );
});

test("what does not apply is an empty cell", () => {
  const row = parseCsv(toCsvText(sampleReport)).at(-1);
  assert.deepEqual(row?.slice(0, 5), ["777788889999", "", "", "account", "777788889999"]);
});

test("commas and quotes come back as they were", () => {
  const [, row] = parseCsv(toCsvText(withText('a "b", c')));
  assert.equal(row?.[4], 'a "b", c');
});

for (const text of HOSTILE_TEXTS)
  test(`no row is broken and no cell is a formula: ${JSON.stringify(text).slice(0, 40)}`, () => {
    const rows = parseCsv(toCsvText(withText(text)));
    assert.equal(rows.length, sampleReport.findings.length + 1);
    for (const cell of rows.flat()) {
      assert.doesNotMatch(cell, /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/);
      assert.doesNotMatch(cell, /[\p{Cc}\p{Cf}\p{Cs}]/u);
    }
  });

for (const start of ["=", "+", "-", "@", "\t", "\r"])
  test(`a cell that begins with ${JSON.stringify(start)} begins with ' instead`, () => {
    const [, row] = parseCsv(toCsvText(withText(`${start}1`)));
    assert.match(row?.[4] ?? "", /^'/);
  });

test("a sign inside a cell is left alone", () => {
  const [, row] = parseCsv(toCsvText(withText("a=b")));
  assert.equal(row?.[4], "a=b");
});

test("the same report gives the same bytes", () => {
  assert.equal(toCsvText(cleanReport), toCsvText(structuredClone(cleanReport)));
});
