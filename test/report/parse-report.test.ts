// A report that is read piece by piece is the one that is read as a whole, or none.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Report, ReportView } from "../../lib/model/report.ts";
import { toWholeReport } from "../../lib/model/report.ts";
import { toJson } from "../../lib/report/json.ts";
import { openReport, parseReport, type ReadFrom } from "../../lib/report/parse-report.ts";
import { HOSTILE_TEXTS, withText } from "./formats/hostile-report.ts";
import { cleanReport, sampleReport } from "./sample-report.ts";

/** Each chunk is gone when the next one is asked for, as from a file. */
function inChunks(text: string, length: number): ReadFrom {
  const bytes = Buffer.from(text);
  return function* readFrom(offset) {
    const chunk = Buffer.alloc(length);
    for (let at = offset; at < bytes.length; at += length) {
      const copied = bytes.copy(chunk, 0, at);
      yield chunk.subarray(0, copied);
      chunk.fill(0x7d);
    }
  };
}

class Refused extends Error {}

function open(text: string, length = 64): ReportView {
  return openReport(inChunks(text, length), (why) => new Refused(why));
}

function whyRefused(text: string): string {
  try {
    toWholeReport(open(text));
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
  return "";
}

const written = (report: Report): string => [...toJson(report)].join("");
const hostile = HOSTILE_TEXTS.filter(({ length }) => length < 1000).map(withText);

for (const [name, write] of Object.entries({ written, compact: JSON.stringify }))
  test(`in chunks of any length it is the same: ${name}`, () => {
    for (const report of [sampleReport, cleanReport, ...hostile])
      for (const length of [1, 7, 64, 4096])
        assert.deepEqual(toWholeReport(open(write(report), length)), JSON.parse(write(report)));
  });

test("it is read as often as somebody asks, and not beyond what is asked for", () => {
  const report = open(written(sampleReport));
  const [first] = report.findings;
  assert.deepEqual(first, sampleReport.findings[0]);
  assert.deepEqual([...report.findings], sampleReport.findings);
  assert.deepEqual([...report.findings], sampleReport.findings);
  assert.deepEqual([...report.clusters], sampleReport.clusters);
});

test("lists that are empty, and blanks around items", () => {
  const empty = { ...cleanReport, clusters: [], findings: [] };
  const blanks = JSON.stringify(empty).replaceAll("[]", " [ \n ] ");
  assert.deepEqual(toWholeReport(open(blanks)), empty);
  const text = JSON.stringify(sampleReport).replaceAll("},{", " }\n ,\t{ ");
  assert.deepEqual(toWholeReport(open(text)), sampleReport);
});

test("what breaks off is refused, wherever", () => {
  const text = JSON.stringify(sampleReport);
  for (let length = 0; length < text.length; length += 1)
    assert.notEqual(whyRefused(text.slice(0, length)), "", text.slice(length - 40, length));
});

test("with a byte changed it is what a whole reading gives, or refused", () => {
  const bytes = Buffer.from(JSON.stringify(sampleReport));
  const changes = fc.tuple(fc.nat(bytes.length - 1), fc.constantFrom(...Buffer.from('"\\{}[],: 1a')));
  fc.assert(
    fc.property(changes, ([at, byte]) => {
      const text = Buffer.from(bytes)
        .fill(byte, at, at + 1)
        .toString("utf8");
      if (whyRefused(text) === "") assert.deepEqual(toWholeReport(open(text)), parseReport(text));
    }),
    { numRuns: 2000 },
  );
});

test("the reason names the item", () => {
  const [first, ...rest] = sampleReport.findings;
  assert.ok(first !== undefined);
  const wrong = (finding: object): string =>
    JSON.stringify({ ...sampleReport, findings: [finding, ...rest] });
  assert.equal(whyRefused(wrong({ ...first, status: "fine" })), "findings.0.status is missing or wrong");
  assert.match(
    whyRefused(wrong({ ...first, extra: 1 })),
    /^the key findings\.0\.extra is of another version/,
  );
  const text = JSON.stringify(sampleReport);
  assert.equal(whyRefused(text.replace('"findings":[{', '"findings":[nul,{')), "findings.0 is not JSON");
  assert.equal(whyRefused(text.replace('"findings":[{', '"findings":[1,{')), "findings.0 is not a map");
  assert.match(whyRefused(JSON.stringify({ ...sampleReport, schemaVersion: 2 })), /^its schemaVersion is 2;/);
  assert.equal(whyRefused("1"), "it is not a map");
  assert.equal(whyRefused("{"), "it is not JSON");
});

test("a list that is there twice, or written so that only a whole reading finds it, is refused", () => {
  const text = JSON.stringify(sampleReport);
  assert.match(whyRefused(text.replace(/\}$/, ',"findings":[]}')), /a list twice/);
  assert.match(
    whyRefused(text.replace('"findings"', String.raw`"\u0066indings"`)),
    /the key findings is written/,
  );
});

test("very many lists are refused, and not looked at one by one", () => {
  const lists = (count: number): string => `{${Array(count).fill('"a":[]').join()}}`;
  assert.doesNotMatch(whyRefused(lists(90)), /more lists/);
  assert.match(whyRefused(lists(200)), /more lists than a report/);
});

test("what is in another order is refused: nobody can put it in order who reads it piece by piece", () => {
  const reversed = { ...sampleReport, findings: sampleReport.findings.toReversed() };
  assert.match(whyRefused(JSON.stringify(reversed)), /^findings\.\d+ stands in another order/);
  const clusters = sampleReport.clusters.toReversed();
  assert.match(whyRefused(JSON.stringify({ ...sampleReport, clusters })), /^clusters\.\d stands in another/);
});
