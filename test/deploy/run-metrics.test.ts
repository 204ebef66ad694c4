// The numbers that operators are alarmed by, and that alarms and dashboard know no others.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as v from "valibot";
import type { Report } from "../../lib/model/report.ts";
import { countRun, NOTHING_COUNTED } from "../../lib/model/run-counts.ts";
import { toRunMetrics } from "../../lib/run-metrics.ts";
import { sampleReport } from "../report/sample-report.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

function withCoverage(coverage: Report["coverage"], complete: boolean): Report {
  return { ...sampleReport, coverage, complete };
}

const ALL_TOLD = { unpublished: 0, digestProblem: "" };
const at = { account: "111122223333", region: "eu-central-1" };

test("clusters, and accounts and Regions besides, are counted by what became of them", () => {
  const metrics = toRunMetrics(
    withCoverage(
      [
        { ...at, cluster: "a", outcome: "scanned" },
        { ...at, cluster: "b", outcome: "partial", why: "deadline", detail: "" },
        { ...at, cluster: "c", outcome: "missed", why: "incomplete", detail: "" },
        { ...at, cluster: "d", outcome: "skipped", detail: "CREATING" },
        {
          account: "444455556666",
          region: null,
          cluster: null,
          outcome: "missed",
          why: "access-denied",
          detail: "",
        },
      ],
      false,
    ),
    NOTHING_COUNTED,
    { unpublished: 3, digestProblem: "" },
  );
  const names = [
    "RunFinished",
    "RunIncomplete",
    "ClustersExpected",
    "ClustersScanned",
    "ClustersMissed",
    "ScopesMissed",
    "FindingsUnpublished",
  ];
  assert.deepEqual(
    names.map((name) => metrics.get(name)),
    [1, 1, 3, 1, 2, 1, 3],
  );
});

test("a complete run is not incomplete, and failed findings are counted by severity", () => {
  const metrics = toRunMetrics(withCoverage([], true), countRun(sampleReport), ALL_TOLD);
  assert.equal(metrics.get("RunIncomplete"), 0);
  const failed = sampleReport.findings.filter(({ status }) => status === "fail");
  const counted = ["Critical", "High", "Medium", "Low"].map(
    (severity) => metrics.get(`Findings${severity}`) ?? 0,
  );
  assert.equal(
    counted.reduce((sum, count) => sum + count, 0),
    failed.filter(({ severity }) => severity !== "informational").length,
  );
});

test("whoever is to be told and was not is a number that an alarm reads, whatever the digest could say", () => {
  const untold = (outcome: Parameters<typeof toRunMetrics>[2]) =>
    toRunMetrics(sampleReport, NOTHING_COUNTED, outcome).get("RunUntold");
  assert.equal(untold(ALL_TOLD), 0);
  assert.equal(untold({ unpublished: 1, digestProblem: "" }), 1);
  assert.equal(untold({ unpublished: 0, digestProblem: "Slack: answered 404 no_service" }), 1);
  assert.match(read("deploy/hub/alarms.yml"), /MetricName: RunUntold\n/);
});

test("alarms and dashboard read metrics that a run writes, with the dimensions that it writes", () => {
  const written = toRunMetrics(sampleReport, NOTHING_COUNTED, ALL_TOLD);
  const alarms = [...read("deploy/hub/alarms.yml").matchAll(/Namespace: Ringfence\n\s+MetricName: (\w+)/g)];
  const charts = [
    ...read("deploy/hub/dashboard.yml").matchAll(/"((?:Run|Clusters|Scopes|Findings)[A-Z]\w+)"/g),
  ];
  const readNames = [...alarms, ...charts].map(([, name = ""]) => name);
  assert.ok(alarms.length === 3 && charts.length >= 8);
  assert.deepEqual(
    readNames.filter((name) => !written.has(name)),
    [],
  );
});

test("a sum of metrics fills each: where one has no value, the sum has none, and its alarm is silent", () => {
  const sums = [...read("deploy/hub/alarms.yml").matchAll(/Expression: (.+)$/gm)].map(([, sum = ""]) => sum);
  assert.equal(sums.length, 1);
  for (const term of sums.flatMap((sum) => sum.split(" + "))) assert.match(term, /^FILL\(\w+, 0\)$/);
});

const EmbeddedMetrics = v.looseObject({
  _aws: v.object({
    Timestamp: v.number(),
    CloudWatchMetrics: v.array(
      v.object({
        Namespace: v.string(),
        Dimensions: v.array(v.array(v.string())),
        Metrics: v.array(v.unknown()),
      }),
    ),
  }),
});

test("one line of CloudWatch's embedded format goes out, without any account or cluster", () => {
  const script = `
    const { emitRunMetrics } = await import("./lib/run-metrics.ts");
    emitRunMetrics(new Map([["RunFinished", 1]]), "schedule");
  `;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: root,
    encoding: "utf8",
    env: { RINGFENCE_NAME: "ringfence-prod" },
  });
  assert.equal(stdout.trimEnd().split("\n").length, 1, stdout);
  const { _aws: format, ...values } = v.parse(EmbeddedMetrics, JSON.parse(stdout));
  assert.deepEqual(format.CloudWatchMetrics, [
    {
      Namespace: "Ringfence",
      Dimensions: [["service", "trigger"]],
      Metrics: [{ Name: "RunFinished", Unit: "Count" }],
    },
  ]);
  assert.deepEqual(values, { service: "ringfence-prod", trigger: "schedule", RunFinished: 1 });
});
