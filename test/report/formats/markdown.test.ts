import assert from "node:assert/strict";
import { test } from "node:test";
import { escapeMarkdown, toCodeBlock } from "../../../lib/report/markdown-text.ts";
import { toMarkdown } from "../../../lib/report/markdown.ts";
import { cleanReport, finding, sampleReport } from "../sample-report.ts";
import { HOSTILE_TEXTS, withText } from "./hostile-report.ts";

/** What stands between fences is code: no Markdown, no mention, no link. */
function withoutCode(markdown: string): string {
  const lines: string[] = [];
  let fence: string | null = null;
  for (const line of markdown.split("\n")) {
    const marker: string | undefined = /^`{3,}/.exec(line)?.[0];
    if (fence === null && marker !== undefined) fence = marker;
    else if (fence !== null && line === fence) fence = null;
    else if (fence === null) lines.push(line);
  }
  assert.equal(fence, null, "a fence stays open");
  return lines.join("\n");
}

test("begins with the verdict, and says at once what was not seen", () => {
  const [title, , incomplete] = toMarkdown(sampleReport).split("\n");
  assert.equal(title, "## ❌ Ringfence: 5 checks failed (1 critical, 3 high, 1 medium)");
  assert.match(incomplete ?? "", /^\*\*Incomplete\.\*\* .*could not be looked at/);
});

test("nothing fails: says so, and has no table of failures", () => {
  const text = toMarkdown(cleanReport);
  assert.match(text, /^## ✅ Ringfence: nothing fails\n/);
  assert.doesNotMatch(text, /Severity/);
  assert.doesNotMatch(text, /Incomplete/);
});

test("nothing fails in what was seen: no tick", () => {
  const text = toMarkdown({ ...cleanReport, complete: false, coverage: sampleReport.coverage });
  assert.match(text, /^## ⚠️ Ringfence: nothing fails, but not everything could be looked at\n/);
});

test("every blind spot says why and what to do", () => {
  const text = toMarkdown(sampleReport);
  assert.match(text, /\| data-prod \(111122223333, us-east-1\) \| unreachable: connect .* \| Let the /);
});

test("file and line stand beside the finding", () => {
  const evidence = { source: "s", object: "o", observed: "x", means: "m", command: "" };
  const placed = finding({
    controlId: "NETPOL.26",
    title: "t",
    severity: "high",
    subject: { kind: "namespace", name: "cart" },
    because: "b",
    text: "",
    evidence: [evidence, { ...evidence, file: "deploy/cart.yaml", line: 12 }],
  });
  const text = toMarkdown({ ...sampleReport, findings: [placed] });
  assert.match(text, /\| shop-prod, namespace cart<br>deploy\/cart\.yaml:12 \| b \|/);
});

for (const hostile of HOSTILE_TEXTS)
  test(`foreign text stays text: ${JSON.stringify(hostile).slice(0, 40)}`, () => {
    const prose = withoutCode(toMarkdown(withText(hostile)));
    const foreign = prose.replace(/<\/?(?:details|summary|b|sub|br)>/g, "");
    assert.doesNotMatch(foreign, /</);
    assert.doesNotMatch(foreign, /@(?!&#8203;)/);
    assert.doesNotMatch(foreign, /:\/\/|www\.|`|\[|\]|#\d{1,2}(?!\d*;)/);
    for (const row of prose.split("\n").filter((line) => line.startsWith("| ")))
      assert.ok([4, 5, 7].includes(row.split("|").length - 1), row);
  });

test("every symbol of Markdown becomes a reference", () => {
  assert.equal(escapeMarkdown("*_`|<"), "&#42;&#95;&#96;&#124;&#60;");
});

test("a command with backticks cannot leave its block", () => {
  assert.equal(toCodeBlock("sh", "echo ```` x"), "`````sh\necho ```` x\n`````");
});

function manyFindings(amount: number, clusterOf: (index: number) => string) {
  return Array.from({ length: amount }, (_, index) =>
    finding({
      controlId: "NETPOL.20",
      title: "t",
      severity: "medium",
      cluster: clusterOf(index),
      subject: { kind: "namespace", name: `n${index}` },
      because: "b".repeat(300),
      text: "t".repeat(300),
    }),
  );
}

for (const [name, clusterOf] of [
  ["400 clusters", (index: number) => `cluster-${index}`],
  ["one cluster with 400 findings, as evaluate has", () => "manifests"],
] as const)
  test(`fits into one comment, fills it, and counts what did not fit: ${name}`, () => {
    const text = toMarkdown({ ...sampleReport, findings: manyFindings(400, clusterOf) });
    assert.ok(text.length <= 65_536);
    assert.ok(text.length > 50_000, `${text.length}`);
    assert.match(text, /\n_… and 380 more failed checks\._\n/);
    const shown = new Set([...text.matchAll(/NETPOL\.20, namespace (n\d+)/g)].map(([, subject]) => subject));
    assert.ok(shown.size > 50, `${shown.size}`);
    const left = /_Not in this comment, for its length: (\d+) findings\. The JSON report has all\._/.exec(
      text,
    );
    assert.equal(Number(left?.[1]), 400 - shown.size);
    assert.equal((text.match(/<details>/g) ?? []).length, (text.match(/<\/details>/g) ?? []).length);
  });

test("places that were not looked at are counted too, and come before findings", () => {
  const coverage = Array.from({ length: 500 }, (_, index) => ({
    account: "111122223333",
    region: "eu-west-1",
    cluster: `c${index}`,
    outcome: "missed" as const,
    why: "unreachable" as const,
    detail: "d".repeat(300),
  }));
  const text = toMarkdown({ ...sampleReport, coverage, findings: manyFindings(2, () => "a") });
  assert.match(text, /\n_… and 480 more\._\n/);
  assert.match(text, /_Not in this comment, for its length: 480 places that could not be looked at\./);
  assert.match(text, /NETPOL\.20, namespace n1/);
});

test("a megabyte of name does not make the comment longer than it may be", () => {
  const text = toMarkdown(withText("@".repeat(1_000_000)));
  assert.ok(text.length <= 65_536);
  assert.match(text, /_Not in this comment, for its length: /);
});
