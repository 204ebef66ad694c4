import assert from "node:assert/strict";
import { test } from "node:test";
import { STATUSES } from "../../../lib/model/finding.ts";
import type { Report } from "../../../lib/model/report.ts";
import { packPage } from "../../../lib/report/pack-page.ts";
import { unpackPage, unpackWorkload } from "../../../lib/report/page/unpack.ts";
import { sampleReport } from "../sample-report.ts";
import { toHugeReport } from "../huge-report.ts";

const PLENTY = 100_000_000;

function statusesOf(report: Report, maxLength: number): readonly string[] {
  return packPage(report, maxLength).findings.map(([, status]) => STATUSES[status] ?? "?");
}

test("with room for all, every finding and namespace comes back as it was", () => {
  const page = unpackPage(packPage(sampleReport, PLENTY));
  assert.deepEqual(page.leftOut, { findings: 0, namespaces: 0 });
  const original = new Map(sampleReport.findings.map((finding) => [finding.id, finding]));
  assert.equal(page.findings.length, original.size);
  for (const { id, status, severity, because, subject, evidence, remediation } of page.findings) {
    const finding = original.get(id) ?? assert.fail(id);
    assert.deepEqual({ status, severity, because, subject }, pick(finding));
    assert.deepEqual(
      evidence.map((index) => page.evidence[index]),
      finding.evidence,
    );
    assert.deepEqual(page.remediations[remediation], finding.remediation);
  }
  for (const [index, cluster] of sampleReport.clusters.entries())
    for (const [place, { name, posture, workloads }] of cluster.namespaces.entries()) {
      const packed = page.clusters[index]?.namespaces[place] ?? assert.fail(name);
      assert.deepEqual([packed.name, packed.posture], [name, posture]);
      const unpacked = (packed.detail?.workloads ?? []).map((workload) => unpackWorkload(workload, page));
      assert.deepEqual(
        unpacked,
        workloads.map(({ pods, ...workload }) => ({ ...workload, pods: pods.counted })),
      );
    }
});

function pick({ status, severity, because, subject }: Report["findings"][number]): unknown {
  return { status, severity, because, subject };
}

test("a finding points at its own cluster, and one about no cluster keeps its account", () => {
  const page = unpackPage(packPage(sampleReport, PLENTY));
  const original = new Map(sampleReport.findings.map((finding) => [finding.id, finding]));
  for (const { id, cluster, account } of page.findings) {
    const finding = original.get(id) ?? assert.fail(id);
    assert.equal(cluster === null ? null : page.clusters[cluster]?.name, finding.cluster);
    if (cluster === null) assert.equal(account, finding.account);
  }
});

test("failures come first by severity, passes last", () => {
  assert.deepEqual(statusesOf(sampleReport, PLENTY), [
    "fail",
    "fail",
    "fail",
    "fail",
    "fail",
    "unknown",
    "pass",
  ]);
});

const huge = toHugeReport(30, 40);

test("equal evidence, remediation and directions stand once", () => {
  const page = packPage(huge, PLENTY);
  assert.ok(huge.findings.length > 9000);
  assert.ok(page.remediations.length < 20);
  assert.ok(page.directions.length < 20);
});

for (const maxLength of [0, 100_000, 400_000, 1_000_000])
  test(`within ${maxLength}: every cluster and namespace is named, and what is left out is counted`, () => {
    const page = packPage(huge, maxLength);
    const namespaces = page.clusters.flatMap((cluster) => cluster.namespaces);
    assert.equal(page.clusters.length, 30);
    assert.equal(namespaces.length, 1200);
    assert.equal(page.leftOut.findings, huge.findings.length - page.findings.length);
    assert.equal(page.leftOut.namespaces, namespaces.filter(({ detail }) => detail === null).length);
    const heads = JSON.stringify(packPage(huge, 0)).length;
    assert.ok(JSON.stringify(page).length < Math.max(heads, maxLength) + 10_000);
  });

test("what has to go goes from the end: passes before failures, good namespaces before bad ones", () => {
  const page = packPage(huge, 600_000);
  const statuses = new Set(statusesOf(huge, 600_000));
  assert.ok(statuses.has("fail"));
  assert.ok(!statuses.has("pass"));
  const kept = (posture: string): number =>
    page.clusters
      .flatMap(({ namespaces }) => namespaces)
      .filter((one) => one.posture === posture && one.detail).length;
  assert.ok(kept("inert") > 0);
  assert.equal(kept("empty"), 0);
});

test("a text of a megabyte is cut, and steering characters are shown", () => {
  const [first] = sampleReport.findings;
  assert.ok(first !== undefined);
  const page = packPage(
    { ...sampleReport, findings: [{ ...first, because: `\u202e${"x".repeat(1_000_000)}` }] },
    PLENTY,
  );
  const because = page.findings[0]?.[5] ?? "";
  assert.ok(because.length < 5000);
  assert.match(because, /^\\u202e/);
});
