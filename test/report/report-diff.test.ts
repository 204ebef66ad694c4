// What changed between two reports: each way in which a finding can end or begin, and that what was not seen is never
// resolved.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Finding, Status } from "../../lib/model/finding.ts";
import type { Report } from "../../lib/model/report.ts";
import type { Coverage } from "../../lib/model/target.ts";
import { compareReports, type ReportDiff } from "../../lib/report/report-diff.ts";
import { toDiffMarkdown, toDiffText } from "../../lib/report/report-diff-text.ts";
import { sampleReport } from "./sample-report.ts";

const sample = sampleReport;
const someFinding: Finding = sample.findings.find(({ cluster }) => cluster !== null) ?? assert.fail();
const place = { account: someFinding.account, region: someFinding.region, cluster: someFinding.cluster };

function report(status: Status | null, outcome: Coverage["outcome"] | null = "scanned"): Report {
  return {
    ...sample,
    clusters: [],
    complete: outcome === "scanned",
    coverage: outcome === null ? [] : [{ ...place, outcome }],
    findings: status === null ? [] : [{ ...someFinding, id: "a", status }],
  };
}

function endOf(before: Report, after: Report): string {
  const { findings } = compareReports(before, after);
  const { unchanged, ...lists } = findings;
  const filled = Object.entries(lists).flatMap(([name, list]) => (list.length === 0 ? [] : [name]));
  return unchanged > 0 ? [...filled, "unchanged"].join() : filled.join();
}

describe("a finding between two reports", () => {
  for (const [before, after, expected] of [
    [null, "fail", "new"],
    ["unknown", "fail", "new"],
    ["pass", "fail", "regressed"],
    ["not-applicable", "fail", "regressed"],
    ["exempt", "fail", "regressed"],
    ["fail", "fail", "unchanged"],
    ["fail", "pass", "resolved"],
    ["fail", "not-applicable", "resolved"],
    ["fail", "exempt", "exempted"],
    ["fail", "unknown", "notSeen"],
    ["fail", null, "resolved"],
    ["pass", "unknown", ""],
    ["pass", null, ""],
  ] as const)
    test(`${before ?? "absent"} → ${after ?? "absent"} in a cluster that was read whole: ${expected || "nothing"}`, () =>
      assert.equal(endOf(report(before), report(after)), expected));

  for (const outcome of ["partial", "missed", "skipped", null] as const)
    test(`fail → absent where the second report has the cluster as ${outcome ?? "nothing"}: not seen, not resolved`, () =>
      assert.equal(endOf(report("fail"), report(null, outcome)), "notSeen"));

  test("what is about no cluster, and is not repeated, was not seen", () => {
    const wide = { ...report("fail"), findings: [{ ...someFinding, ...NOWHERE, status: "fail" as const }] };
    assert.equal(endOf(wide, report(null)), "notSeen");
  });
});

const NOWHERE = { account: null, region: null, cluster: null };

describe("what was looked at", () => {
  const coverageOf = (before: Coverage["outcome"] | null, after: Coverage["outcome"] | null): ReportDiff =>
    compareReports(report(null, before), report(null, after));

  test("less is seen where a cluster is missed, read in part, or not named any more", () => {
    for (const after of ["missed", "partial", null] as const)
      assert.equal(coverageOf("scanned", after).seesLess, true, String(after));
    for (const [before, after] of [
      ["missed", "scanned"],
      ["missed", "missed"],
      [null, "missed"],
    ] as const)
      assert.equal(coverageOf(before, after).seesLess, false, `${before} → ${after}`);
  });

  test("a report is the same as itself", () => {
    const { findings, enforcement, postures, coverage, seesLess } = compareReports(sample, sample);
    const { unchanged, ...lists } = findings;
    assert.deepEqual([enforcement, postures, coverage, seesLess], [[], [], [], false]);
    assert.deepEqual(Object.values(lists).flat(), []);
    assert.equal(unchanged, sample.findings.filter(({ status }) => status === "fail").length);
  });

  test("verdicts and postures that changed", () => {
    const [first] = sample.clusters;
    assert.ok(first !== undefined);
    const [namespace] = first.namespaces;
    assert.ok(namespace !== undefined);
    const changed = {
      ...first,
      enforcement: { ...first.enforcement, verdict: "unknown" as const },
      namespaces: [{ ...namespace, posture: "empty" as const }],
    };
    const before = { ...sample, clusters: [{ ...first, namespaces: [namespace] }] };
    const diff = compareReports(before, { ...sample, clusters: [changed] });
    assert.deepEqual(
      diff.enforcement.map((change) => [change.cluster, change.before, change.after]),
      [[first.name, first.enforcement.verdict, "unknown"]],
    );
    assert.deepEqual(
      diff.postures.map((change) => [change.namespace, change.before, change.after]),
      [[namespace.name, namespace.posture, "empty"]],
    );
  });
});

describe("in words", () => {
  const diff = compareReports(report("pass"), report("fail"));

  test("text fits 80 columns, and names what regressed", () => {
    const text = toDiffText(diff, { color: false, columns: 80 });
    assert.match(text, /^Regressed: 1$/m);
    assert.match(text, /0 new findings, 1 regressed, 0 resolved/);
    for (const line of text.split("\n")) assert.ok(line.length <= 80, line);
  });

  test("Markdown: names of clusters stay text", () => {
    const [hostile] = diff.findings.regressed;
    assert.ok(hostile !== undefined);
    const findings = { ...diff.findings, regressed: [{ ...hostile, because: "<b>@everyone</b> [x](y)" }] };
    const markdown = toDiffMarkdown({ ...diff, findings });
    assert.match(markdown, /^### Regressed: 1$/m);
    assert.doesNotMatch(markdown, /<b>|@everyone|\[x\]/);
  });
});

test("more changes than anybody reads end with what to do", () => {
  const pass = { ...sample, findings: sample.findings.map((one) => ({ ...one, status: "pass" as const })) };
  const failed = sample.findings.filter(({ status }) => status === "fail").length;
  assert.equal(compareReports(pass, sample, failed).findings.regressed.length, failed);
  assert.throws(
    () => compareReports(pass, sample, failed - 1),
    /^UsageError: More than \d+ findings changed, .*--accounts\.$/,
  );
});
