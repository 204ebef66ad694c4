// What is sent of a finding and what is remembered of that: content, times, confirmation. Pure. The times make
// an import safe to repeat: Security Hub takes only what is newer than what it has.

import { createHash } from "node:crypto";
import type { Change, Finding, Status } from "../model/finding.ts";
import { isOpen } from "./change.ts";
import type { FindingRecord, Told } from "./state.ts";

/** A finding to import, with the times that only its history knows. `change` vanished: as ARCHIVED. */
export interface Outgoing {
  readonly finding: Finding;
  /** RFC 3339. */
  readonly createdAt: string;
  /** RFC 3339. */
  readonly updatedAt: string;
  /** RFC 3339; null where nothing is open. */
  readonly openSince: string | null;
}

/** Something was to be sent of which nobody knows that it arrived. */
export function isPending(record: FindingRecord | null): boolean {
  return record?.intended !== undefined || record?.undelivered === true;
}

/** Security Hub drops what it was not told of for 90 days (facts/publishing §1.8): open findings are said again. */
const HEARTBEAT_MS = 30 * 24 * 3600 * 1000;

export function isOld({ sentAt }: Told, now: Date): boolean {
  return now.getTime() - Date.parse(sentAt) >= HEARTBEAT_MS;
}

/**
 * What is seen is said again after 30 days. So what was not said for 60 has not been seen for 30, and is about to be
 * forgotten.
 */
const UNSEEN_MS = 2 * HEARTBEAT_MS;

/** Open, of which nobody could tell anything for long: to be said again as unknown. */
export function isFading({ confirmed }: FindingRecord, now: Date): boolean {
  if (confirmed === null || confirmed.recordState === "ARCHIVED" || !isOpen(confirmed.status)) return false;
  return now.getTime() - Date.parse(confirmed.sentAt) >= UNSEEN_MS;
}

export type Content = Omit<Told, "sentAt">;

/** `resourceHash` null: the cluster was not described, so nothing is sent of it. */
export function toContent(finding: Finding, told: Told | null, resourceHash: string | null): Content {
  const { status, severity } = finding;
  return {
    status,
    severity,
    contentHash: toContentHash(finding),
    ...(resourceHash === null ? {} : { resourceHash }),
    // A check that does not apply to its subject (any more) leaves nothing to pass or to fail.
    recordState: status === "not-applicable" ? "ARCHIVED" : "ACTIVE",
    wasFailing: status === "unknown" ? (told?.wasFailing ?? null) : status === "fail",
  };
}

/** Everything that a finding's reader sees, and nothing of its history. */
function toContentHash(finding: Finding): string {
  const { controlId, title, status, severity, subject, because, evidence, remediation } = finding;
  const content = [controlId, title, status, severity, subject, because, evidence, remediation];
  return createHash("sha256").update(JSON.stringify(content), "utf8").digest("hex").slice(0, 16);
}

export function isSameContent(told: Content, content: Content): boolean {
  const { contentHash, resourceHash, recordState } = content;
  if (told.contentHash !== contentHash || told.recordState !== recordState) return false;
  // Not to have seen the cluster's description is no reason to take it out of Security Hub.
  return resourceHash === undefined || told.resourceHash === resourceHash;
}

export interface Sending {
  readonly finding: Finding;
  readonly outgoing: Outgoing;
  readonly record: FindingRecord;
}

/** `record` is null where the finding is new. */
export function toSending(
  record: FindingRecord | null,
  finding: Finding,
  content: Content,
  change: Change,
  now: Date,
): Sending {
  const { id, controlId, title, subject } = finding;
  const createdAt = record?.firstSeenAt ?? now.toISOString();
  const updatedAt = toUpdatedAt(record, content, now);
  const isRepeat = record?.intended === undefined && record?.confirmed?.sentAt === updatedAt;
  const archived = content.recordState === "ARCHIVED";
  const openSince = isOpen(finding.status) ? (record?.openSince ?? now.toISOString()) : null;
  return {
    finding: { ...finding, firstSeenAt: createdAt, change },
    outgoing: {
      finding: { ...finding, firstSeenAt: createdAt, change: archived ? "vanished" : change },
      createdAt,
      updatedAt,
      openSince,
    },
    record: {
      id,
      controlId,
      title,
      subject,
      firstSeenAt: createdAt,
      confirmed: record?.confirmed ?? null,
      ...(isRepeat ? {} : { intended: { ...content, sentAt: updatedAt } }),
      ...(record?.undelivered === true ? { undelivered: true } : {}),
      ...(record?.postponed === true ? { postponed: true } : {}),
      ...toExemption(record, finding.status, now),
      ...(openSince === null ? {} : { openSince }),
    },
  };
}

/**
 * The same content that an earlier run meant to send keeps its time: if it did arrive, the hub ignores it now, and
 * if not, the state already says all that there is to say.
 */
function toUpdatedAt(record: FindingRecord | null, content: Content, now: Date): string {
  const earlier = [record?.intended, record?.confirmed].filter((told) => told !== undefined && told !== null);
  const [pending] = isPending(record) ? earlier : [];
  if (pending !== undefined && isSameContent(pending, content) && !isOld(pending, now)) return pending.sentAt;
  const floor = earlier.map(({ sentAt }) => Date.parse(sentAt) + 1);
  return new Date(Math.max(now.getTime(), ...floor)).toISOString();
}

/** Kept while the finding fails, so that taking an exemption back and renewing it gains no time. */
function toExemption(
  record: FindingRecord | null,
  status: Status,
  now: Date,
): Pick<FindingRecord, "exemptionFirstSeenAt"> {
  if (!isOpen(status)) return {};
  const since = record?.exemptionFirstSeenAt ?? (status === "exempt" ? now.toISOString() : null);
  return since === null ? {} : { exemptionFirstSeenAt: since };
}

/** After the sending: what arrived is confirmed; what did not was still told to people, and is sent again. */
export function confirm(
  records: readonly FindingRecord[],
  outgoing: readonly Outgoing[],
  failedIds: ReadonlySet<string>,
  postponedIds: ReadonlySet<string> = new Set(),
): readonly FindingRecord[] {
  const sentIds = new Set(outgoing.map(({ finding }) => finding.id));
  return records.map((record) => {
    if (!sentIds.has(record.id)) return record;
    const { intended, undelivered: _, postponed: __, ...rest } = record;
    const told = { ...rest, confirmed: intended ?? record.confirmed };
    if (postponedIds.has(record.id)) return { ...told, undelivered: true, postponed: true };
    return failedIds.has(record.id) ? { ...told, undelivered: true } : told;
  });
}
