import assert from "node:assert/strict";
import { test } from "node:test";
import type { Status } from "../../../lib/model/finding.ts";
import type { Report } from "../../../lib/model/report.ts";
import { toJunit as toJunitPieces } from "../../../lib/report/junit.ts";
import { finding, sampleReport } from "../sample-report.ts";
import { HOSTILE_TEXTS, withText } from "./hostile-report.ts";
import { readXml, type ReadElement } from "./read-xml.ts";

const toJunit = (report: Report): string => [...toJunitPieces(report)].join("");

const suitesOf = (report: Report): readonly ReadElement[] => readXml(toJunit(report)).children;

test("one suite per cluster, and one for what is about no cluster", () => {
  assert.deepEqual(
    suitesOf(sampleReport).map(({ attributes }) => attributes.get("name")),
    [
      "shop-prod (111122223333, eu-central-1)",
      "data-prod (111122223333, us-east-1)",
      "shop-test (444455556666, eu-central-1)",
      "beyond clusters",
    ],
  );
});

test("the counts are those of the cases below", () => {
  const root = readXml(toJunit(sampleReport));
  const outcomes = (suite: ReadElement, name: string): number =>
    suite.children.filter(({ children }) => children.some((child) => child.name === name)).length;
  for (const suite of root.children) {
    assert.equal(suite.attributes.get("tests"), String(suite.children.length));
    assert.equal(suite.attributes.get("failures"), String(outcomes(suite, "failure")));
    assert.equal(suite.attributes.get("errors"), String(outcomes(suite, "error")));
    assert.equal(suite.attributes.get("skipped"), String(outcomes(suite, "skipped")));
  }
  assert.equal(root.attributes.get("tests"), "7");
  assert.equal(root.attributes.get("failures"), "5");
  assert.equal(root.attributes.get("errors"), "1");
});

const OUTCOMES: Readonly<Record<Status, string | undefined>> = {
  pass: undefined,
  fail: "failure",
  unknown: "error",
  "not-applicable": "skipped",
  exempt: "skipped",
};

function reportOf(status: Status): Report {
  const [first] = sampleReport.findings;
  assert.ok(first !== undefined);
  return { ...sampleReport, findings: [{ ...first, status }] };
}

for (const [status, outcome] of Object.entries(OUTCOMES))
  test(`${status} is ${outcome ?? "a case that passes"}`, () => {
    const [suite] = suitesOf(reportOf(status as Status));
    assert.equal(suite?.children[0]?.children[0]?.name, outcome);
  });

test("what nobody was meant to look at is skipped, but what could not be read stays an error", () => {
  const common = { controlId: "NETPOL.2", title: "t", severity: "high", because: "b", text: "" } as const;
  const report: Report = {
    ...sampleReport,
    clusters: sampleReport.clusters.map((cluster) => ({
      ...cluster,
      enforcement: { ...cluster.enforcement, notAttempted: true },
    })),
    findings: [
      finding({ ...common, status: "unknown", subject: { kind: "cluster", name: "shop-prod" } }),
      finding({ ...common, status: "unknown", subject: { kind: "namespace", name: "cart" } }),
    ],
  };
  const [suite] = suitesOf(report);
  assert.deepEqual(
    suite?.children.map(({ children }) => children[0]?.name),
    ["skipped", "error"],
  );
});

test("a failure says why, from what, what to do, and which finding it is", () => {
  const failure = suitesOf(sampleReport)[0]?.children[0]?.children[0];
  const [first] = sampleReport.findings;
  assert.equal(failure?.attributes.get("message"), first?.because);
  for (const part of [
    "--enable-network-policy=false",
    "What to do: Switch enforcement on",
    "$ aws eks update-addon",
  ])
    assert.ok(failure?.text.includes(part), part);
  assert.ok(failure?.text.endsWith(first?.id ?? "?"));
});

for (const text of HOSTILE_TEXTS)
  test(`well-formed whatever the names are: ${JSON.stringify(text).slice(0, 40)}`, () => {
    const root = readXml(toJunit(withText(text)));
    assert.equal(root.attributes.get("tests"), String(sampleReport.findings.length));
  });
