import assert from "node:assert/strict";
import { test } from "node:test";
import type { Finding } from "../../lib/model/finding.ts";
import type { Report } from "../../lib/model/report.ts";
import { isNews } from "../../lib/sinks/digest.ts";
import { openDigestDraft, toDigest } from "../../lib/sinks/digest-draft.ts";
import { toHeadline } from "../../lib/sinks/digest-text.ts";
import { toSnsMessage } from "../../lib/sinks/sns.ts";
import { cleanReport, finding, sampleFindings, sampleReport } from "../report/sample-report.ts";

test("a run is counted: clusters by outcome, verdicts, checks by status, failures by severity", () => {
  const digest = toDigest(sampleReport);
  assert.deepEqual(digest.clusters, { scanned: 2, partial: 1, missed: 1, skipped: 1 });
  assert.deepEqual(digest.enforcement, {
    enforced: 1,
    partial: 0,
    "configured-not-enforced": 1,
    "not-enforced": 0,
    unknown: 1,
  });
  assert.deepEqual(digest.checks, { pass: 1, fail: 5, unknown: 1, "not-applicable": 0, exempt: 0 });
  assert.deepEqual(digest.failed, { critical: 1, high: 3, medium: 1, low: 0, informational: 0 });
  assert.equal(digest.worstSeverity, "critical");
  assert.equal(digest.complete, false);
});

test("each blind spot comes with why, detail and what to do", () => {
  const { blindSpots, blindSpotSummary } = toDigest(sampleReport);
  assert.equal(
    blindSpotSummary,
    "1 cluster, 1 Region and 1 account could not be looked at and 1 cluster could be read only in part. What was not seen was not judged.",
  );
  assert.deepEqual(
    blindSpots.map(({ scope, outcome, why }) => [scope, outcome, why]),
    [
      ["data-prod (111122223333, us-east-1)", "missed", "unreachable"],
      ["111122223333 us-west-2, the whole Region", "missed", "access-denied"],
      ["shop-qa (444455556666, eu-central-1)", "partial", "access-denied"],
      ["777788889999, the whole account", "missed", "access-denied"],
    ],
  );
  assert.match(blindSpots[3]?.nextStep ?? "", /Deploy deploy\/member-role\.yaml/);
  assert.match(blindSpots[0]?.detail ?? "", /timed out after 15 s/);
});

test("the worst come first, at most ten, and only failures", () => {
  const many = Array.from({ length: 30 }, (_, index) =>
    finding({
      controlId: "NETPOL.20",
      title: "t",
      severity: index === 29 ? "critical" : "low",
      status: index % 2 === 0 && index !== 0 ? "unknown" : "fail",
      subject: { kind: "namespace", name: `n${index}` },
      because: "b",
      text: "t",
    }),
  );
  const { worst } = toDigest({ ...sampleReport, findings: many });
  assert.equal(worst.length, 10);
  assert.deepEqual(
    worst.slice(0, 3).map(({ subject }) => subject.name),
    ["n29", "n0", "n1"],
  );
});

test("a clean run has no severity, no accounts and nothing to fear", () => {
  const digest = toDigest(cleanReport);
  assert.deepEqual(
    [digest.worstSeverity, digest.accounts, digest.blindSpotSummary, digest.worst],
    [null, [], "", []],
  );
});

test("a run that was not compared says nothing about what is new", () => {
  assert.equal(toDigest(sampleReport).changes, null);
});

test("a run that was compared names what is new, regressed and resolved, and only that", () => {
  const changes: readonly Finding["change"][] = [
    "new",
    "regressed",
    "resolved",
    "unchanged",
    "heartbeat",
    "vanished",
    "exempt",
  ];
  const findings = sampleFindings.map((one, index): Finding => {
    const change = changes[index];
    return change === undefined ? one : { ...one, change };
  });
  const digest = toDigest({ ...sampleReport, findings });
  const ids = (list: readonly { readonly id: string }[] | undefined): readonly string[] | undefined =>
    list?.map(({ id }) => id);
  assert.deepEqual(ids(digest.changes?.new), [sampleFindings[0]?.id]);
  assert.deepEqual(ids(digest.changes?.regressed), [sampleFindings[1]?.id]);
  assert.deepEqual(ids(digest.changes?.resolved), [sampleFindings[2]?.id]);
});

test("what is still open is counted by severity, without what is new or regressed", () => {
  const findings = sampleFindings.map((one, index): Finding => ({
    ...one,
    status: "fail",
    severity: "high",
    change: (["new", "regressed", "unchanged", "heartbeat"] as const)[index] ?? "resolved",
  }));
  assert.deepEqual(toDigest({ ...sampleReport, findings }).stillOpen, {
    critical: 0,
    high: 2,
    medium: 0,
    low: 0,
    informational: 0,
  });
  assert.equal(toDigest(sampleReport).stillOpen, null);
});

test("a compared run without changes says that nothing changed", () => {
  const findings = sampleFindings.map((one): Finding => Object.assign({}, one, { change: "unchanged" }));
  assert.deepEqual(toDigest({ ...sampleReport, findings }).changes, {
    new: [],
    regressed: [],
    resolved: [],
    unknownNow: [],
  });
});

test("the accounts are those with a failure or a blind spot, each once, in order", () => {
  assert.deepEqual(toDigest(sampleReport).accounts, ["111122223333", "444455556666", "777788889999"]);
});

test("the same run has the same digest id, whenever its digest is made", () => {
  const again: Report = { ...sampleReport, finishedAt: "2026-11-21T07:00:00.000Z" };
  assert.equal(toDigest(again, { runId: "r1" }).id, toDigest(sampleReport, { runId: "r1" }).id);
  assert.notEqual(toDigest(sampleReport, { runId: "r2" }).id, toDigest(sampleReport, { runId: "r1" }).id);
  assert.equal(toDigest(sampleReport).id, "ringfence/digest/2026-11-21T06:00:00.000Z");
});

test("of 3,000 changes the 1,000 worst are listed, and all are counted", () => {
  const [any] = sampleReport.findings;
  assert.ok(any !== undefined);
  const severities = ["low", "high", "medium"] as const;
  const findings = Array.from({ length: 3000 }, (_, index) => ({
    ...any,
    status: "fail" as const,
    severity: severities[index % 3] ?? "low",
    subject: { kind: "namespace" as const, name: `n${String(index).padStart(4, "0")}` },
    change: "new" as const,
  }));
  const digest = toDigest({ ...sampleReport, findings });
  assert.equal(digest.changes?.new.length, 1000);
  assert.equal(digest.omitted.new, 2000);
  assert.ok(digest.changes.new.every(({ severity }) => severity === "high"));
  assert.deepEqual(
    digest.changes.new.slice(0, 3).map(({ subject }) => subject.name),
    ["n0001", "n0004", "n0007"],
  );
  assert.equal(digest.checks.fail, 3000);
  assert.match(toHeadline(digest), /3000 new/);
  const { body } = toSnsMessage(digest, "text");
  assert.match(body, /Since the last run: 3000 new/);
  const listed =
    body
      .split("\nNew\n")[1]
      ?.split("\n\n")[0]
      ?.match(/^  HIGH/gm)?.length ?? 0;
  assert.ok(listed > 0);
  assert.ok(body.includes(`… and ${3000 - listed} more, in the full report`));
});

test("exemptions that end soon are counted by what covers them, wherever their findings come", () => {
  const [any] = sampleReport.findings;
  assert.ok(any !== undefined);
  const exempt = (cluster: string, source: string, until: string) => ({
    ...any,
    account: "111122223333",
    region: "eu-central-1",
    cluster,
    status: "exempt" as const,
    exemption: { until, owner: "o", reason: "r", source },
  });
  const soon = "2026-11-25";
  const draft = openDigestDraft("2026-11-21");
  for (const finding of [
    exempt("b", "exemptions[0]", soon),
    exempt("b", "annotations of namespace web", "2026-11-23"),
    exempt("b", "annotations of namespace web", "2026-11-23"),
    exempt("a", "exemptions[0]", soon),
    exempt("a", "annotations of namespace web", soon),
    exempt("a", "annotations of namespace later", "2027-11-25"),
  ])
    draft.addFinding(finding);
  assert.deepEqual(
    draft
      .close({ ...sampleReport, isWhole: true }, {})
      .expiring.map(({ until, source, findings, example }) => [until, source, findings, example.cluster]),
    [
      ["2026-11-23", "annotations of namespace web", 2, "b"],
      [soon, "exemptions[0]", 2, "a"],
      [soon, "annotations of namespace web", 1, "a"],
    ],
  );
});

test("what was compared with nothing may be news, and is sent; of nothing at all there is none", () => {
  assert.equal(isNews(toDigest(sampleReport)), true);
  assert.equal(isNews(toDigest({ ...sampleReport, clusters: [], findings: [] })), false);
});
