// The digest as one SNS message: text, JSON, or a notification of Amazon Q Developer in chat.
// What does not fit is counted, never cut in the middle, and the whole of it lies in the report.

import { toPrintableJson } from "../model/printable-json.ts";
import { shorten } from "../model/shorten.ts";
import type { Topic } from "../scan/sources.ts";
import { toAmazonQ } from "./amazon-q.ts";
import type { Digest } from "./digest.ts";
import { toDigestText, toHeadline } from "./digest-text.ts";
import { shortenLists } from "./shorten-lists.ts";

export const SNS_FORMATS = ["text", "json", "amazon-q"] as const;
export type SnsFormat = (typeof SNS_FORMATS)[number];

export type SnsMessage = Parameters<Topic["publish"]>[0];

// SNS quotas: a message is at most 256 KiB, with its attributes. The rest is room for what SNS adds to them.
const MAX_MESSAGE_BYTES = 256 * 1024 - 2048;
/** SNS API reference, Publish: Subject is ASCII, starts with a letter, a digit or punctuation, up to 100. */
const MAX_SUBJECT = 100;
/** More accounts than an organization has by default; each takes 15 bytes of the message. */
const MAX_ACCOUNTS = 10_000;

export function toSnsMessage(digest: Digest, format: SnsFormat): SnsMessage {
  const subject = toSubject(digest);
  const attributes = toAttributes(digest);
  const room = MAX_MESSAGE_BYTES - toBytes(subject) - toBytes(JSON.stringify(attributes));
  return { subject, body: toBody(digest, format, room), attributes };
}

function toBody(digest: Digest, format: SnsFormat, maxBytes: number): string {
  const fits = (body: string): boolean => toBytes(body) <= maxBytes;
  switch (format) {
    case "text":
      return shortenLists(digest, toDigestText, fits);
    case "json":
      return shortenLists(digest, (shown) => toPrintableJson(JSON.stringify(shown)), fits);
    case "amazon-q":
      return toAmazonQ(digest);
    default:
      return format satisfies never;
  }
}

function toSubject(digest: Digest): string {
  const text = shorten(`Ringfence: ${toHeadline(digest)}`, MAX_SUBJECT - 2);
  return text.replace("…", "...").replaceAll(/[^ -~]/g, "?");
}

/** For filter policies of subscriptions. SNS takes no empty values. */
function toAttributes({ worstSeverity, complete, accounts }: Digest): SnsMessage["attributes"] {
  return {
    severity: worstSeverity ?? "none",
    complete: String(complete),
    ...(accounts.length === 0 ? {} : { accounts: accounts.slice(0, MAX_ACCOUNTS) }),
  };
}

function toBytes(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
