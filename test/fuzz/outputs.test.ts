// Fuzzing of what goes out: whatever a name or a sentence of the outside is, it stays a text in every format. It adds
// no element, link, mention, cell, line of another meaning or escape sequence, and no limit of a receiver is passed.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { toAsffExport } from "../../lib/commands/asff-export.ts";
import type { AsffFinding } from "../../lib/model/asff.ts";
import { render } from "../../lib/report/formats.ts";
import { REPORT_FORMATS, type ReportFormat } from "../../lib/report/report-format.ts";
import { toDigest } from "../../lib/sinks/digest-draft.ts";
import { toSlackMessage } from "../../lib/sinks/slack-blocks.ts";
import { SNS_FORMATS, toSnsMessage } from "../../lib/sinks/sns.ts";
import { HOSTILE_TEXTS, withText } from "../report/formats/hostile-report.ts";
import { type ReadElement, readXml } from "../report/formats/read-xml.ts";
import { sampleControls } from "../report/formats/sample-controls.ts";
import { fuzzRuns } from "./fuzz-runs.ts";
import { hostileText } from "./hostile-data.ts";
import { toWholeText } from "../../lib/report/output.ts";

const PAYLOADS = [
  "<b onclick=x>",
  "</script><script>",
  "<!channel>",
  "<@U123>",
  "<https://evil.example|click>",
  "](https://evil.example)",
  "![x](https://evil.example)",
  " HTTPS://evil.example/login www.evil.example ",
  "@octocat",
  "|",
  "\n| a | b |",
  "\n\n# heading",
  "```\n",
  '",=1+1,"',
  "\r\n=cmd|x",
  "]]>",
  "&lt;",
  "\u001b[2J",
  "\u009b31m",
  "\n::error::forged",
  '{"forged": "line"}',
  "x".repeat(5_000),
  "é".repeat(3_000),
  "\u{1f6a8}".repeat(700),
];

const text = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE_TEXTS, ...PAYLOADS), hostileText), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) => parts.join(""));

const context = {
  text: { color: false, columns: 100, verbose: true },
  controls: sampleControls,
  toAsff: toAsffExport,
};

function renderWith(foreign: string, format: ReportFormat): string {
  return toWholeText(render(withText(foreign), format, context));
}

/** Fails for the first text of which the output does not keep its promise. */
function forEveryText(
  format: ReportFormat,
  briefRuns: number,
  check: (output: string, foreign: string) => void,
): void {
  fc.assert(
    fc.property(text, (foreign) => check(renderWith(foreign, format), foreign)),
    fuzzRuns(briefRuns),
  );
}

/** What steers a terminal, hides or reorders: C0 but tab and line ends, C1, zero-width, bidi, separators. */
const STEERING =
  // oxlint-disable-next-line no-control-regex -- it is what must not be there
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

describe("no format passes on what steers a terminal, or half of a character", () => {
  for (const format of REPORT_FORMATS)
    test(format, () => {
      forEveryText(format, 25, (output) => {
        assert.doesNotMatch(output, STEERING);
        assert.doesNotMatch(output, /\p{Cs}/u);
      });
    });
});

test("HTML has the elements, and the handlers, that it has for a harmless name", () => {
  const tagsOf = (page: string) => new Set(page.match(/<[!/]?[a-z-]+/gi));
  const countOf = (page: string, part: RegExp) => page.match(part)?.length ?? 0;
  const harmless = renderWith("harmless", "html");
  forEveryText("html", 25, (page) => {
    assert.deepEqual([...tagsOf(page).difference(tagsOf(harmless))], []);
    for (const part of [
      /<script/gi,
      /<style/gi,
      /<!--/g,
      /<[^>]*\son[a-z]+\s*=/gi,
      /<iframe|<img|<base|<meta/gi,
    ])
      assert.equal(countOf(page, part), countOf(harmless, part), String(part));
  });
});

/** RFC 4180, strictly. */
function readCsv(table: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  let row: string[] = [];
  while (cell.lastIndex < table.length) {
    const [, quoted, plain = "", end] = cell.exec(table) ?? assert.fail("this is no CSV");
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

test("CSV has one row for each finding, with as many cells as the header, and none is a formula", () => {
  forEveryText("csv", 60, (table, foreign) => {
    const [header = [], ...rows] = readCsv(table);
    assert.equal(rows.length, withText(foreign).findings.length);
    for (const row of rows) {
      assert.equal(row.length, header.length);
      for (const value of row) assert.doesNotMatch(value, /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/);
    }
  });
});

function countElements({ name, children }: ReadElement, wanted: string): number {
  return children.reduce((sum, child) => sum + countElements(child, wanted), name === wanted ? 1 : 0);
}

test("JUnit XML is well-formed and has one test case for each finding", () => {
  forEveryText("junit", 60, (document, foreign) => {
    assert.equal(countElements(readXml(document), "testcase"), withText(foreign).findings.length);
  });
});

test("SARIF, OCSF and JSON are JSON about as many findings", () => {
  const amounts = {
    json: (value: { findings: readonly unknown[] }) => value.findings.length,
    ocsf: (value: readonly unknown[]) => value.length,
    sarif: (value: { runs: readonly { results: readonly unknown[] }[] }) => value.runs[0]?.results.length,
  };
  fc.assert(
    fc.property(text, (foreign) => {
      const parse = (format: ReportFormat, name: string) => JSON.parse(renderWith(name, format)) as never;
      for (const [format, amount] of Object.entries(amounts) as [
        keyof typeof amounts,
        (value: never) => unknown,
      ][])
        assert.equal(amount(parse(format, foreign)), amount(parse(format, "harmless")), format);
    }),
    fuzzRuns(20),
  );
});

test("Markdown outside of its code blocks neither links, mentions, embeds nor breaks a table", () => {
  forEveryText("markdown", 60, (document) => {
    let columns: number | null = null;
    for (const line of withoutCode(document)) {
      assert.doesNotMatch(line, /(?<!\\)\]\(|https?:\/\/|<(?!\/?(?:details|summary|br|code|b|sub)\b)/i);
      assert.doesNotMatch(line, /@[\w-]|(?<!&)#\d|\bGH-\d|\bwww\./);
      const isRow = line.startsWith("|");
      const cells = line.split("|").length;
      if (isRow && columns !== null) assert.equal(cells, columns);
      columns = isRow ? cells : null;
    }
  });
});

/** The lines around fenced code, which ends at a fence that is at least as long as the one that began it. */
function withoutCode(document: string): readonly string[] {
  const lines: string[] = [];
  let fence: string | null = null;
  for (const line of document.split("\n")) {
    const [mark] = /^\s*`{3,}/.exec(line) ?? [];
    if (fence === null && mark === undefined) lines.push(line);
    else if (fence === null) fence = mark?.trim() ?? null;
    else if (line.trim() === fence) fence = null;
  }
  assert.equal(fence, null, "a code block does not end");
  return lines;
}

test("ASFF keeps every limit of the format and has no empty text", () => {
  forEveryText("asff", 60, (output, foreign) => {
    // The sample's titles are foreign too, and a title of ours is never empty.
    if (foreign.trim() === "") return;
    for (const finding of JSON.parse(output) as readonly AsffFinding[]) {
      assertLength(finding.Id, 512);
      assertLength(finding.Title, 256);
      assertLength(finding.Description, 1024);
      for (const [key, value] of Object.entries({ ...finding.ProductFields })) {
        assertLength(key, 128);
        assertLength(value, 1024);
      }
      assertLength(finding.Remediation?.Recommendation.Text ?? "-", 512);
      for (const { Id, Details } of finding.Resources) {
        assertLength(Id, 512);
        const other = Object.entries(Details?.Other ?? {});
        assert.ok(other.length <= 50);
        for (const [key, value] of other) {
          assertLength(key, 127);
          assertLength(value, 1023);
        }
      }
      assert.ok(Buffer.byteLength(JSON.stringify(finding)) <= 240 * 1024);
    }
  });
});

function assertLength(value: string, most: number): void {
  assert.ok(value.length > 0 && value.length <= most, `${value.length} of at most ${most}`);
}

interface SlackBlock {
  readonly type: string;
  readonly text?: { readonly type: string; readonly text: string; readonly verbatim?: boolean };
  readonly elements?: readonly {
    readonly type: string;
    readonly text: string;
    readonly verbatim?: boolean;
  }[];
}

test("Slack gets no link, mention or entity of the outside, within its limits", () => {
  fc.assert(
    fc.property(text, (foreign) => {
      const message = JSON.parse(toSlackMessage(toDigest(withText(foreign)))) as {
        readonly text: string;
        readonly blocks: readonly SlackBlock[];
      };
      assert.ok(message.blocks.length <= 50);
      const texts = message.blocks.flatMap(({ text, elements }) => [
        ...(text === undefined ? [] : [text]),
        ...(elements ?? []),
      ]);
      for (const { type, text, verbatim } of texts) {
        assertLength(text, type === "plain_text" ? 150 : 3000);
        assert.doesNotMatch(text, STEERING);
        if (type !== "mrkdwn") continue;
        assert.equal(verbatim, true);
        assert.doesNotMatch(text, /[<>]|&(?!(?:amp|lt|gt);)/);
      }
      assert.doesNotMatch(message.text, /[<>]/);
    }),
    fuzzRuns(60),
  );
});

describe("SNS messages fit, and their subject is a line of ASCII", () => {
  for (const format of SNS_FORMATS)
    test(format, () => {
      fc.assert(
        fc.property(text, (foreign) => {
          const { subject, body } = toSnsMessage(toDigest(withText(foreign)), format);
          assert.ok(Buffer.byteLength(body) <= 256 * 1024);
          assert.match(subject, /^[\x20-\x7e]{1,99}$/);
          assert.doesNotMatch(body, STEERING);
          if (format === "amazon-q") assert.doesNotMatch(body, /[<>]|\]\(/);
          // JSON is for programs; people's make a link of whatever looks like one.
          if (format !== "json") assert.doesNotMatch(body, /https?:\/\/|\bwww\./i);
        }),
        fuzzRuns(40),
      );
    });
});
