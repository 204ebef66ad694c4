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

function write(name: string, text: string): string {
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
