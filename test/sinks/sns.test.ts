import assert from "node:assert/strict";
import { test } from "node:test";
import * as v from "valibot";
import type { Coverage } from "../../lib/model/target.ts";
import type { Finding } from "../../lib/model/finding.ts";
import type { Report } from "../../lib/model/report.ts";
import type { Digest } from "../../lib/sinks/digest.ts";
import { toDigest } from "../../lib/sinks/digest-draft.ts";
import { SNS_FORMATS, toSnsMessage, type SnsMessage } from "../../lib/sinks/sns.ts";
import { cleanReport, finding, sampleFindings, sampleReport } from "../report/sample-report.ts";

function withChange(one: Finding, index: number): Finding {
  return { ...one, change: index === 0 ? "new" : index === 1 ? "regressed" : "unchanged" };
}

const compared: Report = { ...sampleReport, findings: sampleFindings.map(withChange) };

const digest = toDigest(compared, {
  runId: "2026-11-21T06-00-00Z-ab12",
  unpublished: [
    {
      id: "ringfence/-/-/a/NETPOL.2/0011223344556677",
      code: "InvalidInput",
      message: "data.Title is too long",
    },
  ],
  reportLocation: "s3://ringfence-runs/runs/2026-11-21T06-00-00Z-ab12/report.json",
  pageLocation: "s3://ringfence-runs/runs/2026-11-21T06-00-00Z-ab12/report.html",
});

function toSize({ subject, body, attributes }: SnsMessage): number {
  return Buffer.byteLength(subject) + Buffer.byteLength(body) + Buffer.byteLength(JSON.stringify(attributes));
}

test("the text says the blind spots first, then what changed, what is worst and what was not published", () => {
  const { body } = toSnsMessage(digest, "text");
  const parts = [
    "Ringfence, 2026-11-21 06:00 UTC\n\nINCOMPLETE: 1 cluster, 1 Region and 1 account could not be looked at",
    "Clusters: 5 expected, 2 scanned, 1 in part, 1 missed, 1 skipped\nNetworkPolicies: enforced in 1, configured but not enforced in 1 and not known to be enforced in 1\nChecks: 5 failed (1 critical, 3 high, 1 medium), 1 not decided\nSince the last run: 1 new, 1 regressed; still open: 2 high, 1 medium\n",
    "Could not be looked at\n  MISSED  data-prod (111122223333, us-east-1); unreachable: connect to",
    "    -> Deploy deploy/member-role.yaml",
    "New\n  CRITICAL  NETPOL.2  shop-prod (111122223333, eu-central-1)\n    31 NetworkPolicies",
    "Regressed\n  HIGH  NETPOL.40  namespace argocd in shop-prod (111122223333, eu-central-1)",
    "Worst\n  CRITICAL",
    "Could not be published\n  ringfence/-/-/a/NETPOL.2/0011223344556677: InvalidInput, data.Title is too long",
    "Full report: s3://ringfence-runs/runs/2026-11-21T06-00-00Z-ab12/report.json\nAs a page: s3://ringfence-runs/runs/2026-11-21T06-00-00Z-ab12/report.html\n",
  ];
  const positions = parts.map((part) => body.indexOf(part));
  assert.ok(!positions.includes(-1), `${positions.join(" ")}\n${body}`);
  assert.deepEqual(
    positions,
    positions.toSorted((a, b) => a - b),
  );
});

test("a run of a part says so before it says that nothing fails, in every format", () => {
  const part: Digest = { ...toDigest(cleanReport), isWhole: false };
  const { subject, body } = toSnsMessage(part, "text");
  assert.equal(subject, "Ringfence: only a part was looked at; nothing fails");
  assert.match(
    body,
    /^Only a part of what is configured was looked at; all of this is about that part\nClusters: /m,
  );
  for (const format of SNS_FORMATS)
    assert.match(toSnsMessage(part, format).body, /[Oo]nly a part|"isWhole":false/);
});

test("a quiet run has a short text", () => {
  assert.equal(
    toSnsMessage(toDigest(cleanReport), "text").body,
    `Ringfence, 2026-11-21 06:00 UTC

Clusters: 2 expected, 1 scanned, 0 in part, 0 missed, 1 skipped
NetworkPolicies: enforced in 1
Checks: none failed, 0 not decided
`,
  );
});

test("the subject counts, is ASCII and at most 100 characters", () => {
  assert.equal(
    toSnsMessage(digest, "text").subject,
    "Ringfence: INCOMPLETE, 4 blind spots; 1 critical, 3 high, 1 medium failed; 1 new, 1 regressed; 1...",
  );
  assert.equal(toSnsMessage(toDigest(cleanReport), "json").subject, "Ringfence: nothing fails");
  for (const format of SNS_FORMATS) assert.match(toSnsMessage(digest, format).subject, /^[ -~]{1,100}$/);
});

test("the attributes are what subscriptions filter by", () => {
  assert.deepEqual(toSnsMessage(digest, "text").attributes, {
    severity: "critical",
    complete: "false",
    accounts: ["111122223333", "444455556666", "777788889999"],
  });
  assert.deepEqual(toSnsMessage(toDigest(cleanReport), "text").attributes, {
    severity: "none",
    complete: "true",
  });
});

test("the JSON is the digest, and says that nothing was left out", () => {
  const body: unknown = JSON.parse(toSnsMessage(digest, "json").body);
  const omitted = {
    new: 0,
    regressed: 0,
    resolved: 0,
    unknownNow: 0,
    expiring: 0,
    worst: 0,
    blindSpots: 0,
    unpublished: 0,
    accounts: 0,
  };
  assert.deepEqual(body, { ...digest, omitted });
});

/** The schema of a custom notification, as the administrator guide states its limits. */
const CustomNotification = v.strictObject({
  version: v.literal("1.0"),
  source: v.literal("custom"),
  id: v.pipe(v.string(), v.minLength(1)),
  content: v.strictObject({
    textType: v.literal("client-markdown"),
    title: v.pipe(v.string(), v.maxLength(250)),
    description: v.pipe(v.string(), v.minLength(1), v.maxLength(8000)),
    nextSteps: v.exactOptional(
      v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(350))), v.minLength(1)),
    ),
    keywords: v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(75))),
  }),
  metadata: v.strictObject({
    threadId: v.string(),
    summary: v.string(),
    eventType: v.string(),
    enableCustomActions: v.boolean(),
  }),
});

test("Amazon Q gets a notification within its schema, with next steps", () => {
  const { content } = v.parse(CustomNotification, JSON.parse(toSnsMessage(digest, "amazon-q").body));
  assert.match(content.title, /^Ringfence: INCOMPLETE, 4 blind spots; 1 critical, 3 high, 1 medium failed/);
  assert.match(content.description, /^\*INCOMPLETE\* 1 cluster, 1 Region/);
  assert.match(content.description, /\*New\*\n• CRITICAL NETPOL\.2 shop-prod/);
  assert.deepEqual(content.keywords, ["ringfence", "incomplete", "critical"]);
  assert.equal(content.nextSteps?.length, 5);
  assert.equal(
    v.parse(CustomNotification, JSON.parse(toSnsMessage(toDigest(cleanReport), "amazon-q").body)).content
      .nextSteps,
    undefined,
  );
});

function createHugeDigest(): Digest {
  const accounts = Array.from({ length: 5000 }, (_, index) => String(100_000_000_000 + index));
  const coverage = accounts.map((account): Coverage => ({
    account,
    region: null,
    cluster: null,
    outcome: "missed",
    why: "access-denied",
    detail: `sts:AssumeRole was denied ${"ü".repeat(600)}`,
  }));
  const findings = accounts.map((account, index) => ({
    ...finding({
      controlId: "NETPOL.20",
      title: "t",
      severity: "high",
      account,
      cluster: "🦊".repeat(300),
      subject: { kind: "namespace", name: `n${index}`.repeat(200) },
      because: "because ".repeat(100),
      text: "do ".repeat(200),
    }),
    change: "new" as const,
  }));
  const unpublished = accounts.map((id) => ({ id, code: "InvalidInput", message: "m".repeat(600) }));
  return toDigest({ ...sampleReport, coverage, findings }, { runId: "r", unpublished });
}

const hugeDigest = createHugeDigest();

for (const format of SNS_FORMATS)
  test(`5,000 accounts with endless texts fit into 256 KiB as ${format}, and what is left out is counted`, () => {
    const message = toSnsMessage(hugeDigest, format);
    assert.ok(toSize(message) <= 256 * 1024, `${toSize(message)} bytes`);
    assert.equal(message.attributes["accounts"]?.length, 5000);
    assert.match(message.body, /5000 accounts could not be looked at/);
    assert.match(
      message.body,
      format === "json"
        ? /"omitted":\{"new":4\d{3},/
        : /… and 4\d{3} more, in the full report|… and 5000 more, in the full report/,
    );
    if (format !== "text") assert.doesNotThrow(() => JSON.parse(message.body));
    if (format === "amazon-q") v.parse(CustomNotification, JSON.parse(message.body));
  });

test("of 5,000 accounts the text still shows as many as have room", () => {
  const { body } = toSnsMessage(hugeDigest, "text");
  assert.ok(body.split("\n").filter((line) => line.startsWith("  MISSED")).length >= 10);
});

const hostile = "\u001b[31m\r\nBcc: a@b\u202e<!channel> [x](https://evil)";

for (const format of SNS_FORMATS)
  test(`hostile names cannot forge lines, reorder text or call a channel in ${format}`, () => {
    const { body } = toSnsMessage(
      toDigest({
        ...sampleReport,
        coverage: [
          {
            account: "111122223333",
            region: "eu-central-1",
            cluster: hostile,
            outcome: "missed",
            why: "unreachable",
            detail: hostile,
          },
        ],
        findings: [
          finding({
            controlId: "NETPOL.20",
            title: "t",
            severity: "high",
            cluster: hostile,
            subject: { kind: "namespace", name: hostile },
            because: hostile,
            text: hostile,
          }),
        ],
      }),
      format,
    );
    assert.doesNotMatch(body.replaceAll("\n", ""), /[\p{Cc}]/u);
    assert.doesNotMatch(body, /^Bcc:/m);
    if (format === "json") return;
    assert.doesNotMatch(body, /\u202e/);
    if (format === "amazon-q") assert.doesNotMatch(body, /<!channel>|\]\(/);
  });
