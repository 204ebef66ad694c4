// The digest as a Slack message in Block Kit. Pure. Slack refuses what breaks one of its limits as a whole, so all
// are kept here; what comes from outside can neither call a channel nor make a link.

import type { KnownBlock, SectionBlock } from "@slack/types";
import { shorten } from "../model/shorten.ts";
import { toVisibleText } from "../model/visible-text.ts";
import type { Digest, DigestBlindSpot, DigestFinding } from "./digest.ts";
import { toExpiringText, toFindingScope, toHeadline, toReportLines, toSummaryLines } from "./digest-text.ts";
import { shortenLists } from "./shorten-lists.ts";

// Slack API, Block Kit reference: 50 blocks in a message, a header of 150 and a section of 3,000 characters.
const MAX_BLOCKS = 50;
const MAX_HEADER = 150;
const MAX_SECTION = 3000;
// Not documented: from about 13,200 characters on Slack answers msg_blocks_too_long (bolt-js #2509).
const MAX_BLOCKS_LENGTH = 13_000;
/** So that a few items always fit one section. */
const MAX_ITEM = 900;

interface SlackMessage {
  /** For notifications, screen readers and clients without blocks. */
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

/** JSON for the body of the webhook's request. */
export function toSlackMessage(digest: Digest): string {
  return shortenLists(digest, (shown) => JSON.stringify(toMessage(shown)), fits);
}

function fits(message: string): boolean {
  // Made by toMessage, one line above.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { blocks } = JSON.parse(message) as SlackMessage;
  return blocks.length <= MAX_BLOCKS && JSON.stringify(blocks).length <= MAX_BLOCKS_LENGTH;
}

function toMessage(digest: Digest): SlackMessage {
  const headline = `Ringfence: ${toHeadline(digest)}`;
  const { changes, blindSpotSummary, omitted } = digest;
  const summary = [
    ...(blindSpotSummary === "" ? [] : [`INCOMPLETE: ${blindSpotSummary}`]),
    ...toSummaryLines(digest),
  ];
  const findings = (list: readonly DigestFinding[] | undefined): string[] => (list ?? []).map(toFindingText);
  const blocks = [
    { type: "header", text: { type: "plain_text", text: shorten(headline, MAX_HEADER) } } as const,
    ...toSections("", summary.map(toEscaped), 0),
    ...toSections("Could not be looked at", digest.blindSpots.map(toBlindSpotText), omitted.blindSpots),
    ...toSections("New", findings(changes?.new), omitted.new),
    ...toSections("Regressed", findings(changes?.regressed), omitted.regressed),
    ...toSections("Resolved", findings(changes?.resolved), omitted.resolved),
    ...toSections("Not known any more", findings(changes?.unknownNow), omitted.unknownNow),
    ...toSections(
      "Exemptions that end soon",
      digest.expiring.map((one) => toEscaped(toExpiringText(one))),
      omitted.expiring,
    ),
    ...toSections("Worst", findings(digest.worst), omitted.worst),
    ...toSections(
      "Could not be published",
      digest.unpublished.map(({ id, code }) => toEscaped(`${id}: ${code}`)),
      omitted.unpublished,
    ),
    toFooter(digest),
  ];
  return { text: shortenEscaped(toEscaped(headline), MAX_SECTION), blocks };
}

/** As many sections as the items need; an item is never split. */
function toSections(title: string, items: readonly string[], omitted: number): SectionBlock[] {
  const more = omitted === 0 ? [] : [`… and ${omitted} more, in the full report`];
  const lines = [...items.map((item) => `• ${shortenEscaped(item, MAX_ITEM)}`), ...more];
  if (lines.length === 0) return [];
  const sections: string[] = [];
  let text = title === "" ? "" : `*${title}*`;
  for (const line of lines) {
    const longer = text === "" ? line : `${text}\n${line}`;
    if (longer.length > MAX_SECTION) sections.push(text);
    text = longer.length > MAX_SECTION ? line : longer;
  }
  return [...sections, text].map(toSection);
}

/** `verbatim`: Slack makes no links of what looks like one. */
function toSection(text: string): SectionBlock {
  return { type: "section", text: { type: "mrkdwn", text, verbatim: true } };
}

function toFooter(digest: Digest): KnownBlock {
  const text = [digest.id, ...toReportLines(digest)].map(toEscaped).join("\n");
  const element = {
    type: "mrkdwn",
    text: shortenEscaped(text, MAX_SECTION),
    verbatim: true,
  } as const;
  return { type: "context", elements: [element] };
}

function toFindingText(finding: DigestFinding): string {
  const { severity, controlId, because } = finding;
  return toEscaped(`${severity.toUpperCase()} ${controlId} ${toFindingScope(finding)}: ${because}`);
}

function toBlindSpotText({ scope, why, detail }: DigestBlindSpot): string {
  return toEscaped([scope, why ?? "no reason given", detail ?? ""].filter((part) => part !== "").join(": "));
}

// Slack API, formatting text: only & < and > are to be escaped.
export function toEscaped(foreign: string): string {
  return toVisibleText(foreign).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Of escaped text, and never through the middle of an entity. */
export function shortenEscaped(escaped: string, maxLength: number): string {
  if (escaped.length <= maxLength) return escaped;
  return shorten(escaped, maxLength).replace(/&(?:a|am|amp|l|lt|g|gt)?…$/, "…");
}
