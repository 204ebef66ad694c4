// The order in which people should read findings.

import { SEVERITIES, type Finding } from "./finding.ts";

/** Failures by severity, then unknowns, then all others; stable within each. */
export function toWorstFirst(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => toWorstRank(a) - toWorstRank(b));
}

/** Smaller is worse. */
export function toWorstRank({ status, severity }: Finding): number {
  const group = status === "fail" ? 0 : status === "unknown" ? 1 : 2;
  return group * SEVERITIES.length + SEVERITIES.indexOf(severity);
}
