// The words and colours of the terminal report: what a verdict, a posture or a severity is called.

import type { Severity } from "../model/finding.ts";
import type { Enforcement, EnforcementVerdict, Posture } from "../model/posture.ts";
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

export const POSTURE_STYLES: Readonly<Record<Posture, Style>> = {
  inert: "red",
  unprotected: "red",
  partial: "yellow",
  unknown: "magenta",
  isolated: "green",
  empty: "dim",
};

export const SEVERITY_WORDING: Readonly<Record<Severity, { label: string; style: Style | null }>> = {
  critical: { label: "CRITICAL", style: "criticalBadge" },
  high: { label: "HIGH", style: "red" },
  medium: { label: "MEDIUM", style: "yellow" },
  low: { label: "LOW", style: "blue" },
  informational: { label: "INFO", style: "dim" },
};

/** `vpc-cni, standard mode` */
export function toEngineText({ engine, engines, mode }: Enforcement): string {
  const name = engine ?? (engines.length === 0 ? "no engine seen" : engines.join(" and "));
  return mode === null ? name : `${name}, ${mode} mode`;
}
