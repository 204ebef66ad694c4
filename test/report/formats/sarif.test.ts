import assert from "node:assert/strict";
import { test } from "node:test";
import type { Report } from "../../../lib/model/report.ts";
import { toFileUri } from "../../../lib/report/file-uri.ts";
import { toSarif as toSarifPieces } from "../../../lib/report/sarif.ts";
import { cleanReport, finding, sampleReport } from "../sample-report.ts";
import { sarifErrors } from "./foreign-schema.ts";
import { HOSTILE_TEXTS, withText } from "./hostile-report.ts";
import { sampleControls } from "./sample-controls.ts";

interface Location {
  readonly physicalLocation?: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
    readonly region?: { readonly startLine: number };
  };
  readonly logicalLocations?: readonly { readonly kind: string; readonly fullyQualifiedName?: string }[];
}

interface Sarif {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly kind: string;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly Location[];
      readonly relatedLocations?: readonly Location[];
      readonly partialFingerprints: Readonly<Record<string, string>>;
      readonly suppressions?: readonly unknown[];
    }[];
    readonly invocations: readonly {
      readonly toolExecutionNotifications?: readonly {
        readonly level: string;
        readonly message: { readonly text: string };
        readonly associatedRule: { readonly id: string };
      }[];
    }[];
    readonly properties: { readonly passed: number };
  }[];
}

function toSarif(report: Report, controls: typeof sampleControls): string {
  return [...toSarifPieces(report, controls)].join("");
}

function runOf(report: Report): Sarif["runs"][number] {
  const log = JSON.parse(toSarif(report, sampleControls)) as Sarif;
  const [run] = log.runs;
  assert.ok(run !== undefined);
  return run;
}

for (const [name, report] of Object.entries({ sampleReport, cleanReport }))
  test(`${name} is valid SARIF 2.1.0`, () => {
    assert.deepEqual(sarifErrors(JSON.parse(toSarif(report, sampleControls))), []);
  });

test("the schema refuses what is not SARIF", () => {
  assert.notDeepEqual(sarifErrors({ version: "2.1.0", runs: [{ tool: {} }] }), []);
});

for (const text of HOSTILE_TEXTS)
  test(`valid whatever the names are: ${JSON.stringify(text).slice(0, 40)}`, () => {
    const log = toSarif(withText(text), sampleControls);
    assert.deepEqual(sarifErrors(JSON.parse(log)), []);
    assert.doesNotMatch(log.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Cs}]/u);
    for (const { message } of runOf(withText(text)).results) assert.doesNotMatch(message.text, /\]\(/);
  });

test("a result points at its rule, also one that the catalogue does not know", () => {
  const { tool, results } = runOf(sampleReport);
  for (const { ruleId, ruleIndex } of results) assert.equal(tool.driver.rules[ruleIndex]?.id, ruleId);
  assert.ok(results.some(({ ruleId }) => ruleId === "NETPOL.40"));
  assert.ok(!tool.driver.rules.some(({ id }) => id === "NETPOL.99"));
});

test("failures are failures, unknowns are open, exemptions are suppressed, passes are only counted", () => {
  const [first, ...others] = sampleReport.findings;
  assert.ok(first !== undefined);
  const { results, properties } = runOf({
    ...sampleReport,
    findings: [{ ...first, status: "exempt" }, ...others],
  });
  assert.deepEqual(
    results.map(({ kind, level, suppressions }) => [kind, level, suppressions?.length ?? 0]),
    [
      ["fail", "error", 1],
      ["fail", "error", 0],
      ["fail", "warning", 0],
      ["open", "none", 0],
      ["fail", "error", 0],
      ["fail", "error", 0],
    ],
  );
  assert.equal(properties.passed, 1);
});

test("the fingerprint is the finding's permanent id", () => {
  const [first] = runOf(sampleReport).results;
  assert.deepEqual(first?.partialFingerprints, { "ringfenceFindingId/v1": sampleReport.findings[0]?.id });
});

test("without a file, the place is account, Region, cluster and namespace", () => {
  const [, second] = runOf(sampleReport).results;
  assert.deepEqual(
    second?.locations[0]?.logicalLocations?.map(({ kind, fullyQualifiedName }) => [kind, fullyQualifiedName]),
    [
      ["account", "111122223333"],
      ["region", "111122223333/eu-central-1"],
      ["cluster", "111122223333/eu-central-1/shop-prod"],
      ["namespace", "111122223333/eu-central-1/shop-prod/argocd"],
    ],
  );
  assert.equal(second?.locations[0]?.physicalLocation, undefined);
});

test("with files, the first is where the alert stands and the others are related", () => {
  const evidence = { source: "s", object: "o", observed: "x", means: "m", command: "" };
  const placed = finding({
    controlId: "NETPOL.20",
    title: "t",
    severity: "high",
    subject: { kind: "namespace", name: "cart" },
    because: "b",
    text: "",
    evidence: [
      evidence,
      { ...evidence, file: "deploy/a b.yaml", line: 12 },
      { ...evidence, file: "/abs/c.yaml" },
    ],
  });
  const [result] = runOf({ ...sampleReport, findings: [placed] }).results;
  assert.deepEqual(result?.locations[0]?.physicalLocation, {
    artifactLocation: { uri: "deploy/a%20b.yaml", uriBaseId: "%SRCROOT%" },
    region: { startLine: 12 },
  });
  assert.deepEqual(result?.relatedLocations, [
    { physicalLocation: { artifactLocation: { uri: "file:///abs/c.yaml" } } },
  ]);
});

const evidenceOf = (file?: string) => ({
  source: "s",
  object: "o",
  observed: "x",
  means: "m",
  command: "",
  ...(file === undefined ? {} : { file, line: 3 }),
});

test("in a report about files every result has a place, or GitHub would refuse them all; the rest is notified", () => {
  const about = { controlId: "NETPOL.20", title: "t", severity: "high", because: "b", text: "" } as const;
  const placed = finding({
    ...about,
    subject: { kind: "namespace", name: "cart" },
    evidence: [evidenceOf("a.yaml")],
  });
  const elsewhere = finding({
    ...about,
    controlId: "NETPOL.2",
    subject: { kind: "cluster", name: "manifests" },
    evidence: [evidenceOf()],
  });
  const findings = [placed, { ...elsewhere, status: "unknown" as const }, elsewhere];
  const log = JSON.parse(toSarif({ ...sampleReport, findings }, sampleControls)) as Sarif;
  assert.deepEqual(sarifErrors(log), []);
  const [run] = log.runs;
  assert.deepEqual(
    run?.results.map(({ locations }) => locations[0]?.physicalLocation?.artifactLocation.uri),
    ["a.yaml"],
  );
  assert.deepEqual(
    run?.invocations[0]?.toolExecutionNotifications?.map(({ level, message, associatedRule }) => [
      level,
      message.text,
      associatedRule.id,
    ]),
    [
      ["note", "b", "NETPOL.2"],
      ["error", "b", "NETPOL.2"],
    ],
  );
  assert.equal(runOf(sampleReport).invocations[0]?.toolExecutionNotifications, undefined);
});

for (const [path, uri] of [
  ["a/b.yaml", "a/b.yaml"],
  ["./a.yaml", "a.yaml"],
  ["../a.yaml", "../a.yaml"],
  ["C:\\x\\y.yaml", "file:///C:/x/y.yaml"],
  ["/x/ü#?.yaml", "file:///x/%C3%BC%23%3F.yaml"],
  ["javascript:alert(1)", "javascript%3Aalert(1)"],
  ["-", null],
] as const)
  test(`the address of ${path}`, () => {
    assert.equal(toFileUri(path), uri);
  });

test("the order of the rules and the results does not depend on the catalogue's", () => {
  const backwards = toSarif(sampleReport, sampleControls.toReversed());
  const ids = (text: string): readonly string[] =>
    (JSON.parse(text) as Sarif).runs[0]?.results.map(({ ruleId }) => ruleId) ?? [];
  assert.deepEqual(ids(backwards), ids(toSarif(sampleReport, sampleControls)));
});
