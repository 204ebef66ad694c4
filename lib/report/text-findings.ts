// Findings in the terminal: severity, control, subject, why, and what to do. Failures first, then what could
// not be decided; the rest only where everything was asked for.

import type { Evidence, Finding } from "../model/finding.ts";
import { shorten } from "../model/shorten.ts";
import { toWorstFirst } from "../model/worst-first.ts";
import {
  commandLines,
  EMPTY_LINE,
  hanging,
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
}

const MAX_FINDINGS = 5;
const BADGE_WIDTH = 8;
const BODY = segment(" ".repeat(6 + BADGE_WIDTH));
/** About three lines at 80 columns; commands are not cut, because half a command is worse than none. */
const MAX_SENTENCE = 240;

export function toFindingLines(findings: readonly Finding[], view: FindingsView): Line[] {
  const ranked = toWorstFirst(findings);
  const listed = view.verbose
    ? ranked
    : ranked.filter(({ status }) => status === "fail" || status === "unknown");
  const shown = view.verbose ? listed : listed.slice(0, MAX_FINDINGS);
  const rest = listed.length - shown.length;
  const lines = shown.flatMap((finding) => toLines(finding, view));
  if (rest > 0) lines.push([segment(`    … and ${rest} more (use --format json)`, "dim")]);
  return lines;
}

function toLines(finding: Finding, view: FindingsView): Line[] {
  const { controlId, subject, because } = finding;
  const badge = toBadge(finding);
  const heading = hanging(
    [
      segment("    "),
      { ...badge, text: pad(badge.text, BADGE_WIDTH) },
      segment("  "),
      segment(`${controlId}  `, "bold"),
    ],
    `${subject.kind} ${subject.name}`,
    view.width,
  );
  const sentence = view.verbose ? because : shorten(because, MAX_SENTENCE);
  return [
    ...heading,
    ...hanging([BODY], sentence, view.width),
    ...(view.verbose ? toEvidenceLines(finding.evidence, BODY, view.width) : []),
    ...(finding.status === "fail" || finding.status === "unknown" ? toRemedyLines(finding, view) : []),
  ];
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
  return evidence.flatMap(({ source, object, observed, means, command }) => {
    const sentence = `${source}, ${object}: ${observed} (${means})`;
    const lines = hanging([indent, segment("· ", "dim")], sentence, width, "dim");
    if (command === "") return lines;
    return lines.concat(commandLines([indent, segment("  $ ", "dim")], command, width));
  });
}

/** The first command, or else the sentence; everything where everything was asked for. */
function toRemedyLines({ remediation }: Finding, { width, verbose }: FindingsView): Line[] {
  const { text, commands } = remediation;
  const [first] = commands;
  const sentence =
    text === "" || (first !== undefined && !verbose)
      ? []
      : hanging([BODY, segment("→ ", "cyan")], verbose ? text : shorten(text, MAX_SENTENCE), width);
  const shown = verbose ? commands : commands.slice(0, 1);
  return [
    ...sentence,
    ...shown.flatMap((command) => commandLines([BODY, segment("$ ", "dim")], command, width)),
  ];
}

/** Blocks with an empty line between two. */
export function separated(blocks: readonly (readonly Line[])[]): Line[] {
  return blocks
    .filter((block) => block.length > 0)
    .flatMap((block, index) => (index === 0 ? block : [EMPTY_LINE].concat(block)));
}
