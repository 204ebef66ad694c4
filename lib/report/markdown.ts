// The report as a comment on a pull request: the overview, what was not seen, the worst findings, and the rest
// folded away per cluster. It fits into one comment; what does not is counted, never cut in the middle. The report is
// read front to back: first to count and to find the worst.

import { isBlindSpot, toBlindSpotSentence, toScopeText } from "../model/blind-spots.ts";
import { count, enumerate, toSeverityText } from "../model/counts.ts";
import type { Finding } from "../model/finding.ts";
import { toNextStep } from "../model/next-step.ts";
import type { Coverage } from "../model/target.ts";
import type { ReportView } from "../model/report.ts";
import { shorten } from "../model/shorten.ts";
import { takeWorst, toWorstFirst } from "../model/worst-first.ts";
import { ClusterParts, type ClusterPart } from "./by-cluster.ts";
import { fill, type Block, type Filled } from "./markdown-blocks.ts";
import { escapeMarkdown, toCodeBlock, toTable } from "./markdown-text.ts";
import { countRun, type RunCounts } from "../model/run-counts.ts";
import { toSummary } from "./summary.ts";

/** GitHub refuses a comment of more than 65,536 characters; GitLab takes a million. */
const MAX_LENGTH = 60_000;
const MAX_ROWS = 20;
const MAX_CELL = 300;

export function toMarkdown(report: ReportView): string {
  const parts = new ClusterParts(report);
  const counts = countRun({ clusters: report.clusters, findings: parts.findings() });
  const head = [
    `## ${toTitle(report, counts)}`,
    report.complete ? "" : `**Incomplete.** ${escapeMarkdown(toBlindSpotSentence(report.coverage))}`,
    toOverview(report, counts),
  ];
  const { tool, finishedAt } = report;
  const footer = `<sub>ringfence ${escapeMarkdown(tool.version)}, ${escapeMarkdown(finishedAt)}</sub>`;
  return `${[...head.filter(isWritten), ...toBody(report, counts, parts), footer].join("\n\n")}\n`;
}

const isWritten = (block: string): boolean => block !== "";

/** The worst is also among the details, so only the places and the details are cut where they are left out. */
function toBody(report: ReportView, counts: RunCounts, parts: ClusterParts): readonly string[] {
  let room = MAX_LENGTH;
  const take = (block: Block): Filled => {
    const filled = fill(block, room);
    room -= filled.text.length + 2;
    return filled;
  };
  const places = take(toBlindSpots(report.coverage));
  const worst = take(toWorst(report.findings, counts.statuses.fail));
  const details = Iterator.from(parts)
    .map((part) => take(toDetails(part)))
    .toArray();
  const findings = details.reduce((sum, { left }) => sum + left, 0);
  return [...[places, worst, ...details].map(({ text }) => text), toCut(places.left, findings)].filter(
    isWritten,
  );
}

function toCut(places: number, findings: number): string {
  const parts = [
    ...(places === 0 ? [] : [`${count(places, "place")} that could not be looked at`]),
    ...(findings === 0 ? [] : [count(findings, "finding")]),
  ];
  return parts.length === 0
    ? ""
    : `_Not in this comment, for its length: ${enumerate(parts)}. The JSON report has all._`;
}

function toTitle({ complete }: ReportView, { statuses, failed }: RunCounts): string {
  if (statuses.fail > 0)
    return `❌ Ringfence: ${count(statuses.fail, "check")} failed (${toSeverityText(failed)})`;
  if (!complete) return "⚠️ Ringfence: nothing fails, but not everything could be looked at";
  if (statuses.unknown > 0) return "⚠️ Ringfence: nothing fails, but not everything could be decided";
  return "✅ Ringfence: nothing fails";
}

function toOverview(report: ReportView, counts: RunCounts): string {
  const { clusters, verdicts, namespaces, postures } = toSummary(report, counts);
  const { unknown, exempt } = counts.statuses;
  return toTable(
    ["Clusters", "Policies enforced", "Namespaces", "Isolated", "Not decided", "Exempt"],
    [[clusters, verdicts.enforced, namespaces, postures.isolated, unknown, exempt].map(String)],
  );
}

function toBlindSpots(coverage: readonly Coverage[]): Block {
  const blind = coverage.filter(isBlindSpot);
  const rows = blind
    .slice(0, MAX_ROWS)
    .map((entry) => [
      escapeMarkdown(toScopeText(entry)),
      escapeMarkdown(shorten(toReason(entry), MAX_CELL)),
      escapeMarkdown(toNextStep(entry)),
    ]);
  const more = (left: number): string => `_… and ${left} more._`;
  return toTableBlock(["Not looked at", "Why", "What to do"], rows, blind.length, more);
}

function toTableBlock(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  itemCount: number,
  more: (left: number) => string,
): Block {
  const [names = "", rule = "", ...items] = toTable(header, rows).split("\n");
  const opening = `${names}\n${rule}`;
  return {
    opening,
    items,
    itemCount,
    separator: "\n",
    closing: "",
    more: (left) => `\n${more(left)}`,
  };
}

function toReason({ why, detail }: Coverage): string {
  return [why, detail].filter((text) => text !== undefined).join(": ");
}

function toWorst(findings: Iterable<Finding>, failed: number): Block {
  const failures = Iterator.from(findings).filter(({ status }) => status === "fail");
  const rows = takeWorst(failures, MAX_ROWS).map((finding) => [
    finding.severity,
    finding.controlId,
    toPlace(finding),
    escapeMarkdown(shorten(finding.because, MAX_CELL)),
  ]);
  const more = (left: number): string => `_… and ${count(left, "more failed check")}._`;
  return toTableBlock(["Severity", "Control", "Where", "Why"], rows, failed, more);
}

function toPlace(finding: Finding): string {
  const { cluster, subject } = finding;
  const isOfCluster = cluster !== null && subject.kind !== "cluster";
  return `${isOfCluster ? `${escapeMarkdown(cluster)}, ` : ""}${toSubject(finding)}`;
}

/** With file and line where the evidence names them. */
function toSubject({ subject, evidence }: Finding): string {
  const name = escapeMarkdown(`${subject.kind} ${subject.name}`);
  const first = evidence.find(({ file }) => file !== undefined);
  if (first?.file === undefined) return name;
  const line = first.line === undefined ? "" : `:${first.line}`;
  return `${name}<br>${escapeMarkdown(`${first.file}${line}`)}`;
}

/** Failed and undecided findings of a cluster, folded. */
function toDetails(part: ClusterPart): Block {
  const listed = toWorstFirst(part.findings).filter(
    ({ status }) => status === "fail" || status === "unknown",
  );
  const failed = listed.filter(({ status }) => status === "fail").length;
  const counts = `${failed} failed, ${listed.length - failed} not decided`;
  const name = part.name === null ? "Beyond clusters" : toScopeText({ ...part, cluster: part.name });
  const verdict = part.cluster === null ? [] : [escapeMarkdown(part.cluster.enforcement.because)];
  return {
    opening: [`<details><summary><b>${escapeMarkdown(name)}</b>: ${counts}</summary>`, ...verdict].join(
      "\n\n",
    ),
    items: listed.map(toEntry),
    itemCount: listed.length,
    separator: "\n\n",
    closing: "</details>",
    more: (left) => `_… and ${count(left, "more finding")} of this cluster in the JSON report._`,
  };
}

function toEntry(finding: Finding): string {
  const { status, severity, controlId, because, remediation } = finding;
  const badge = status === "fail" ? severity : "unknown";
  const remedy = remediation.text === "" ? "" : `<br>→ ${escapeMarkdown(remediation.text)}`;
  return [
    `**${badge}** ${controlId}, ${toSubject(finding)}: ${escapeMarkdown(because)}${remedy}`,
    ...remediation.commands.map((command) => toCodeBlock("sh", command)),
  ].join("\n\n");
}
