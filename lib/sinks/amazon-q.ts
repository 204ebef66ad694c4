// The digest as a custom notification of Amazon Q Developer in chat applications. A body that breaks its schema
// is dropped without a word, so every limit is kept here.

import { shorten } from "../model/shorten.ts";
import type { Digest, DigestFinding } from "./digest.ts";
import {
  toExpiringText,
  toFindingScope,
  toHeadline,
  toLinkless,
  toReportLines,
  toSummaryLines,
} from "./digest-text.ts";
import { shortenLists } from "./shorten-lists.ts";

// Amazon Q Developer in chat applications, custom notifications: title 250, description 8,000, each next step
// 350, each keyword 75 characters.
const MAX_TITLE = 250;
const MAX_DESCRIPTION = 8000;
const MAX_NEXT_STEP = 350;
const MAX_NEXT_STEPS = 5;

/** JSON for the body of the SNS message. */
export function toAmazonQ(digest: Digest): string {
  const summary = toHeadline(digest);
  return JSON.stringify({
    version: "1.0",
    source: "custom",
    id: digest.id,
    content: {
      textType: "client-markdown",
      title: shorten(`Ringfence: ${summary}`, MAX_TITLE),
      description: shortenLists(digest, toDescription, (text) => text.length <= MAX_DESCRIPTION),
      ...toNextSteps(digest),
      keywords: ["ringfence", digest.complete ? "complete" : "incomplete", digest.worstSeverity ?? "none"],
    },
    metadata: {
      threadId: digest.id,
      summary: shorten(summary, MAX_TITLE),
      eventType: "ringfence-digest",
      enableCustomActions: false,
    },
  });
}

function toDescription({ blindSpotSummary, ...digest }: Digest): string {
  const { changes, omitted } = digest;
  const sections = [
    blindSpotSummary === "" ? [] : [`*INCOMPLETE* ${blindSpotSummary}`],
    toSummaryLines({ blindSpotSummary, ...digest }),
    toSection(
      "Could not be looked at",
      digest.blindSpots.map(({ scope, why }) => `${scope}: ${why ?? "no reason given"}`),
      omitted.blindSpots,
    ),
    toSection("New", (changes?.new ?? []).map(toFindingText), omitted.new),
    toSection("Regressed", (changes?.regressed ?? []).map(toFindingText), omitted.regressed),
    toSection("Not known any more", (changes?.unknownNow ?? []).map(toFindingText), omitted.unknownNow),
    toSection("Exemptions that end soon", digest.expiring.map(toExpiringText), omitted.expiring),
    toSection("Worst", digest.worst.map(toFindingText), omitted.worst),
    toSection(
      "Could not be published",
      digest.unpublished.map(({ id, code }) => `${id}: ${code}`),
      omitted.unpublished,
    ),
    toReportLines(digest).map(toPlain),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function toSection(title: string, items: readonly string[], omitted: number): string[] {
  if (items.length === 0 && omitted === 0) return [];
  const more = omitted === 0 ? [] : [`… and ${omitted} more, in the full report`];
  return [`*${title}*`, ...[...items, ...more].map((item) => `• ${toPlain(item)}`)];
}

function toFindingText(finding: DigestFinding): string {
  return `${finding.severity.toUpperCase()} ${finding.controlId} ${toFindingScope(finding)}: ${finding.because}`;
}

/** Absent rather than empty. */
function toNextSteps({ blindSpots, worst }: Digest): { readonly nextSteps?: readonly string[] } {
  const steps = [
    ...blindSpots.map(({ nextStep }) => nextStep),
    ...worst.map(({ remediation }) => remediation),
  ];
  const distinct = [...new Set(steps)].filter((step) => step !== "").slice(0, MAX_NEXT_STEPS);
  if (distinct.length === 0) return {};
  return { nextSteps: distinct.map((step) => shorten(toPlain(step), MAX_NEXT_STEP)) };
}

// The text goes to Slack or Teams as it is: there `<!channel>` calls everybody and `[a](b)` is a link. Nothing
// says that Amazon Q escapes them, and an escape that it does not undo would be shown.
function toPlain(foreign: string): string {
  return toLinkless(foreign).replaceAll("<", "‹").replaceAll(">", "›").replaceAll("](", "] (");
}
