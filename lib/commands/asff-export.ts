// `--format asff`: the findings as BatchImportFindings takes them, for the hub of each finding's own account and
// Region. Sends nothing.

import { controls } from "../controls/index.ts";
import type { AsffFinding } from "../model/asff.ts";
import type { Finding } from "../model/finding.ts";
import type { ReportView } from "../model/report.ts";
import { ItemByItem, toJsonPieces } from "../report/json-pieces.ts";
import { toAsff } from "../sinks/asff.ts";

/** Finding by finding. */
export function* toAsffExport(report: ReportView): Generator<string, void> {
  const findings = Iterator.from(report.findings).flatMap((finding) => toMessages(finding, report));
  yield* toJsonPieces(new ItemByItem(findings));
  yield "\n";
}

/** ASFF has no place for a finding without an account and a Region; how many those are has to be said. */
export function countWithoutHub({ findings }: ReportView): number {
  const isWithout = ({ account, region }: Finding): boolean => account === null || region === null;
  return Iterator.from(findings)
    .filter(isWithout)
    .reduce((sum) => sum + 1, 0);
}

function toMessages(finding: Finding, { startedAt, finishedAt }: ReportView): AsffFinding[] {
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
