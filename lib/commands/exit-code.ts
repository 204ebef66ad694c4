// What the process tells the shell. 0 means that we looked and it is fine; nothing else may become 0.

import { SEVERITIES, type Severity } from "../model/finding.ts";
import type { ReportView } from "../model/report.ts";

/** bug: a mistake of our own, told apart from every answer; the number of sysexits.h for "internal software error". */
export const EXIT = { fine: 0, findings: 1, usage: 2, incomplete: 3, bug: 70 } as const;

export type FailOn = Exclude<Severity, "informational"> | "none";
export const FAIL_ON: readonly FailOn[] = ["critical", "high", "medium", "low", "none"];

/** Incomplete wins over findings: a run that could not look must not be read as a full answer. */
export function toExitCode(report: Pick<ReportView, "complete" | "findings">, failOn: FailOn): number {
  if (!report.complete) return EXIT.incomplete;
  if (failOn === "none") return EXIT.fine;
  const threshold = SEVERITIES.indexOf(failOn);
  const failed = Iterator.from(report.findings).some(
    ({ status, severity }) => status === "fail" && SEVERITIES.indexOf(severity) <= threshold,
  );
  return failed ? EXIT.findings : EXIT.fine;
}
