// The completeness proof in the terminal: how much there was to look at, and for each thing that could not be
// looked at why not and what to do about it. Nothing of it is ever left out.

import { isBlindSpot, toScopeCounts, toScopeText } from "../model/blind-spots.ts";
import { count } from "../model/counts.ts";
import { SCOPE_KINDS, toNextStep, toScopeKind } from "../model/next-step.ts";
import type { Coverage } from "../model/target.ts";
import { hanging, ruled, segment, type Line } from "./layout.ts";
import { separated } from "./text-findings.ts";

const MAX_SKIPPED = 10;

export function toCoverageLines(coverage: readonly Coverage[], width: number, verbose: boolean): Line[] {
  const blindSpots = coverage.filter(isBlindSpot).toSorted((a, b) => toRank(a) - toRank(b));
  const groups = Map.groupBy(blindSpots, toGroupKey);
  return separated([
    [...ruled("Coverage", [], width), ...toTally(coverage, width)],
    ...[...groups.values()].map((entries) => toGroupLines(entries, width)),
    toSkippedLines(coverage, width, verbose),
  ]);
}

function toTally(coverage: readonly Coverage[], width: number): Line[] {
  const clusters = coverage.filter(({ cluster, file }) => cluster !== null && file === undefined);
  const amount = (outcome: Coverage["outcome"]): number =>
    clusters.filter((entry) => entry.outcome === outcome).length;
  const sentence =
    `${count(clusters.length, "cluster")} expected: ${amount("scanned")} scanned, ${amount("partial")} in part, ` +
    `${amount("missed")} missed, ${amount("skipped")} skipped.`;
  const whole = coverage.filter((entry) => entry.cluster === null && isBlindSpot(entry));
  const lines = hanging([segment("  ")], sentence, width);
  if (whole.length === 0) return lines;
  const unseen = `Besides, ${toScopeCounts(whole)} could not be looked into at all; how many clusters are there is not known.`;
  return [...lines, ...hanging([segment("  ")], unseen, width, "yellow")];
}

/** What is missed before what is read in part, and the wide before the narrow. */
function toRank(entry: Coverage): number {
  const kind = SCOPE_KINDS.indexOf(toScopeKind(entry));
  return entry.outcome === "missed" ? kind : kind + SCOPE_KINDS.length;
}

/** Entries with the same advice stand together, with the advice once. */
function toGroupKey(entry: Coverage): string {
  return JSON.stringify([entry.outcome, entry.why, toNextStep(entry)]);
}

function toGroupLines(entries: readonly Coverage[], width: number): Line[] {
  const [first] = entries;
  if (first === undefined) return [];
  const isMissed = first.outcome === "missed";
  return [
    [
      segment(isMissed ? "  ✗ MISSED" : "  ! IN PART", isMissed ? "criticalBadge" : "alertBadge"),
      segment(`  ${first.why ?? "no reason given"}`, "bold"),
    ],
    ...entries.flatMap((entry) => toEntryLines(entry, width)),
    ...hanging([segment("    "), segment("→ ", "cyan")], toNextStep(first), width),
  ];
}

function toEntryLines(entry: Coverage, width: number): Line[] {
  const detail = entry.detail === undefined ? "" : `: ${entry.detail}`;
  return hanging([segment("    ")], `${toScopeText(entry)}${detail}`, width);
}

function toSkippedLines(coverage: readonly Coverage[], width: number, verbose: boolean): Line[] {
  const skipped = coverage.filter(({ outcome }) => outcome === "skipped");
  if (skipped.length === 0) return [];
  const shown = verbose ? skipped : skipped.slice(0, MAX_SKIPPED);
  const rest = skipped.length - shown.length;
  return [
    ...hanging(
      [segment("  - SKIPPED  ", "dim")],
      "not ours to scan; the run is complete without them",
      width,
      "dim",
    ),
    ...shown.flatMap((entry) => toEntryLines(entry, width)),
    ...(rest === 0 ? [] : [[segment(`    … and ${rest} more (use --format json)`, "dim")]]),
  ];
}
