// `--format asff`: the findings as BatchImportFindings takes them, for the hub of each finding's own account and
// Region. Sends nothing.

import { controls } from "../controls/index.ts";
import type { AsffFinding } from "../model/asff.ts";
import type { Finding } from "../model/finding.ts";
import type { Report, ReportView } from "../model/report.ts";
import { toAsff } from "../sinks/asff.ts";

export function toAsffExport(report: Report): string {
  const findings = report.findings.flatMap((finding) => toMessages(finding, report));
  return `${JSON.stringify(findings, null, 2)}\n`;
}

/** ASFF has no place for a finding without an account and a Region; how many those are has to be said. */
export function countWithoutHub({ findings }: ReportView): number {
  const isWithout = ({ account, region }: Finding): boolean => account === null || region === null;
  return Iterator.from(findings)
    .filter(isWithout)
    .reduce((sum) => sum + 1, 0);
}

function toMessages(finding: Finding, { startedAt, finishedAt }: Report): AsffFinding[] {
  const { account, region, controlId, firstSeenAt } = finding;
  if (account === null || region === null) return [];
  const partition = toPartition(region);
  const context = {
    productArn: `arn:${partition}:securityhub:${region}:${account}:product/${account}/default`,
    accountId: account,
    region,
    partition,
    now: new Date(finishedAt),
    createdAt: firstSeenAt ?? startedAt,
    frameworks: controls.find(({ id }) => id === controlId)?.frameworks ?? [],
  };
  return [toAsff(finding, context)];
}

/** AWS General Reference, "Partitions": Regions of China and of GovCloud begin so; the report names no partition. */
function toPartition(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
