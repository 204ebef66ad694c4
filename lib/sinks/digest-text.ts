// The digest in plain text, for e-mail and for logs: blind spots first, then what changed, then what is worst.
// Every text from outside is made visible, so that none can pretend to be a line of ours.

import { toScopeText } from "../model/blind-spots.ts";
import { count, enumerate, toSeverityText } from "../model/counts.ts";
import { toVerdictTexts } from "../model/enforcement-phrases.ts";
import { toVisibleText } from "../model/visible-text.ts";
import type { Digest, DigestBlindSpot, DigestExemption, DigestFinding } from "./digest.ts";

/** `INCOMPLETE, 3 blind spots; 1 critical, 2 high failed; 1 new` */
export function toHeadline(digest: Digest): string {
  const { failed, blindSpots, complete, isWhole, changes, unpublished, omitted } = digest;
  const notPublished = unpublished.length + omitted.unpublished;
  const failures = toSeverityText(failed);
  const parts = [
    complete ? "" : `INCOMPLETE, ${count(blindSpots.length + omitted.blindSpots, "blind spot")}`,
    isWhole ? "" : "only a part was looked at",
    failures === "" ? "nothing fails" : `${failures} failed`,
    changes === null
      ? ""
      : toChangeText({
          new: changes.new.length + omitted.new,
          regressed: changes.regressed.length + omitted.regressed,
        }),
    notPublished === 0 ? "" : `${notPublished} not published`,
  ];
  return parts.filter((part) => part !== "").join("; ");
}

/** `2 new, 1 resolved`; "" where nothing changed. */
function toChangeText(amounts: Readonly<Record<string, number>>): string {
  const changed = Object.entries(amounts).filter(([, amount]) => amount > 0);
  return changed.map(([change, amount]) => `${amount} ${change}`).join(", ");
}

/** Where all of it is; none where it was not kept. */
export function toReportLines({
  reportLocation,
  pageLocation,
}: Pick<Digest, "reportLocation" | "pageLocation">): string[] {
  return [
    ...(reportLocation === null ? [] : [`Full report: ${reportLocation}`]),
    ...(pageLocation === null ? [] : [`As a page: ${pageLocation}`]),
  ];
}

export function toDigestText(digest: Digest): string {
  const { changes, startedAt, blindSpotSummary, omitted } = digest;
  const sections = [
    [`Ringfence, ${startedAt.slice(0, 16).replace("T", " ")} UTC`],
    blindSpotSummary === "" ? [] : [`INCOMPLETE: ${blindSpotSummary}`],
    toSummaryLines(digest),
    toSection("Could not be looked at", digest.blindSpots.flatMap(toBlindSpotLines), omitted.blindSpots),
    toSection("New", (changes?.new ?? []).flatMap(toFindingLines), omitted.new),
    toSection("Regressed", (changes?.regressed ?? []).flatMap(toFindingLines), omitted.regressed),
    toSection("Resolved", (changes?.resolved ?? []).flatMap(toFindingLines), omitted.resolved),
    toSection("Not known any more", (changes?.unknownNow ?? []).flatMap(toFindingLines), omitted.unknownNow),
    toSection(
      "Exemptions that end soon",
      digest.expiring.map(toExpiringText).map((line) => `  ${line}`),
      omitted.expiring,
    ),
    toSection("Worst", digest.worst.flatMap(toFindingLines), omitted.worst),
    toSection("Could not be published", digest.unpublished.map(toUnpublishedLine), omitted.unpublished),
    toReportLines(digest).map(toVisibleText),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

export function toSummaryLines({
  isWhole,
  clusters,
  enforcement,
  failed,
  checks,
  changes,
  stillOpen,
  securityHub,
  omitted,
}: Digest): string[] {
  const expected = clusters.scanned + clusters.partial + clusters.missed + clusters.skipped;
  const verdicts = toVerdictTexts(enforcement);
  const failures = toSeverityText(failed);
  const changed =
    changes === null
      ? null
      : toChangeText({
          new: changes.new.length + omitted.new,
          regressed: changes.regressed.length + omitted.regressed,
          resolved: changes.resolved.length + omitted.resolved,
          "not known any more": changes.unknownNow.length + omitted.unknownNow,
        });
  const open = stillOpen === null ? "" : toSeverityText(stillOpen);
  return [
    ...(isWhole ? [] : ["Only a part of what is configured was looked at; all of this is about that part"]),
    `Clusters: ${expected} expected, ${clusters.scanned} scanned, ${clusters.partial} in part, ${clusters.missed} missed, ${clusters.skipped} skipped`,
    ...(verdicts.length === 0 ? [] : [`NetworkPolicies: ${enumerate(verdicts)}`]),
    `Checks: ${failures === "" ? "none failed" : `${checks.fail} failed (${failures})`}, ${checks.unknown} not decided`,
    ...(changed === null
      ? []
      : [
          `Since the last run: ${changed === "" ? "nothing changed" : changed}${open === "" ? "" : `; still open: ${open}`}`,
        ]),
    ...(securityHub === null ? [] : toImportLines(securityHub)),
  ];
}

/** Nothing where the hubs had everything already. */
function toImportLines({ imported, postponed }: NonNullable<Digest["securityHub"]>): string[] {
  if (imported === 0 && postponed === 0) return [];
  const waiting = `; ${count(postponed, "finding")} more over publish.securityHub.firstRunLimit, left to the next runs`;
  return [`Security Hub: ${count(imported, "finding")} imported${postponed === 0 ? "" : waiting}`];
}

function toSection(title: string, lines: readonly string[], omitted: number): string[] {
  if (lines.length === 0 && omitted === 0) return [];
  return [title, ...lines, ...(omitted === 0 ? [] : [`  … and ${omitted} more, in the full report`])];
}

function toBlindSpotLines({ outcome, scope, why, detail, nextStep }: DigestBlindSpot): string[] {
  const reason = [why, detail].filter((part) => part !== null).join(": ");
  return [
    `  ${outcome === "missed" ? "MISSED" : "IN PART"}  ${toLinkless(scope)}${reason === "" ? "" : `; ${toLinkless(reason)}`}`,
    `    -> ${nextStep}`,
  ];
}

function toFindingLines(finding: DigestFinding): string[] {
  const { severity, controlId, because, remediation } = finding;
  return [
    `  ${severity.toUpperCase()}  ${controlId}  ${toLinkless(toFindingScope(finding))}`,
    `    ${toLinkless(because)}`,
    ...(remediation === "" ? [] : [`    -> ${toLinkless(remediation)}`]),
  ];
}

/** `namespace payments in shop-prod (111122223333, eu-central-1)` */
export function toFindingScope({ subject, account, region, cluster }: DigestFinding): string {
  if (cluster === null) return `${subject.kind} ${subject.name}`;
  const where = toScopeText({ account, region, cluster });
  return subject.kind === "cluster" ? where : `${subject.kind} ${subject.name} in ${where}`;
}

/** One line. */
export function toExpiringText({ until, owner, source, findings, example }: DigestExemption): string {
  const text = `${until}: ${source}, owner ${owner}, ${count(findings, "finding")}, such as ${example.controlId} ${toFindingScope(example)}`;
  return toLinkless(text);
}

function toUnpublishedLine({ id, code, message }: Digest["unpublished"][number]): string {
  return `  ${toLinkless(id)}: ${toLinkless(code)}, ${toLinkless(message)}`;
}

const LINK = /(?<=https?):(?=\/\/)|(?<=\bwww)\./gi;

/** Mail and chat programs make a link of whatever looks like one: an owner of an exemption that is the address of a trap. */
export function toLinkless(foreign: string): string {
  return toVisibleText(foreign).replace(LINK, (sign) =>
    sign === ":" ? String.raw`\u003a` : String.raw`\u002e`,
  );
}
