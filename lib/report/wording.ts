// The words and colours of the terminal report: what a verdict, a posture, a severity or a count is called.

import { SEVERITIES, type Finding, type Severity } from "../model/finding.ts";
import type { Enforcement, EnforcementVerdict, Posture } from "../model/posture.ts";
import type { Coverage } from "../model/target.ts";
import type { Style } from "./layout.ts";

export const VERDICT_WORDING: Readonly<
  Record<EnforcementVerdict, { label: string; style: Style; mark: string }>
> = {
  enforced: { label: "ENFORCED", style: "green", mark: "✓" },
  partial: { label: "ENFORCED IN PART", style: "yellow", mark: "!" },
  "configured-not-enforced": { label: "CONFIGURED, NOT ENFORCED", style: "red", mark: "✗" },
  "not-enforced": { label: "NOT ENFORCED", style: "red", mark: "✗" },
  unknown: { label: "NOT KNOWN", style: "magenta", mark: "?" },
};

/** Worst first: an inert policy is worse than none, because people believe in it. */
export const POSTURE_STYLES: Readonly<Record<Posture, Style>> = {
  inert: "red",
  unprotected: "red",
  partial: "yellow",
  unknown: "magenta",
  isolated: "green",
  empty: "dim",
};
export const POSTURES_WORST_FIRST: readonly Posture[] = [
  "inert",
  "unprotected",
  "partial",
  "unknown",
  "isolated",
  "empty",
];

export const SEVERITY_WORDING: Readonly<Record<Severity, { label: string; style: Style | null }>> = {
  critical: { label: "CRITICAL", style: "criticalBadge" },
  high: { label: "HIGH", style: "red" },
  medium: { label: "MEDIUM", style: "yellow" },
  low: { label: "LOW", style: "blue" },
  informational: { label: "INFO", style: "dim" },
};

/** `1 cluster`, `2 clusters` */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}

/** `a, b and c` */
export function enumerate(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`;
}

/** `1 critical, 2 high`: severities of failed findings; "" where none failed. */
export function toSeverityCounts(findings: readonly Finding[]): string {
  const failed = findings.filter(({ status }) => status === "fail");
  return SEVERITIES.map((severity) => ({
    severity,
    amount: failed.filter((finding) => finding.severity === severity).length,
  }))
    .filter(({ amount }) => amount > 0)
    .map(({ severity, amount }) => `${amount} ${severity}`)
    .join(", ");
}

/** `vpc-cni, standard mode` */
export function toEngineText({ engine, engines, mode }: Enforcement): string {
  const name = engine ?? (engines.length === 0 ? "no engine seen" : engines.join(" and "));
  return mode === null ? name : `${name}, ${mode} mode`;
}

/** `shop-prod (111122223333, eu-central-1)`, `111122223333 us-east-1, the whole Region` */
export function toScopeText({ account, region, cluster, file, line }: Coverage): string {
  if (file !== undefined) return line === undefined ? file : `${file}:${line}`;
  const around = [account, region].filter((part) => part !== null);
  if (cluster !== null) return around.length === 0 ? cluster : `${cluster} (${around.join(", ")})`;
  if (region !== null) return `${around.join(" ")}, the whole Region`;
  return account === null ? "the whole run" : `${account}, the whole account`;
}

/** `1 account`, `2 Regions`, ...: what was missed or read only in part, by kind. */
export function toScopeCounts(coverage: readonly Coverage[]): string {
  const kinds: readonly (readonly [string, (entry: Coverage) => boolean])[] = [
    ["cluster", ({ cluster }) => cluster !== null],
    ["Region", ({ cluster, region }) => cluster === null && region !== null],
    ["account", ({ region, account, cluster }) => cluster === null && region === null && account !== null],
    ["document", ({ file }) => file !== undefined],
  ];
  const counted = kinds
    .map(([noun, isKind]) => ({ noun, amount: coverage.filter(isKind).length }))
    .filter(({ amount }) => amount > 0)
    .map(({ noun, amount }) => count(amount, noun));
  return counted.length === 0 ? "the whole run" : enumerate(counted);
}
