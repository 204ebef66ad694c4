// The order in which people should read findings.

import { SEVERITIES, type Finding } from "./finding.ts";

/** Failures by severity, then unknowns, then all others; stable within each. */
export function toWorstFirst(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => toWorstRank(a) - toWorstRank(b));
}

/** So many of them from the beginning, while no more than twice as many are in memory. */
export function takeWorst(findings: Iterable<Finding>, amount: number): readonly Finding[] {
  let worst: Finding[] = [];
  for (const finding of findings) {
    worst.push(finding);
    if (worst.length === 2 * amount) worst = toWorstFirst(worst).slice(0, amount);
  }
  return toWorstFirst(worst).slice(0, amount);
}

/** Smaller is worse. */
export function toWorstRank({ status, severity }: Finding): number {
  const group = status === "fail" ? 0 : status === "unknown" ? 1 : 2;
  return group * SEVERITIES.length + SEVERITIES.indexOf(severity);
}
