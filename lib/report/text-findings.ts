// Findings in the terminal: severity, control, subject, why, and what to do. Failures first, then what could
// not be decided; the rest only where everything was asked for.

import type { Evidence, Finding } from "../model/finding.ts";
import { shorten } from "../model/shorten.ts";
import { toWorstFirst } from "../model/worst-first.ts";
import {
  commandLines,
  EMPTY_LINE,
  hanging,
  nameList,
  pad,
  segment,
  type Line,
  type Segment,
  type Style,
} from "./layout.ts";
import { SEVERITY_WORDING } from "./wording.ts";

export interface FindingsView {
  readonly width: number;
  /** All of them, with evidence. */
  readonly verbose: boolean;
  /** A sentence that stands right above: a finding with the same one does not repeat it. */
  readonly told?: string;
}

const MAX_GROUPS = 5;
const BADGE_WIDTH = 8;
const BODY = segment(" ".repeat(6 + BADGE_WIDTH));
/** About three lines at 80 columns; commands are not cut, because half a command is worse than none. */
const MAX_SENTENCE = 240;

export function toFindingLines(findings: readonly Finding[], view: FindingsView): Line[] {
  const ranked = toWorstFirst(findings);
  if (view.verbose)
    return ranked.flatMap((finding) =>
      toLines({ finding, controlIds: [finding.controlId], alike: [] }, view),
    );
  const groups = toGroups(ranked.filter(({ status }) => status === "fail" || status === "unknown"));
  // Accepted for a time is not forgotten: it stays visible, with the reason.
  const exempt = toGroups(ranked.filter(({ status }) => status === "exempt"));
  const shown = [...groups.slice(0, MAX_GROUPS), ...exempt.slice(0, MAX_GROUPS)];
  const lines = shown.flatMap((group) => toLines(group, view));
  const rest = [...groups.slice(MAX_GROUPS), ...exempt.slice(MAX_GROUPS)].reduce(
    (sum, { controlIds, alike }) => sum + controlIds.length + alike.length,
    0,
  );
  return rest === 0 ? lines : [...lines, [segment(`    … and ${rest} more (use --format json)`, "dim")]];
}

/** Findings that say much the same. Either several controls on one subject, or one control on several. */
interface FindingGroup {
  readonly finding: Finding;
  readonly controlIds: string[];
  /** Further subjects of the same control. */
  readonly alike: readonly Finding[];
}

function toGroups(findings: readonly Finding[]): readonly FindingGroup[] {
  const byControl = Map.groupBy(findings, ({ status, severity, controlId, subject, exemption }) =>
    JSON.stringify([status, severity, controlId, subject.kind, exemption ?? null]),
  );
  const groups: FindingGroup[] = [];
  for (const [finding, ...alike] of byControl.values()) {
    if (finding === undefined) continue;
    const isUndecidedAlone = finding.status === "unknown" && alike.length === 0;
    const twin = isUndecidedAlone ? groups.find((group) => isTwin(group, finding)) : undefined;
    if (twin === undefined) groups.push({ finding, controlIds: [finding.controlId], alike });
    else twin.controlIds.push(finding.controlId);
  }
  return groups;
}

/** Not decided for one and the same reason: what could not be read is told once, not once per control. */
function isTwin({ finding, alike }: FindingGroup, other: Finding): boolean {
  if (alike.length > 0 || finding.status !== "unknown") return false;
  const isSameSubject =
    finding.subject.kind === other.subject.kind && finding.subject.name === other.subject.name;
  return isSameSubject && finding.because === other.because;
}

function toLines(group: FindingGroup, view: FindingsView): Line[] {
  const { finding, controlIds, alike } = group;
  const { status } = finding;
  const because = view.verbose ? finding.because : toSentence(finding);
  const isTold = because === view.told && !view.verbose;
  const needsRemedy = status === "fail" || (status === "unknown" && view.verbose);
  return [
    ...toHeading(group, view.width),
    ...(isTold ? [] : hanging([BODY], view.verbose ? because : shorten(because, MAX_SENTENCE), view.width)),
    ...(view.verbose ? toEvidenceLines(finding.evidence, BODY, view.width) : []),
    ...(needsRemedy ? toRemedyLines(finding, view) : []),
    ...toNameLines(
      "also: ",
      alike.map(({ subject }) => subject.name),
      view.width,
    ),
    ...toNameLines("controls: ", controlIds.length === 1 ? [] : controlIds.toSorted(compareIds), view.width),
  ];
}

function toSentence({ because, exemption }: Finding): string {
  if (exemption === undefined) return because;
  const { until, owner, reason } = exemption;
  return `Exempt until ${until}, owner ${owner}: ${reason}`;
}

function toHeading({ finding, controlIds }: FindingGroup, width: number): Line[] {
  const { subject, controlId, evidence } = finding;
  const badge = toBadge(finding);
  const controls = controlIds.length === 1 ? controlId : `${controlIds.length} controls`;
  const place = evidence.find(({ file }) => file !== undefined);
  const where = place === undefined ? "" : `  ${toPlace(place)}`;
  return hanging(
    [
      segment("    "),
      { ...badge, text: pad(badge.text, BADGE_WIDTH) },
      segment("  "),
      segment(`${controls}  `, "bold"),
    ],
    `${subject.kind} ${subject.name}${where}`,
    width,
  );
}

function toPlace({
  file = "",
  line,
}: {
  readonly file?: string;
  readonly line?: number | undefined;
}): string {
  return line === undefined ? file : `${file}:${line}`;
}

function toNameLines(label: string, names: readonly string[], width: number): Line[] {
  return names.length === 0 ? [] : nameList([BODY, segment(label, "dim")], names, width, 2);
}

/** NETPOL.9 before NETPOL.20. */
function compareIds(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

function toBadge({ status, severity }: Finding): Segment {
  if (status === "fail") {
    const { label, style } = SEVERITY_WORDING[severity];
    return segment(label, style);
  }
  const styles: Record<Exclude<Finding["status"], "fail">, Style> = {
    unknown: "magenta",
    pass: "green",
    "not-applicable": "dim",
    exempt: "blue",
  };
  return segment(status === "not-applicable" ? "N/A" : status.toUpperCase(), styles[status]);
}

/** What was seen and what it means, each with the command that shows it again. */
export function toEvidenceLines(evidence: readonly Evidence[], indent: Segment, width: number): Line[] {
  return evidence.flatMap(({ source, object, observed, means, command, file, line }) => {
    const place = file === undefined ? "" : ` [${toPlace({ file, line })}]`;
    const sentence = `${source}, ${object}: ${observed} (${means})${place}`;
    const lines = hanging([indent, segment("· ", "dim")], sentence, width, "dim");
    if (command === "") return lines;
    return lines.concat(commandLines([indent, segment("  $ ", "dim")], command, width));
  });
}

/**
 * The first command, or else the sentence; everything where everything was asked for. A command about a file says
 * nothing without it, and the sentence holds the warning, so there the sentence is shown.
 */
function toRemedyLines({ remediation }: Finding, { width, verbose }: FindingsView): Line[] {
  const { text, commands, files } = remediation;
  const shown = verbose ? commands : files.length > 0 ? [] : commands.slice(0, 1);
  const isSentenceShown = text !== "" && (verbose || shown.length === 0);
  const sentence = verbose ? text : shorten(text, MAX_SENTENCE);
  return [
    ...(isSentenceShown ? hanging([BODY, segment("→ ", "cyan")], sentence, width) : []),
    ...shown.flatMap((command) => commandLines([BODY, segment("$ ", "dim")], command, width)),
  ];
}

/** Blocks with an empty line between two. */
export function separated(blocks: readonly (readonly Line[])[]): Line[] {
  return blocks
    .filter((block) => block.length > 0)
    .flatMap((block, index) => (index === 0 ? block : [EMPTY_LINE].concat(block)));
}
