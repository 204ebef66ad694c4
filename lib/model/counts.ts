// How amounts are put into words, the same in every report and message.

import { SEVERITIES, type Finding, type Severity } from "./finding.ts";

/** `1 cluster`, `2 clusters` */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}

/** `a, b and c` */
export function enumerate(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`;
}

/** Failed findings of each severity. */
export function countFailed(findings: Iterable<Finding>): Readonly<Record<Severity, number>> {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, informational: 0 };
  for (const { status, severity } of findings) if (status === "fail") counts[severity] += 1;
  return counts;
}

/** `1 critical, 2 high`; "" where there are none. */
export function toSeverityText(counts: Readonly<Record<Severity, number>>): string {
  return SEVERITIES.filter((severity) => counts[severity] > 0)
    .map((severity) => `${counts[severity]} ${severity}`)
    .join(", ");
}
