import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfiguration } from "../../lib/config/config.ts";
import {
  openRouteFilter,
  toRoutedRun,
  toRouteFilter,
  type Route,
} from "../../lib/publishing/digest-routes.ts";
import type { Finding } from "../../lib/model/finding.ts";
import type { Report } from "../../lib/model/report.ts";
import { missingPolicy, sampleReport } from "../report/sample-report.ts";

const PRODUCTION = "333344445555";
const STAGING = "444455556666";
const STRANGER = "999988887777";
const UNITS = new Map([
  [PRODUCTION, "/Workloads/Production"],
  [STAGING, "/Workloads/Staging"],
]);

function route(value: Readonly<Record<string, unknown>>): Route {
  const sns = { topicArn: "arn:aws:sns:eu-central-1:111122223333:a" };
  const text = JSON.stringify({
    organization: {},
    publish: { trustClusterTags: true, routes: [{ sns, ...value }] },
  });
  const [made] = parseConfiguration(text, "test").publish.routes;
  assert.ok(made !== undefined);
  return made;
}

/** The part of a report that a route takes. */
function toRoutedReport(whole: Report, of: Route, units: ReadonlyMap<string, string>): Report {
  const filter = openRouteFilter(of, units);
  const clusters = whole.clusters.filter((cluster) => filter.takesCluster(cluster));
  const findings = whole.findings.filter((one) => filter.takesFinding(one));
  return { ...toRoutedRun(whole, filter), clusters, findings };
}

function about(
  account: string | null,
  cluster: string | null,
  severity: Finding["severity"] = "high",
): Finding {
  const made = missingPolicy("payments", severity);
  return { ...made, account, region: account === null ? null : "eu-central-1", cluster };
}

function clusterOf(account: string, name: string, routeTags?: readonly string[]): Report["clusters"][number] {
  const [any] = sampleReport.clusters;
  assert.ok(any !== undefined);
  const { routeTags: _, ...rest } = any;
  return {
    ...rest,
    account,
    region: "eu-central-1",
    name,
    ...(routeTags === undefined ? {} : { routeTags }),
  };
}

const report: Report = {
  ...sampleReport,
  clusters: [
    clusterOf(PRODUCTION, "shop", ["team=shop", "tier"]),
    clusterOf(PRODUCTION, "erp"),
    clusterOf(STAGING, "shop", ["tier"]),
  ],
  coverage: [
    { account: PRODUCTION, region: "eu-central-1", cluster: "shop", outcome: "scanned" },
    { account: PRODUCTION, region: "eu-central-1", cluster: "erp", outcome: "missed", why: "unreachable" },
    { account: STAGING, region: null, cluster: null, outcome: "missed", why: "access-denied" },
    { account: null, region: null, cluster: null, outcome: "missed", why: "throttled" },
  ],
  findings: [
    about(null, null),
    about(PRODUCTION, null),
    about(PRODUCTION, "shop"),
    about(PRODUCTION, "erp", "low"),
    about(STAGING, "shop"),
    about(STRANGER, "shop"),
  ],
};

const ALL = [
  "null/null",
  `${PRODUCTION}/null`,
  `${PRODUCTION}/shop`,
  `${PRODUCTION}/erp`,
  `${STAGING}/shop`,
  `${STRANGER}/shop`,
];

const ROWS: readonly (readonly [
  what: string,
  route: Readonly<Record<string, unknown>>,
  findings: readonly string[],
])[] = [
  ["everything", {}, ALL],
  ["an account", { accounts: [STAGING] }, ["null/null", `${STAGING}/shop`]],
  ["a severity", { severities: ["low"] }, [`${PRODUCTION}/erp`]],
  [
    "a unit by its path",
    { organizationalUnits: ["/Workloads/Production"] },
    ["null/null", `${PRODUCTION}/null`, `${PRODUCTION}/shop`, `${PRODUCTION}/erp`],
  ],
  [
    "units below one, and not an account of which nobody knows the unit",
    { organizationalUnits: ["/Workloads/*"] },
    ALL.slice(0, 5),
  ],
  ["no unit of that name", { organizationalUnits: ["/workloads/*"] }, ["null/null"]],
  [
    "a unit and an account outside of it",
    { organizationalUnits: ["/Workloads/Staging"], accounts: [PRODUCTION] },
    ["null/null"],
  ],
  [
    "a tag with its value: no account as a whole has tags",
    { clusterTags: ["team=shop"] },
    ["null/null", `${PRODUCTION}/shop`],
  ],
  ["a tag in any account", { clusterTags: ["tier"] }, ["null/null", `${PRODUCTION}/shop`, `${STAGING}/shop`]],
  [
    "a tag in a unit",
    { clusterTags: ["tier"], organizationalUnits: ["/Workloads/Staging"] },
    ["null/null", `${STAGING}/shop`],
  ],
  ["a tag that no cluster carries", { clusterTags: ["team=none"] }, ["null/null"]],
];

for (const [what, value, expected] of ROWS)
  test(`a route gets ${what}`, () => {
    const part = toRoutedReport(report, route(value), UNITS);
    assert.deepEqual(
      part.findings.map(({ account, cluster }) => `${account}/${cluster}`),
      expected,
    );
  });

test("a route's run is complete where its own part is", () => {
  const isComplete = (value: Readonly<Record<string, unknown>>, coverage: Report["coverage"]): boolean =>
    toRoutedReport({ ...report, coverage }, route(value), UNITS).complete;
  const own = report.coverage.slice(0, 3);
  assert.equal(isComplete({ clusterTags: ["team=shop"] }, own), true);
  assert.equal(isComplete({ organizationalUnits: ["/Workloads/Production"] }, own), false);
  assert.equal(isComplete({ clusterTags: ["team=shop"] }, report.coverage), false);
});

test("where nobody knows the units, a route by unit gets what is about all accounts and nothing else", () => {
  const part = toRoutedReport(report, route({ organizationalUnits: ["/Workloads/*"] }), new Map());
  assert.deepEqual(
    part.findings.map(({ account }) => account),
    [null],
  );
  assert.deepEqual(part.clusters, []);
});

test("what a route selects is known by the same text in every order, and as before where it is not narrower", () => {
  const filter = (value: Readonly<Record<string, unknown>>): string =>
    JSON.stringify(toRouteFilter(route(value)));
  assert.equal(filter({ accounts: [STAGING, PRODUCTION] }), filter({ accounts: [PRODUCTION, STAGING] }));
  assert.equal(filter({ severities: ["low"] }), '[["*"],["low"]]');
  assert.notEqual(filter({ clusterTags: ["tier"] }), filter({}));
  assert.notEqual(filter({ clusterTags: ["/a"] }), filter({ organizationalUnits: ["/a"] }));
});
