import assert from "node:assert/strict";
import { test } from "node:test";
import { describeEstate, toEstate, type Estate } from "../../lib/estimate/estate.ts";
import { estimate } from "../../lib/estimate/estimate.ts";
import { DAYS_PER_MONTH } from "../../lib/estimate/prices.ts";
import type { Report } from "../../lib/model/report.ts";
import { missingPolicy, sampleReport } from "../report/sample-report.ts";

const QUIET = { runsPerDay: 1, changedPerDay: 0, chunkSeconds: 8 };

function withHubs(...hubs: Estate["hubs"]): Estate {
  return { source: "flags", complete: true, accounts: 1, clusters: 1, namespaces: 1, chunks: 1, hubs };
}

const FREE: readonly (readonly [hubs: Estate["hubs"], changes: number, all: number])[] = [
  [[{ open: 10_000, passed: 0 }], 0, 0],
  [[{ open: 10_001, passed: 0 }], 0.00003, 0.00003],
  // Each account and Region has its own free events.
  [
    [
      { open: 10_000, passed: 0 },
      { open: 10_000, passed: 0 },
    ],
    0,
    0,
  ],
  [
    [
      { open: 20_000, passed: 0 },
      { open: 0, passed: 0 },
    ],
    0.3,
    0.3,
  ],
  [[{ open: 5000, passed: 15_000 }], 0, 0.3],
  [[], 0, 0],
];

for (const [hubs, changes, all] of FREE)
  test(`first run of ${JSON.stringify(hubs)}: $${changes} for changes, $${all} for all`, () => {
    const { ingestion } = estimate(withHubs(...hubs), QUIET);
    assert.ok(Math.abs(ingestion.changes.firstRun.usd - changes) < 1e-9);
    assert.ok(Math.abs(ingestion.all.firstRun.usd - all) < 1e-9);
  });

test("where nothing changes, each finding is said once in the first month and about once in each later one", () => {
  const { changes } = estimate(withHubs({ open: 3000, passed: 0 }), QUIET).ingestion;
  assert.equal(changes.firstMonth.events, 3000);
  assert.equal(changes.laterMonth.events, Math.round((3000 * DAYS_PER_MONTH) / 30));
  assert.equal(changes.freeHubs, 1);
});

test("what changes every day is said every day, and needs no heartbeat", () => {
  const restless = estimate(withHubs({ open: 1000, passed: 0 }), { ...QUIET, changedPerDay: 1 });
  assert.equal(restless.ingestion.changes.laterMonth.events, Math.round(1000 * DAYS_PER_MONTH));
  assert.equal(restless.ingestion.changes.freeHubs, 0);
});

test("two runs a day cost twice one, but for what is fixed", () => {
  const once = estimate(withHubs(), QUIET).running;
  const twice = estimate(withHubs(), { ...QUIET, runsPerDay: 2 }).running;
  assert.ok(Math.abs(twice.lambda - 2 * once.lambda) < 1e-12);
  assert.equal(twice.fixed, once.fixed);
});

const DESCRIPTION = {
  accounts: 2,
  regions: 2,
  clusters: 10,
  namespaces: 3,
  openShare: 0.5,
  homeRegion: undefined,
  checks: { perCluster: 9, perNamespace: 12 },
  clustersPerChunk: 20,
};

test("a described estate is spread evenly, and loses no cluster and no finding", () => {
  const estate = describeEstate(DESCRIPTION);
  assert.deepEqual([estate.clusters, estate.namespaces, estate.chunks], [10, 30, 4]);
  // 3, 3, 2 and 2 clusters of 9 + 3 · 12 findings.
  assert.deepEqual(
    estate.hubs.map(({ open, passed }) => open + passed),
    [135, 135, 90, 90],
  );
  assert.deepEqual(estate.hubs[0], { open: 68, passed: 67 });
});

test("with a home Region an account has one hub; clusters are scanned where they are", () => {
  const estate = describeEstate({ ...DESCRIPTION, homeRegion: "eu-central-1" });
  assert.deepEqual([estate.hubs.length, estate.chunks], [2, 4]);
});

test("there are no more places than clusters", () => {
  const estate = describeEstate({ ...DESCRIPTION, accounts: 100, clusters: 3 });
  assert.deepEqual([estate.chunks, estate.hubs.length], [3, 3]);
});

function reportOf(findings: Report["findings"], more: Partial<Report> = {}): Report {
  return { ...sampleReport, findings, ...more };
}

function about(
  region: string,
  status: "fail" | "pass" | "unknown" | "exempt" | "not-applicable",
  cluster: string | null,
) {
  const made = missingPolicy();
  return { ...made, account: "111122223333", region, cluster, status };
}

test("a report's findings are counted per account and Region, and what is about no cluster for the scanner's hub", () => {
  const findings = [
    about("eu-central-1", "fail", "shop"),
    about("eu-central-1", "pass", "shop"),
    about("eu-west-1", "unknown", "shop"),
    about("eu-west-1", "exempt", "shop"),
    about("eu-west-1", "not-applicable", "shop"),
    about("eu-west-1", "unknown", null),
  ];
  const options = { homeRegion: undefined, clustersPerChunk: 20 };
  assert.deepEqual(toEstate(reportOf(findings), "report", options).hubs, [
    { open: 1, passed: 1 },
    { open: 2, passed: 0 },
    { open: 1, passed: 0 },
  ]);
  const home = toEstate(reportOf(findings), "report", { ...options, homeRegion: "eu-west-1" });
  assert.deepEqual(home.hubs, [
    { open: 3, passed: 1 },
    { open: 1, passed: 0 },
  ]);
});

test("an account that is left out costs nothing, and an incomplete report makes an incomplete estate", () => {
  const coverage = [
    { account: "111122223333", region: null, cluster: null, outcome: "skipped", detail: "excluded" },
    { account: "444455556666", region: null, cluster: null, outcome: "missed", why: "access-denied" },
  ] as const;
  const report = reportOf([], { coverage, complete: false, clusters: [] });
  const estate = toEstate(report, "report", { homeRegion: undefined, clustersPerChunk: 20 });
  assert.deepEqual([estate.accounts, estate.complete], [1, false]);
});
