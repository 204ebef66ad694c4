// A finding over manifests points to file and line: of the policy or workload at fault, else of its namespace, else
// of the first object in it. SARIF and Markdown show it.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Finding } from "../../lib/model/finding.ts";
import { evaluatePaths, run } from "./evaluate-text.ts";

const folder = mkdtempSync(join(tmpdir(), "ringfence-places-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const namespaces = write(
  "namespaces.yaml",
  "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: bare}\n",
);
const workload = (namespace: string, name: string): string =>
  [
    "apiVersion: apps/v1",
    "kind: Deployment",
    `metadata: {name: ${name}, namespace: ${namespace}}`,
    `spec: {selector: {matchLabels: {app: ${name}}}, template: {metadata: {labels: {app: ${name}}}, spec: {containers: [{name: main, image: "x:1"}]}}}`,
    "",
  ].join("\n");
const shop = write("shop.yaml", `${workload("shop", "web")}---\n${workload("shop", "api")}`);
const policies = write(
  "policies.yaml",
  [
    "apiVersion: networking.k8s.io/v1",
    "kind: NetworkPolicy",
    "metadata: {name: default-deny, namespace: shop}",
    "spec: {podSelector: {}, policyTypes: [Ingress]}",
    "---",
    "apiVersion: networking.k8s.io/v1",
    "kind: NetworkPolicy",
    "metadata: {name: allow-all, namespace: shop}",
    "spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: [{}]}",
    "---",
    "apiVersion: networking.k8s.io/v1",
    "kind: NetworkPolicy",
    "metadata: {name: dead, namespace: shop}",
    "spec: {podSelector: {matchLabels: {app: gone}}, policyTypes: [Ingress]}",
    "",
  ].join("\n"),
);
const referred = write("referred.yaml", `# nobody declares the namespace\n${workload("elsewhere", "job")}`);
const ALL = [namespaces, shop, policies, referred];

function placesOf(findings: readonly Finding[], controlId: string, subject: string): readonly string[] {
  const found = findings.find((one) => one.controlId === controlId && one.subject.name === subject);
  return (found?.evidence ?? []).flatMap(({ object, file, line }) =>
    file === undefined ? [] : [`${object} ${file.slice(folder.length + 1)}:${line}`],
  );
}

test("the policy at fault comes first, then the workload that it opens", async () => {
  const { report } = await evaluatePaths(ALL);
  assert.deepEqual(placesOf(report.findings, "NETPOL.26", "shop"), [
    "NetworkPolicy shop/allow-all policies.yaml:6",
    "Deployment shop/web shop.yaml:1",
  ]);
  assert.deepEqual(placesOf(report.findings, "NETPOL.27", "shop"), [
    "NetworkPolicy shop/dead policies.yaml:11",
  ]);
  assert.deepEqual(placesOf(report.findings, "NETPOL.25", "shop"), [
    "Deployment shop/api shop.yaml:6",
    "Deployment shop/web shop.yaml:1",
  ]);
});

test("a namespace that exists only by reference points to what stands in it", async () => {
  const { report } = await evaluatePaths(ALL);
  assert.deepEqual(placesOf(report.findings, "NETPOL.20", "elsewhere"), [
    "Deployment elsewhere/job referred.yaml:2",
  ]);
});

test("what passes or does not apply points nowhere, and a live scan's evidence has no file", async () => {
  const { report } = await evaluatePaths(ALL);
  for (const { status, evidence } of report.findings)
    if (status === "pass" || status === "not-applicable")
      assert.deepEqual(
        evidence.filter(({ file }) => file !== undefined),
        [],
      );
});

test("of two objects with one name the place of the later one counts", async () => {
  const again = write("again.yaml", `\n\n${workload("elsewhere", "job")}`);
  const { report } = await evaluatePaths([referred, again]);
  assert.deepEqual(placesOf(report.findings, "NETPOL.20", "elsewhere"), [
    "Deployment elsewhere/job again.yaml:3",
  ]);
});

interface SarifResult {
  readonly ruleId: string;
  readonly locations: readonly {
    readonly physicalLocation?: {
      readonly artifactLocation: { readonly uri: string };
      readonly region: { readonly startLine: number };
    };
  }[];
}

test("every SARIF result of a namespace has a place, and Markdown names it", async () => {
  const sarif = JSON.parse((await run(ALL, { format: "sarif" }, "")).output) as {
    readonly runs: readonly [{ readonly results: readonly SarifResult[] }];
  };
  const results = sarif.runs[0].results.filter(({ ruleId }) => ruleId !== "NETPOL.2");
  assert.ok(results.length > 4, String(results.map(({ ruleId }) => ruleId)));
  for (const { ruleId, locations } of results)
    assert.match(locations[0]?.physicalLocation?.artifactLocation.uri ?? ruleId, /\.yaml$/);
  const opened = results.find(({ ruleId }) => ruleId === "NETPOL.26")?.locations[0]?.physicalLocation;
  assert.equal(opened?.region.startLine, 6);
  const markdown = (await run(ALL, { format: "markdown" }, "")).output;
  assert.match(markdown, /namespace shop<br>[^|]*policies[^|]*yaml:6/);
});
