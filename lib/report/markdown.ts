// The report as a comment on a pull request: the overview, what was not seen, the worst findings, and the rest
// folded away per cluster. It fits into one comment; what does not is counted, never cut in the middle.

import { isBlindSpot, toBlindSpotSentence, toScopeText } from "../model/blind-spots.ts";
import { count, countFailed, toSeverityText } from "../model/counts.ts";
import type { Finding } from "../model/finding.ts";
import { toNextStep } from "../model/next-step.ts";
import type { Coverage } from "../model/target.ts";
import type { Report } from "../model/report.ts";
import { shorten } from "../model/shorten.ts";
import { toWorstFirst } from "../model/worst-first.ts";
import { groupByCluster, type ClusterPart } from "./by-cluster.ts";
import { escapeMarkdown, toCodeBlock, toTable } from "./markdown-text.ts";
import { toSummary } from "./summary.ts";

/** GitHub refuses a comment of more than 65,536 characters; GitLab takes a million. */
const MAX_LENGTH = 60_000;
const MAX_ROWS = 20;
const MAX_BLIND_SPOTS = 20;
const MAX_CELL = 300;

export function toMarkdown(report: Report): string {
  const head = [
    `## ${toTitle(report)}`,
    report.complete ? "" : `**Incomplete.** ${escapeMarkdown(toBlindSpotSentence(report.coverage))}`,
    toOverview(report),
  ];
  const body = [
    toBlindSpotTable(report.coverage),
    toWorstTable(report.findings),
    ...groupByCluster(report).map(toDetails),
  ];
  const { tool, finishedAt } = report;
  const footer = `<sub>ringfence ${escapeMarkdown(tool.version)}, ${escapeMarkdown(finishedAt)}</sub>`;
  return `${[...head.filter(isWritten), ...fit(body.filter(isWritten)), footer].join("\n\n")}\n`;
}

const isWritten = (block: string): boolean => block !== "";

/** As many of the blocks as have room, from the first on. */
function fit(blocks: readonly string[]): readonly string[] {
  let room = MAX_LENGTH;
  const shown = blocks.filter((block) => {
    const hasRoom = block.length <= room;
    room = hasRoom ? room - block.length - 2 : 0;
    return hasRoom;
  });
  const left = blocks.length - shown.length;
  return left === 0 ? shown : [...shown, `_${count(left, "more part")} in the JSON report._`];
}

function toTitle({ findings, complete }: Report): string {
  const failed = findings.filter(({ status }) => status === "fail");
  if (failed.length > 0)
    return `❌ Ringfence: ${count(failed.length, "check")} failed (${toSeverityText(countFailed(failed))})`;
  if (!complete) return "⚠️ Ringfence: nothing fails, but not everything could be looked at";
  if (findings.some(({ status }) => status === "unknown"))
    return "⚠️ Ringfence: nothing fails, but not everything could be decided";
  return "✅ Ringfence: nothing fails";
}

function toOverview(report: Report): string {
  const { clusters, verdicts, namespaces, postures } = toSummary(report);
  const unknown = report.findings.filter(({ status }) => status === "unknown").length;
  const exempt = report.findings.filter(({ status }) => status === "exempt").length;
  return toTable(
    ["Clusters", "Policies enforced", "Namespaces", "Isolated", "Not decided", "Exempt"],
    [[clusters, verdicts.enforced, namespaces, postures.isolated, unknown, exempt].map(String)],
  );
}

function toBlindSpotTable(coverage: readonly Coverage[]): string {
  const blindSpots = coverage.filter(isBlindSpot);
  if (blindSpots.length === 0) return "";
  const rows = blindSpots
    .slice(0, MAX_BLIND_SPOTS)
    .map((entry) => [
      escapeMarkdown(toScopeText(entry)),
      escapeMarkdown(shorten(toReason(entry), MAX_CELL)),
      escapeMarkdown(toNextStep(entry)),
    ]);
  const rest = blindSpots.length - rows.length;
  const table = toTable(["Not looked at", "Why", "What to do"], rows);
  return rest === 0 ? table : `${table}\n\n_… and ${rest} more._`;
}

function toReason({ why, detail }: Coverage): string {
  return [why, detail].filter((text) => text !== undefined).join(": ");
}

function toWorstTable(findings: readonly Finding[]): string {
  const failed = toWorstFirst(findings).filter(({ status }) => status === "fail");
  if (failed.length === 0) return "";
  const rows = failed
    .slice(0, MAX_ROWS)
    .map((finding) => [
      finding.severity,
      finding.controlId,
      toPlace(finding),
      escapeMarkdown(shorten(finding.because, MAX_CELL)),
    ]);
  const table = toTable(["Severity", "Control", "Where", "Why"], rows);
  const rest = failed.length - rows.length;
  return rest === 0 ? table : `${table}\n\n_… and ${count(rest, "more failed check")} below._`;
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

/** Failed and undecided findings of a cluster, folded; "" where there are none. */
function toDetails(part: ClusterPart): string {
  const listed = toWorstFirst(part.findings).filter(
    ({ status }) => status === "fail" || status === "unknown",
  );
  if (listed.length === 0) return "";
  const failed = listed.filter(({ status }) => status === "fail").length;
  const counts = `${failed} failed, ${listed.length - failed} not decided`;
  const name = part.name === null ? "Beyond clusters" : toScopeText({ ...part, cluster: part.name });
  const verdict = part.cluster === null ? [] : [escapeMarkdown(part.cluster.enforcement.because)];
  return [
    `<details><summary><b>${escapeMarkdown(name)}</b>: ${counts}</summary>`,
    ...verdict,
    ...listed.map(toEntry),
    "</details>",
  ].join("\n\n");
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
