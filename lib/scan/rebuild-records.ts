// What Security Hub itself knows of our findings, as records: for a lost or corrupt state, and for a hub that the
// state does not speak of. Pure. Their content is not known, so each is sent again when it is next seen.

import type { AsffFinding } from "../model/asff.ts";
import type { Severity, Status, Subject } from "../model/finding.ts";
import { SEVERITIES, STATUSES, SUBJECT_KINDS } from "../model/finding.ts";
import { parseFindingId } from "../model/finding-id.ts";
import { isOpen } from "./change.ts";
import type { FindingRecord, Told } from "./state.ts";

/** What is not recognisably ours is left out: it is never touched. */
export function toRebuiltRecords(findings: readonly AsffFinding[]): readonly FindingRecord[] {
  return findings.flatMap((finding) => toRebuiltRecord(finding) ?? []);
}

function toRebuiltRecord(finding: AsffFinding): FindingRecord | null {
  const scope = parseFindingId(finding.Id);
  const subject = readSubject(finding);
  const firstSeenAt = toCanonicalTime(finding.CreatedAt);
  const sentAt = toCanonicalTime(finding.UpdatedAt);
  if (scope === null || subject === null || firstSeenAt === null || sentAt === null) return null;
  const status = readStatus(finding);
  return {
    id: finding.Id,
    controlId: scope.controlId,
    title: withoutPrefix(finding.Title, `${scope.controlId} `),
    subject,
    firstSeenAt,
    confirmed: {
      status,
      severity: readSeverity(finding),
      contentHash: "",
      recordState: finding.RecordState,
      sentAt,
      wasFailing: status === "unknown" ? null : status === "fail",
    },
    // When the exemption began is lost; it did hold when the finding was last sent.
    ...(status === "exempt" ? { exemptionFirstSeenAt: sentAt } : {}),
    ...toOpenSince(finding, status, sentAt),
  };
}

function readSubject({ ProductFields: fields = {} }: AsffFinding): Subject | null {
  const kind = SUBJECT_KINDS.find((known) => known === fields["ringfence/SubjectKind"]);
  const name = fields["ringfence/SubjectName"];
  return kind === undefined || name === undefined ? null : { kind, name };
}

const STATUS_OF = {
  PASSED: "pass",
  FAILED: "fail",
  WARNING: "exempt",
  NOT_AVAILABLE: "unknown",
} as const satisfies Record<AsffFinding["Compliance"]["Status"], Status>;

/** Compliance has one word for "could not look" and "does not apply"; our own field tells them apart. */
function readStatus({ Compliance, ProductFields: fields = {} }: AsffFinding): Told["status"] {
  return STATUSES.find((known) => known === fields["ringfence/Status"]) ?? STATUS_OF[Compliance.Status];
}

/** `Original` is the control's own; the label of a passed check is always INFORMATIONAL. */
function readSeverity({ FindingProviderFields: { Severity: severity } }: AsffFinding): Severity {
  const original = SEVERITIES.find((known) => known === severity.Original);
  return original ?? SEVERITIES.find((known) => known.toUpperCase() === severity.Label) ?? "informational";
}

/** It was open when it was last sent, at least. */
function toOpenSince(
  { ProductFields: fields = {} }: AsffFinding,
  status: Status,
  sentAt: string,
): Pick<FindingRecord, "openSince"> {
  if (!isOpen(status)) return {};
  return { openSince: toCanonicalTime(fields["ringfence/OpenSince"] ?? "") ?? sentAt };
}

function withoutPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

function toCanonicalTime(time: string): string | null {
  const instant = new Date(time);
  return Number.isNaN(instant.getTime()) ? null : instant.toISOString();
}

/**
 * The state's records beside what the hub has: nothing is born twice, and nothing is sent with a time that the hub
 * would ignore. Contents are forgotten, because they were sent elsewhere or are not known.
 */
export function mergeRecords(
  remembered: readonly FindingRecord[],
  rebuilt: readonly FindingRecord[],
): readonly FindingRecord[] {
  const inHub = new Map(rebuilt.map((record) => [record.id, record]));
  const merged = remembered.map((record) => mergeRecord(record, inHub.get(record.id) ?? null));
  const known = new Set(remembered.map(({ id }) => id));
  return [...merged, ...rebuilt.filter(({ id }) => !known.has(id))];
}

function mergeRecord(record: FindingRecord, found: FindingRecord | null): FindingRecord {
  const { intended, confirmed } = record;
  const foundAt = found?.confirmed?.sentAt ?? "";
  const forget = (told: Told): Told => ({ ...told, contentHash: "", sentAt: laterOf(told.sentAt, foundAt) });
  return {
    ...record,
    firstSeenAt:
      found !== null && found.firstSeenAt < record.firstSeenAt ? found.firstSeenAt : record.firstSeenAt,
    confirmed: confirmed === null ? null : forget(confirmed),
    ...(intended === undefined ? {} : { intended: forget(intended) }),
  };
}

/** Canonical times sort as text. */
function laterOf(a: string, b: string): string {
  return a > b ? a : b;
}
