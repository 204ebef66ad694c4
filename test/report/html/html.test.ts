import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { toHtmlAssets } from "../../../build/html-assets.ts";
import { toHtml } from "../../../lib/report/html.ts";
import { toHugeReport } from "../huge-report.ts";
import { cleanReport, sampleReport } from "../sample-report.ts";
import { HOSTILE_TEXTS, withText } from "../formats/hostile-report.ts";

function contentOf(page: string, element: "style" | "script"): string {
  return new RegExp(`<${element}>([^]*?)</${element}>`).exec(page)?.[1] ?? assert.fail(`no ${element}`);
}

function policyOf(page: string): string {
  const written = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(page)?.[1];
  return (written ?? assert.fail("no policy")).replaceAll("&#39;", "'");
}

test("html-assets.ts is what npm run generate makes of page/", async () => {
  const path = join(import.meta.dirname, "..", "..", "..", "lib", "report", "html-assets.ts");
  assert.equal(readFileSync(path, "utf8"), await toHtmlAssets());
});

test("the policy allows exactly the style and the script of the page, and no address", () => {
  const page = toHtml(sampleReport);
  const policy = policyOf(page);
  for (const element of ["style", "script"] as const) {
    const hash = createHash("sha256").update(contentOf(page, element)).digest("base64");
    assert.ok(policy.includes(`${element}-src 'sha256-${hash}'`), element);
  }
  assert.match(policy, /^default-src 'none';/);
  assert.doesNotMatch(policy, /https?:|unsafe|\*/);
});

test("nothing in the page would be loaded from anywhere, and nothing has a style or a handler of its own", () => {
  const page = toHtml(sampleReport).replace(/<script[^]*?<\/script>/g, "");
  const markup = page.replace(/<style>[^]*?<\/style>/, "");
  for (const [, address = ""] of markup.matchAll(/\s(?:src|href|action|data|srcset)="([^"]*)"/g))
    assert.match(address, /^(?:#|data:image\/svg)/);
  assert.doesNotMatch(contentOf(toHtml(sampleReport), "style"), /@import|url\((?!"?#)/);
  assert.doesNotMatch(markup, /\sstyle=|\son[a-z]+=/);
});

test("blind spots stand before any verdict on a cluster", () => {
  const page = toHtml(sampleReport);
  const incomplete = page.indexOf("Incomplete.");
  const coverage = page.indexOf('id="coverage"');
  const heatMap = page.indexOf('id="heat-map"');
  assert.ok(incomplete > 0 && incomplete < coverage && coverage < heatMap);
  assert.match(page, /unreachable<\/b>/);
});

test("a complete run says so", () => {
  const page = toHtml(cleanReport);
  assert.match(page, /Everything expected was looked at/);
  assert.doesNotMatch(page, /Incomplete\./);
});

for (const text of HOSTILE_TEXTS)
  test(`a name makes no markup: ${JSON.stringify(text).slice(0, 40)}`, () => {
    const page = toHtml(withText(text));
    // Two scripts of ours, and the markup that the same report without hostile names has.
    assert.equal(page.split("<script").length - 1, 2);
    assert.equal(page.split("</script>").length - 1, 2);
    assert.doesNotMatch(page, /<img|<!--|javascript:alert\(1\)"/);
    const foreign = page.replace(contentOf(page, "script"), "").replace(contentOf(page, "style"), "");
    assert.doesNotMatch(foreign.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Cs}]/u);
  });

test("the data of the page is JSON without a single <", () => {
  const page = toHtml(withText("</script><script>alert(1)</script>"));
  const json = /<script type="application\/json" id="data">([^]*?)<\/script>/.exec(page)?.[1] ?? "";
  assert.doesNotMatch(json, /</);
  assert.equal(JSON.parse(json).clusters[0].name, "</script><script>alert(1)</script>");
});

test("the same report gives the same bytes", () => {
  assert.equal(toHtml(sampleReport), toHtml(structuredClone(sampleReport)));
});

test("of thousands of clusters the worst thousand are in the table, and all are in the data", () => {
  const page = toHtml(toHugeReport(1200, 1));
  const table = /<table class="heat">[^]*?<\/table>/.exec(page)?.[0] ?? "";
  assert.equal(table.split('<th scope="row"').length - 1, 1000);
  assert.match(page, /… and 200 clusters that stand better/);
  const json = /id="data">([^]*?)<\/script>/.exec(page)?.[1] ?? "";
  assert.equal(JSON.parse(json).clusters.length, 1200);
});

test("a report of nothing is a page too", () => {
  const page = toHtml({ ...cleanReport, coverage: [], clusters: [], findings: [] });
  assert.match(page, /No cluster could be looked at/);
});
