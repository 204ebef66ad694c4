// A finding as a record of the HTML page: a tuple of numbers and short texts, and an object with what few findings have.

import { SEVERITIES, STATUSES, SUBJECT_KINDS, type Finding } from "../model/finding.ts";
import { toEvidenceIndexes, type PackingTables } from "./packing-tables.ts";
import type { FindingMore, PackedFinding } from "./page-data.ts";
import { toPrintable } from "./printable.ts";

const ID_END_LENGTH = 16;

/** `cluster`: its place in the page's list; null: the finding is about no cluster. */
export function packFinding(finding: Finding, cluster: number | null, tables: PackingTables): PackedFinding {
  const { id, controlId, title, status, severity, because, subject } = finding;
  const more = toMore(finding, cluster);
  const packed = [
    tables.controls.indexOf(toPrintable({ id: controlId, title })),
    STATUSES.indexOf(status),
    SEVERITIES.indexOf(severity),
    SUBJECT_KINDS.indexOf(subject.kind),
    toPrintable(subject.name),
    toPrintable(because),
    cluster,
    tables.idPrefixes.indexOf(toPrintable(id.slice(0, -ID_END_LENGTH))),
    toPrintable(id.slice(-ID_END_LENGTH)),
    tables.remediations.indexOf(toPrintable(finding.remediation)),
    toEvidenceIndexes(finding.evidence, tables),
  ] as const;
  return Object.keys(more).length === 0 ? packed : [...packed, more];
}

function toMore(
  { change, firstSeenAt, exemption, account, region }: Finding,
  cluster: number | null,
): FindingMore {
  return {
    ...(change === undefined ? {} : { change }),
    ...(firstSeenAt === undefined ? {} : { firstSeenAt: toPrintable(firstSeenAt) }),
    ...(exemption === undefined ? {} : { exemption: toPrintable(exemption) }),
    ...(cluster === null ? toPrintable({ account, region }) : {}),
  };
}
