// What changed between two reports, for a terminal and as Markdown for a comment: what is worse first, and what
// could not be seen never among what is resolved.

import { toScopeText } from "../model/blind-spots.ts";
import { count } from "../model/counts.ts";
import type { Finding } from "../model/finding.ts";
import { SEVERITIES } from "../model/finding.ts";
import type { CheckScope } from "../model/preflight.ts";
import { hanging, render, segment, type Line, type Style } from "./layout.ts";
import { escapeMarkdown } from "./markdown-text.ts";
import type { Changed, CoverageChange, ReportDiff } from "./report-diff.ts";

const MIN_COLUMNS = 60;

interface Part {
  readonly title: string;
  readonly style: Style | null;
  readonly entries: readonly string[];
}

export function toDiffText(
  diff: ReportDiff,
  { color, columns }: { color: boolean; columns: number },
): string {
  const width = Math.max(MIN_COLUMNS, columns);
  const lines = toParts(diff).flatMap(({ title, style, entries }): Line[] => [
    [segment(title, style ?? "bold")],
    ...entries.flatMap((entry) => hanging([segment("  ")], entry, width)),
    [],
  ]);
  const head: Line = [segment("Ringfence diff", "bold"), segment(`  ${toEnds(diff)}`, "dim")];
  return render([head, [], ...lines, ...hanging([], toSummary(diff), width)], color);
}

export function toDiffMarkdown(diff: ReportDiff): string {
  const parts = toParts(diff).map(({ title, entries }) =>
    [`### ${title}`, "", ...entries.map((entry) => `- ${escapeMarkdown(entry)}`)].join("\n"),
  );
  return `${[`## Ringfence diff`, escapeMarkdown(toEnds(diff)), ...parts, escapeMarkdown(toSummary(diff))].join("\n\n")}\n`;
}

function toEnds({ from, to }: ReportDiff): string {
  const end = ({ startedAt, complete }: ReportDiff["from"]): string =>
    `${startedAt}${complete ? "" : " (incomplete)"}`;
  return `from ${end(from)} to ${end(to)}`;
}

/** Only those that hold something. */
function toParts({ findings, enforcement, postures, coverage }: ReportDiff): readonly Part[] {
  const places: readonly Part[] = [
    {
      title: "Enforcement",
      style: null,
      entries: enforcement.map((change) => toChange(change, toPlace(change))),
    },
    {
      title: "Namespaces",
      style: null,
      entries: postures.map((change) => toChange(change, `${change.namespace} of ${toPlace(change)}`)),
    },
    { title: "Coverage", style: null, entries: coverage.map(toCoverageText) },
  ];
  return [
    toFindingPart("New", "red", findings.new),
    toFindingPart("Regressed", "red", findings.regressed),
    toFindingPart("Not seen any more, which is not resolved", "magenta", findings.notSeen),
    toFindingPart("Resolved", "green", findings.resolved),
    toFindingPart("Exempt now", "yellow", findings.exempted),
    ...places,
  ].filter(({ entries }) => entries.length > 0);
}

function toFindingPart(title: string, style: Style, findings: readonly Finding[]): Part {
  const worstFirst = findings.toSorted(
    (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
  );
  return { title: `${title}: ${findings.length}`, style, entries: worstFirst.map(toFindingText) };
}

/** `HIGH NETPOL.26 namespace web of shop (111122223333, eu-central-1): …` */
function toFindingText(finding: Finding): string {
  const { severity, controlId, subject, because, cluster } = finding;
  const place = subject.kind === "cluster" || cluster === null ? "" : ` of ${toPlace(finding)}`;
  const name = subject.kind === "cluster" ? toPlace(finding) : subject.name;
  return `${severity.toUpperCase()} ${controlId} ${subject.kind} ${name}${place}: ${because}`;
}

function toPlace(scope: CheckScope): string {
  return toScopeText(scope);
}

function toChange({ before, after }: Changed<string>, name: string): string {
  return `${name}: ${before ?? "not there"} → ${after ?? "not there"}`;
}

function toCoverageText({ before, after, detail, ...scope }: CoverageChange): string {
  const change = `${toScopeText(scope)}: ${before ?? "not named"} → ${after ?? "not named"}`;
  return detail === undefined ? change : `${change} (${detail})`;
}

function toSummary({ findings, seesLess }: ReportDiff): string {
  const parts = [
    `${count(findings.new.length, "new finding")}, ${findings.regressed.length} regressed, ${findings.resolved.length} resolved`,
    `${findings.unchanged} as before`,
    ...(findings.exempted.length === 0 ? [] : [`${findings.exempted.length} exempt now`]),
    ...(findings.notSeen.length === 0 ? [] : [`${findings.notSeen.length} not seen any more`]),
  ];
  const less = seesLess
    ? " The second report looked at less than the first one: what it did not see is not resolved."
    : "";
  return `${parts.join(", ")}.${less}`;
}
