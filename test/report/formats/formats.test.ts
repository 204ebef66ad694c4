import assert from "node:assert/strict";
import { test } from "node:test";
import { countWithoutHub, toAsffExport } from "../../../lib/commands/asff-export.ts";
import type { AsffFinding } from "../../../lib/model/asff.ts";
import type { Report } from "../../../lib/model/report.ts";
import { render } from "../../../lib/report/formats.ts";
import { REPORT_FORMATS } from "../../../lib/report/report-format.ts";
import { finding, sampleReport } from "../sample-report.ts";
import { sampleControls } from "./sample-controls.ts";
import { toWholeText } from "../../../lib/report/output.ts";

const context = {
  text: { color: false, columns: 100, verbose: false },
  controls: sampleControls,
  toAsff: toAsffExport,
};

for (const format of REPORT_FORMATS)
  test(`${format}: a text that ends with a line break, the same every time, and about the report`, () => {
    const output = toWholeText(render(sampleReport, format, context));
    assert.match(output, /\n$/);
    assert.equal(toWholeText(render(structuredClone(sampleReport), format, context)), output);
    assert.match(output, /shop-prod/);
    assert.match(output, /NETPOL\.40/);
  });

function messagesOf(report: Report): readonly AsffFinding[] {
  return JSON.parse([...toAsffExport(report)].join("")) as AsffFinding[];
}

test("ASFF: every finding goes to the hub of its own account and Region, and what has none is counted", () => {
  const messages = messagesOf(sampleReport);
  assert.equal(messages.length, sampleReport.findings.length - 1);
  assert.equal(countWithoutHub(sampleReport), 1);
  for (const { ProductArn, AwsAccountId } of messages)
    assert.ok(ProductArn.endsWith(`:${AwsAccountId}:product/${AwsAccountId}/default`));
});

for (const [region, partition] of [
  ["eu-central-1", "aws"],
  ["cn-north-1", "aws-cn"],
  ["us-gov-west-1", "aws-us-gov"],
] as const)
  test(`ASFF: ${region} is in ${partition}`, () => {
    const subject = { kind: "cluster", name: "c" } as const;
    const parts = { controlId: "NETPOL.2", title: "t", severity: "high", because: "b", text: "" } as const;
    const [message] = messagesOf({ ...sampleReport, findings: [finding({ ...parts, region, subject })] });
    assert.match(message?.ProductArn ?? "", new RegExp(`^arn:${partition}:securityhub:${region}:`));
  });

test("ASFF: a finding keeps the time since when it is known", () => {
  const [first] = sampleReport.findings;
  assert.ok(first !== undefined);
  const firstSeenAt = "2026-11-01T00:00:00.000Z";
  const [message] = messagesOf({ ...sampleReport, findings: [{ ...first, firstSeenAt }] });
  assert.equal(message?.CreatedAt, firstSeenAt);
  assert.equal(message?.UpdatedAt, sampleReport.finishedAt);
});
