// The report for people at a terminal. Blind spots come before any good news; text from outside cannot steer
// the terminal (layout.ts). Says nothing that is not in the report, which it reads front to back: first to count.

import { isBlindSpot, toBlindSpotSentence } from "../model/blind-spots.ts";
import { count, enumerate, toSeverityText } from "../model/counts.ts";
import { toVerdictTexts } from "../model/enforcement-phrases.ts";
import type { Finding } from "../model/finding.ts";
import type { Probe, ReportView } from "../model/report.ts";
import { countRun, type RunCounts } from "../model/run-counts.ts";
import { ClusterParts } from "./by-cluster.ts";
import { EMPTY_LINE, hanging, pad, render, ruled, segment, type Line } from "./layout.ts";
import { toClusterLines } from "./text-cluster.ts";
import { toCoverageLines } from "./text-coverage.ts";
import { separated, toFindingLines, type FindingsView } from "./text-findings.ts";

export interface TextStyle {
  readonly color: boolean;
  /** Width of the terminal in characters. */
  readonly columns: number;
  /** Explain each decision, leave nothing out. */
  readonly verbose: boolean;
}

/** A narrower terminal wraps by itself. */
const MIN_COLUMNS = 60;
const LABEL_WIDTH = 12;
const INCOMPLETE: Line = [segment(pad("INCOMPLETE", LABEL_WIDTH), "alertBadge")];

/** Block by block. */
export function* toText(report: ReportView, { color, columns, verbose }: TextStyle): Generator<string, void> {
  let before: Line[] = [];
  for (const block of toBlocks(report, { width: Math.max(MIN_COLUMNS, columns), verbose })) {
    if (block.length === 0) continue;
    yield render([...before, ...block], color);
    before = [EMPTY_LINE];
  }
}

function* toBlocks(report: ReportView, view: FindingsView): Generator<readonly Line[], void> {
  const { probes = [], coverage } = report;
  const parts = new ClusterParts(report);
  const tally = tallyRun({ clusters: report.clusters, findings: parts.findings() });
  yield toHeadline(report, tally, view.width);
  for (const part of parts)
    yield part.name === null ? toOtherFindings(part.findings, view) : toClusterLines(part, view);
  yield toProbeLines(probes, view.width);
  yield toCoverageLines(coverage, view.width, view.verbose);
  yield toStatsLines(report, view.width);
  yield toVerdictLines(report, tally, view.width);
}

/** What is said of the run as a whole. */
interface Tally {
  readonly counts: RunCounts;
  /** Of those that fail, and are more than information. */
  readonly hasFiles: boolean;
}

function tallyRun({ clusters, findings }: Pick<ReportView, "clusters" | "findings">): Tally {
  let hasFiles = false;
  const watched = Iterator.from(findings).map((finding) => {
    hasFiles ||= isFailure(finding) && finding.remediation.files.length > 0;
    return finding;
  });
  const counts = countRun({ clusters, findings: watched });
  return { counts, hasFiles };
}

/** Information is no failure: --fail-on knows no such severity either. */
function isFailure({ status, severity }: Finding): boolean {
  return status === "fail" && severity !== "informational";
}

/** A missed account or Region is told by the coverage, with what to do about it. */
function isToldByCoverage({ controlId, subject }: Finding): boolean {
  return controlId === "NETPOL.9" && (subject.kind === "account" || subject.kind === "region");
}

function toHeadline(report: ReportView, { counts }: Tally, width: number): Line[] {
  const { tool, startedAt, finishedAt, coverage, complete } = report;
  const seconds = Math.round((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000);
  const time = startedAt.slice(0, 16).replace("T", " ");
  const label = (text: string): Line => [segment(pad(text, LABEL_WIDTH), "bold")];
  return separated([
    [[segment("Ringfence", "bold"), segment(` ${tool.version}  ${time} UTC  ${seconds} s`, "dim")]],
    complete ? [] : hanging(INCOMPLETE, toBlindSpotSentence(coverage), width),
    [
      ...hanging(label("Clusters"), toClusterSentence(counts), width),
      ...hanging(label("Checks"), toFindingSentence(counts), width),
    ],
  ]);
}

function toClusterSentence({ clusters, verdicts }: RunCounts): string {
  if (clusters === 0) return "none looked at.";
  return `${clusters}; NetworkPolicies are ${enumerate(toVerdictTexts(verdicts))}.`;
}

function toFindingSentence({ statuses, failed }: RunCounts): string {
  const { fail, unknown, exempt } = statuses;
  const parts = [
    fail === 0 ? "none failed" : `${fail} failed: ${toSeverityText(failed)}`,
    ...(unknown === 0 ? [] : [`${unknown} could not be decided`]),
    ...(exempt === 0 ? [] : [`${exempt} exempt`]),
  ];
  return `${parts.join("; ")}.`;
}

function toOtherFindings(findings: readonly Finding[], view: FindingsView): Line[] {
  const untold = findings.filter((finding) => !isToldByCoverage(finding));
  const lines = toFindingLines(untold, view);
  return lines.length === 0 ? [] : [...ruled("Beyond clusters", [], view.width), ...lines];
}

function toProbeLines(probes: readonly Probe[], width: number): Line[] {
  if (probes.length === 0) return [];
  return [
    ...ruled("Probes", [], width),
    ...probes.flatMap(({ from, to, port, protocol, allowed, because }) => {
      const verdict = allowed === null ? "? unknown" : allowed ? "✓ allowed" : "✗ denied ";
      const style = allowed === null ? "magenta" : allowed ? "green" : "red";
      return hanging(
        [segment(`  ${verdict}  `, style)],
        `${from} -> ${to}:${port}/${protocol}: ${because}`,
        width,
      );
    }),
  ];
}

function toStatsLines({ stats }: ReportView, width: number): Line[] {
  if (stats === undefined) return [];
  const calls = Object.values(stats.awsCalls).reduce((sum, amount) => sum + amount, 0);
  const cost = `${count(calls, "AWS call")}, ${count(stats.kubernetesRequests, "Kubernetes request")}, ${stats.durationMs} ms`;
  const perCall = Object.entries(stats.awsCalls)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, amount]): Line => [segment(`    ${String(amount).padStart(6)}  ${name}`)]);
  return hanging([segment("  Cost  ", "bold")], cost, width).concat(perCall);
}

/** The last lines, which stay on the screen: what was not seen, then what fails, and only then "all good". */
function toVerdictLines({ coverage }: ReportView, { counts, hasFiles }: Tally, width: number): Line[] {
  const { failed, statuses } = counts;
  const lines = coverage.some(isBlindSpot) ? hanging(INCOMPLETE, toBlindSpotSentence(coverage), width) : [];
  if (statuses.fail > failed.informational) {
    const sentence = `${count(statuses.fail, "check")} failed: ${toSeverityText(failed)}.${hasFiles ? FIX_HINT : ""}`;
    return lines.concat(hanging([segment("✗ ", "red")], sentence, width));
  }
  if (lines.length > 0) return lines;
  // Information is no failure, and --fail-on knows no such severity: but it was counted above.
  const but = failed.informational === 0 ? "" : ` but ${count(failed.informational, "informational check")}`;
  if (statuses.unknown > 0)
    return hanging(
      [segment("? ", "magenta")],
      `Nothing fails${but}, but not everything could be decided.`,
      width,
    );
  return hanging(
    [segment("✓ ", "green")],
    `All that was expected was looked at, and nothing fails${but}.`,
    width,
  );
}

const FIX_HINT = " ringfence fix --cluster NAME --output DIR writes the remedies of one cluster as files.";
