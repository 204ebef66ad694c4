// A finding of which only its record is known: what it was about, with a verdict of today. Pure.

import type { Finding, Status } from "../model/finding.ts";
import { parseFindingId } from "../model/finding-id.ts";
import type { FindingRecord } from "./state.ts";

export function toRemembered(
  record: FindingRecord,
  status: Status,
  because: string,
  remedy: string,
): Finding {
  const scope = parseFindingId(record.id);
  return {
    id: record.id,
    controlId: record.controlId,
    title: record.title,
    status,
    severity: (record.confirmed ?? record.intended)?.severity ?? "informational",
    account: scope?.account ?? null,
    region: scope?.region ?? null,
    cluster: scope?.cluster ?? null,
    subject: record.subject,
    because,
    evidence: [],
    remediation: { text: remedy, commands: [], files: [] },
  };
}

export function toVanished(record: FindingRecord, because: string): Finding {
  return toRemembered(record, "not-applicable", because, "Nothing is left to do.");
}
