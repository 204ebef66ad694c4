// The report for people at a terminal. Blind spots come before any good news; text from outside cannot steer
// the terminal (layout.ts). Says nothing that is not in the report.

import { isBlindSpot, toBlindSpotSentence } from "../model/blind-spots.ts";
import { count, countFailed, enumerate, toSeverityText } from "../model/counts.ts";
import { countVerdicts, toVerdictTexts } from "../model/enforcement-phrases.ts";
import type { Finding } from "../model/finding.ts";
import type { Probe, Report } from "../model/report.ts";
import { groupByCluster } from "./by-cluster.ts";
import { hanging, pad, render, ruled, segment, type Line } from "./layout.ts";
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

export function toText(report: Report, { color, columns, verbose }: TextStyle): string {
  const view: FindingsView = { width: Math.max(MIN_COLUMNS, columns), verbose };
  const blocks = [
    toHeadline(report, view.width),
    ...groupByCluster(report).map((part) => toClusterLines(part, view)),
    toOtherFindings(report, view),
    toProbeLines(report.probes ?? [], view.width),
    toCoverageLines(report.coverage, view.width, verbose),
    toStatsLines(report, view.width),
    toVerdictLines(report, view.width),
  ];
  return render(separated(blocks), color);
}

function toHeadline(report: Report, width: number): Line[] {
  const { tool, startedAt, finishedAt, coverage, complete } = report;
  const seconds = Math.round((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000);
  const time = startedAt.slice(0, 16).replace("T", " ");
  const label = (text: string): Line => [segment(pad(text, LABEL_WIDTH), "bold")];
  return separated([
    [[segment("Ringfence", "bold"), segment(` ${tool.version}  ${time} UTC  ${seconds} s`, "dim")]],
    complete ? [] : hanging(INCOMPLETE, toBlindSpotSentence(coverage), width),
    [
      ...hanging(label("Clusters"), toClusterSentence(report), width),
      ...hanging(label("Checks"), toFindingSentence(report), width),
    ],
  ]);
}

function toClusterSentence({ clusters }: Report): string {
  if (clusters.length === 0) return "none looked at.";
  const verdicts = countVerdicts(clusters.map(({ enforcement }) => enforcement.verdict));
  return `${clusters.length}; NetworkPolicies are ${enumerate(toVerdictTexts(verdicts))}.`;
}

function toFindingSentence({ findings }: Report): string {
  const failed = findings.filter(({ status }) => status === "fail");
  const unknown = findings.filter(({ status }) => status === "unknown").length;
  const failures =
    failed.length === 0 ? "none failed" : `${failed.length} failed: ${toSeverityText(countFailed(failed))}`;
  const exempt = findings.filter(({ status }) => status === "exempt").length;
  const parts = [
    failures,
    ...(unknown === 0 ? [] : [`${unknown} could not be decided`]),
    ...(exempt === 0 ? [] : [`${exempt} exempt`]),
  ];
  return `${parts.join("; ")}.`;
}

/** What is about no cluster. A missed account or Region is told by the coverage, with what to do about it. */
function toOtherFindings({ findings }: Report, view: FindingsView): Line[] {
  const isToldByCoverage = ({ controlId, subject }: Finding): boolean =>
    controlId === "NETPOL.9" && (subject.kind === "account" || subject.kind === "region");
  const others = findings.filter((finding) => finding.cluster === null && !isToldByCoverage(finding));
  const lines = toFindingLines(others, view);
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

function toStatsLines({ stats }: Report, width: number): Line[] {
  if (stats === undefined) return [];
  const calls = Object.values(stats.awsCalls).reduce((sum, amount) => sum + amount, 0);
  const cost = `${count(calls, "AWS call")}, ${count(stats.kubernetesRequests, "Kubernetes request")}, ${stats.durationMs} ms`;
  const perCall = Object.entries(stats.awsCalls)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, amount]): Line => [segment(`    ${String(amount).padStart(6)}  ${name}`)]);
  return hanging([segment("  Cost  ", "bold")], cost, width).concat(perCall);
}

/** The last lines, which stay on the screen: what was not seen, then what fails, and only then "all good". */
function toVerdictLines({ findings, coverage }: Report, width: number): Line[] {
  // Information is no failure: --fail-on knows no such severity either.
  const failed = findings.filter(({ status, severity }) => status === "fail" && severity !== "informational");
  const lines = coverage.some(isBlindSpot) ? hanging(INCOMPLETE, toBlindSpotSentence(coverage), width) : [];
  if (failed.length > 0) {
    const sentence = `${count(failed.length, "check")} failed: ${toSeverityText(countFailed(failed))}.${toFixHint(failed)}`;
    return lines.concat(hanging([segment("✗ ", "red")], sentence, width));
  }
  if (lines.length > 0) return lines;
  if (findings.some(({ status }) => status === "unknown"))
    return hanging([segment("? ", "magenta")], "Nothing fails, but not everything could be decided.", width);
  return hanging([segment("✓ ", "green")], "All that was expected was looked at, and nothing fails.", width);
}

function toFixHint(failed: readonly Finding[]): string {
  const hasFiles = failed.some(({ remediation }) => remediation.files.length > 0);
  return hasFiles
    ? " ringfence fix --cluster NAME --output DIR writes the remedies of one cluster as files."
    : "";
}
