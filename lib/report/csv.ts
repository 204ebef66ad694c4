// Findings as a table for spreadsheets: one row each, all statuses. A cell can neither break its row nor
// become a formula; what is exact to the last character is the JSON.

import type { Finding } from "../model/finding.ts";
import type { ReportView } from "../model/report.ts";
import { toVisibleText } from "../model/visible-text.ts";

const COLUMNS: readonly (readonly [string, (finding: Finding) => string | null])[] = [
  ["account", ({ account }) => account],
  ["region", ({ region }) => region],
  ["cluster", ({ cluster }) => cluster],
  ["subject_kind", ({ subject }) => subject.kind],
  ["subject", ({ subject }) => subject.name],
  ["control", ({ controlId }) => controlId],
  ["title", ({ title }) => title],
  ["status", ({ status }) => status],
  ["severity", ({ severity }) => severity],
  ["because", ({ because }) => because],
  ["remediation", ({ remediation }) => remediation.text],
  ["first_command", ({ remediation }) => remediation.commands[0] ?? null],
  ["exempt_until", ({ exemption }) => exemption?.until ?? null],
  ["exempt_owner", ({ exemption }) => exemption?.owner ?? null],
  ["exempt_reason", ({ exemption }) => exemption?.reason ?? null],
  ["first_seen_at", ({ firstSeenAt }) => firstSeenAt ?? null],
  ["change", ({ change }) => change ?? null],
  ["finding_id", ({ id }) => id],
];

/** Row by row. */
export function* toCsv({ findings }: Pick<ReportView, "findings">): Generator<string, void> {
  yield toRow(COLUMNS.map(([name]) => name));
  const columns = COLUMNS.map(([name, valueOf]) => ({
    valueOf,
    toCell: OWN_IN_EACH_ROW.has(name) ? toCell : createCells(),
  }));
  for (const finding of findings)
    yield toRow(columns.map((column) => column.toCell(column.valueOf(finding))));
}

/** Comparing these with those of the row above would only read them (see `toReadCopy`). */
const OWN_IN_EACH_ROW: ReadonlySet<string> = new Set(["because", "finding_id"]);

/** Of one column, in which most values stand in many rows one below the other. */
function createCells(): (value: string | null) => string {
  let last: string | null = null;
  let cell = "";
  return (value) => {
    if (value !== last) cell = toCell(value);
    last = value;
    return cell;
  };
}

/** RFC 4180 §2.1: "Each record is located on a separate line, delimited by a line break (CRLF)." */
function toRow(cells: readonly string[]): string {
  return `${cells.join(",")}\r\n`;
}

// OWASP, "CSV Injection": cells that begin with = + - @ tab or carriage return are formulas to a spreadsheet;
// line feed and the full-width forms are read like them by some. A leading ' makes them text.
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** Printable ASCII with nothing that the checks below would change: most cells, told by one look. */
const SAFE = /^\w[ !#-+\--~]*$/;

function toCell(value: string | null): string {
  if (value === null) return "";
  const copy = toReadCopy(value);
  if (SAFE.test(copy)) return value;
  const text = `${FORMULA.test(copy) ? "'" : ""}${toVisibleText(copy)}`;
  // RFC 4180 §2.6 and 2.7: quoted where it holds quotes, commas or line breaks; a quote is doubled.
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * V8 leaves a text that was put together in its parts until somebody reads it, and keeps it whole from then on. Whole,
 * the texts of a big cluster's 60,000 findings take 10 MB more, so what is read is a copy that dies at once.
 */
function toReadCopy(text: string): string {
  return `${text} `.slice(0, -1);
}
