import assert from "node:assert/strict";
import { test } from "node:test";
import type { Report } from "../../../lib/model/report.ts";
import { toBoundedPage } from "../../../lib/report/bounded-page.ts";
import { toHtml } from "../../../lib/report/html.ts";
import { toHugeReport } from "../huge-report.ts";
import { cleanReport, sampleReport } from "../sample-report.ts";

for (const [name, report] of Object.entries({ sampleReport, cleanReport, huge: toHugeReport(40, 3) }))
  test(`what fits is the whole page: ${name}`, () => {
    assert.equal(toBoundedPage(report), toHtml(report));
  });

/** Enforced, but for `worst`. */
function withWorst(report: Report, worst: string): Report {
  const clusters = report.clusters.map((cluster) => ({
    ...cluster,
    enforcement: { ...cluster.enforcement, verdict: cluster.name === worst ? "not-enforced" : "enforced" },
  })) satisfies Report["clusters"];
  return { ...report, clusters };
}

test("of more than a browser opens it has the clusters that stand worst, and the numbers of all", () => {
  const report = withWorst(toHugeReport(40, 3), "team-2-cluster-29");
  const page = toBoundedPage(report, 1).replaceAll(/\s+/g, " ");
  assert.match(page, /NetworkPolicies are enforced in 39 of 40 clusters/);
  assert.match(page, /of all 40 clusters\. Below stand the 1 that stand worst; the other 39 are in the JSON/);
  assert.match(page, /<a href="#cluster-0">team-2-cluster-29<\/a>/);
  assert.doesNotMatch(page, /cluster-28|cluster-30|href="#cluster-1"/);
  const figures = (text: string) => /<p class="lede">.*?<\/p>/.exec(text)?.[0];
  assert.equal(figures(page), figures(toHtml(report).replaceAll(/\s+/g, " ")));
});

test("what is about no cluster is always shown", () => {
  const page = toBoundedPage(sampleReport, 1);
  const beyond = sampleReport.findings.find(({ cluster }) => cluster === null);
  assert.ok(beyond !== undefined);
  assert.ok(page.includes(beyond.because));
  const names = sampleReport.clusters.map(({ name }) => name);
  assert.deepEqual(
    names.filter((name) => new RegExp(`<a href="#cluster-\\d+">${name}</a>`).test(page)),
    ["shop-prod"],
  );
});
