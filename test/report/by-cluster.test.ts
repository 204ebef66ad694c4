import assert from "node:assert/strict";
import { test } from "node:test";
import type { Finding } from "../../lib/model/finding.ts";
import { ClusterParts, toClusterParts } from "../../lib/report/by-cluster.ts";
import { groupByScope } from "../../lib/report/by-scope.ts";
import { toText } from "../../lib/report/text.ts";
import { toHugeReport } from "./huge-report.ts";
import { cleanReport, sampleReport } from "./sample-report.ts";

const STYLE = { color: false, columns: 80, verbose: true };

test("each cluster comes with its own findings, then those without a report, then what is about none", () => {
  const clusters = sampleReport.clusters.filter(({ name }) => name !== "data-prod");
  const parts = [...new ClusterParts({ ...sampleReport, clusters })];
  assert.deepEqual(
    parts.map(({ name, cluster }) => [name, cluster?.name ?? null]),
    [...clusters.map(({ name }) => [name, name]), ["data-prod", null], [null, null]],
  );
  for (const { name, findings } of parts)
    assert.deepEqual(
      findings,
      sampleReport.findings.filter(({ cluster }) => cluster === name),
    );
});

test("of a report that is read as it comes, the findings of one cluster are in memory, and not the next one's", () => {
  const report = toHugeReport(12, 2);
  let read: Finding | null = null;
  const findings = {
    *[Symbol.iterator]() {
      for (const finding of report.findings) yield (read = finding);
    },
  };
  const others: number[] = [];
  for (const part of toClusterParts({ clusters: report.clusters, findings })) {
    const own = part.findings.length;
    const until = read === null ? 0 : report.findings.indexOf(read);
    const before = report.findings.findIndex(({ cluster }) => cluster === part.name);
    others.push(until - before - own);
  }
  // One finding further: that it is another cluster's ends the group.
  assert.ok(
    others.every((ahead) => ahead <= 1),
    others.join(),
  );
});

test("findings in another order are refused where they are read as they come, and put in order where they are not", () => {
  const findings = sampleReport.findings.toReversed();
  assert.throws(() => [...groupByScope(findings, (finding) => finding)], /^RangeError: .* stands after /);
  const names = (report: typeof sampleReport) => [...new ClusterParts(report)].map(({ name }) => name);
  assert.deepEqual(names({ ...sampleReport, findings }), names(sampleReport));
});

test("a Region without a name is the order's none, and no bug", () => {
  const [finding] = sampleReport.findings;
  assert.ok(finding !== undefined);
  const findings = [null, ""].map((region) => ({ ...finding, region }));
  assert.equal([...groupByScope(findings, (one) => one)].length, 1);
});

test("the text tells findings in another order all the same", () => {
  for (const report of [sampleReport, cleanReport]) {
    const findings = report.findings.toSorted((a, b) => ((a.cluster ?? "") < (b.cluster ?? "") ? 1 : -1));
    const sorted = [...toText(report, STYLE)].join("");
    const lines = (text: string) => text.split("\n").toSorted();
    assert.deepEqual(lines([...toText({ ...report, findings }, STYLE)].join("")), lines(sorted));
  }
});
