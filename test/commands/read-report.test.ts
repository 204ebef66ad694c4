import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readReport } from "../../lib/commands/read-report.ts";
import { toWholeReport } from "../../lib/model/report.ts";
import { UsageError } from "../../lib/model/usage-error.ts";
import { toJson } from "../../lib/report/json.ts";
import { compareReports } from "../../lib/report/report-diff.ts";
import { toHugeReport } from "../report/huge-report.ts";
import { sampleReport } from "../report/sample-report.ts";

const folder = mkdtempSync(join(tmpdir(), "ringfence-read-report-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string | Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

// Longer than a chunk, and cut within its letters.
const huge = { ...toHugeReport(30, 20), startedAt: "2026-11-22T05:00:00.000Z" };
const file = write("huge.json", [...toJson(huge)].join(""));

test("a long report is read in pieces, and is the one that is read as a whole", () => {
  assert.deepEqual(toWholeReport(readReport("it", file, 0)), huge);
  assert.deepEqual(readReport("it", file), huge);
});

test("what PowerShell or an editor made of a report is the report", () => {
  const marked = `\uFEFF${JSON.stringify(huge)}`;
  const inUtf8 = write("marked.json", marked);
  const inUtf16 = write("utf16.json", Buffer.from(marked, "utf16le"));
  for (const found of [inUtf8, inUtf16]) assert.deepEqual(readReport("it", found), huge);
  assert.deepEqual(toWholeReport(readReport("it", inUtf8, 0)), huge);
  assert.throws(
    () => readReport("it", inUtf16, 0),
    /^UsageError: it is not a report that can be read: a report of this length is read in UTF-8 only, and this is UTF-16\. Write one with .* --output FILE\.$/,
  );
  assert.throws(
    () => readReport("it", write("none.json", Buffer.from([0x7b, 0x22, 0xe9, 0x22]))),
    /it is not a text in UTF-8 or UTF-16; save it as UTF-8/,
  );
});

test("two long reports are compared as two short ones are", () => {
  const findings = huge.findings.filter((_, index) => index % 7 > 0);
  const later = write("later.json", JSON.stringify({ ...huge, findings }));
  const diffOf = (maxWholeBytes?: number) =>
    compareReports(readReport("a", file, maxWholeBytes), readReport("b", later, maxWholeBytes));
  const { resolved } = diffOf(0).findings;
  assert.ok(resolved.length > 50);
  assert.deepEqual(diffOf(0), diffOf());
});

test("a short report may be in any order, and is put in the one of ringfence", () => {
  const { clusters, findings } = sampleReport;
  const text = JSON.stringify({ ...sampleReport, clusters: clusters.toReversed(), findings });
  assert.deepEqual(readReport("it", write("reversed.json", text)).clusters, clusters);
});

test("what is no report is told by its name, with the command that writes one", () => {
  const broken = write("broken.json", JSON.stringify(sampleReport).slice(0, -10));
  for (const maxWholeBytes of [0, 1_000_000])
    assert.throws(
      () => toWholeReport(readReport("--report x", broken, maxWholeBytes)),
      new UsageError(
        "--report x is not a report that can be read: it is not JSON. Write one with ringfence scan --format json --output FILE.",
      ),
    );
  assert.throws(
    () => readReport("x", join(folder, "none")),
    /^UsageError: x cannot be read: there is no such file/,
  );
});
