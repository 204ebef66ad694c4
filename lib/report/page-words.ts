// What the HTML report calls things, for the part that is written here and the part that the browser makes.

import type { Severity, Status } from "../model/finding.ts";
import type { DefaultDeny, EnforcementVerdict, Posture } from "../model/posture.ts";

/** One of the five colours; each always comes with a word or a mark, never alone. */
export type Tone = "good" | "warn" | "bad" | "unknown" | "quiet";

export interface Word {
  readonly label: string;
  readonly tone: Tone;
  readonly meaning: string;
}

export const VERDICT_WORDS: Readonly<Record<EnforcementVerdict, Word>> = {
  enforced: { label: "Enforced", tone: "good", meaning: "policies apply on every node that hosts pods" },
  partial: { label: "Enforced in part", tone: "warn", meaning: "policies apply on some nodes or pods only" },
  "configured-not-enforced": {
    label: "Configured, not enforced",
    tone: "bad",
    meaning: "enforcement is declared, and nothing applies the policies",
  },
  "not-enforced": { label: "Not enforced", tone: "bad", meaning: "nothing applies the policies" },
  unknown: { label: "Not known", tone: "unknown", meaning: "what would tell was not seen" },
};

export const POSTURE_WORDS: Readonly<Record<Posture, Word>> = {
  inert: { label: "Inert", tone: "bad", meaning: "policies select its pods, and nothing enforces them" },
  unprotected: { label: "Unprotected", tone: "bad", meaning: "its pods are open, whatever its policies are" },
  partial: { label: "Partial", tone: "warn", meaning: "some of its pods are isolated, or not entirely" },
  unknown: { label: "Unknown", tone: "unknown", meaning: "it could not be decided" },
  isolated: {
    label: "Isolated",
    tone: "good",
    meaning: "every pod is isolated for ingress, and something enforces it",
  },
  empty: { label: "Empty", tone: "quiet", meaning: "it has no pods that policies could cover" },
};

export const STATUS_WORDS: Readonly<Record<Status, Omit<Word, "meaning">>> = {
  fail: { label: "Failed", tone: "bad" },
  unknown: { label: "Not decided", tone: "unknown" },
  exempt: { label: "Exempt", tone: "quiet" },
  pass: { label: "Passed", tone: "good" },
  "not-applicable": { label: "Not applicable", tone: "quiet" },
};

export const SEVERITY_TONES: Readonly<Record<Severity, Tone>> = {
  critical: "bad",
  high: "bad",
  medium: "warn",
  low: "quiet",
  informational: "quiet",
};

export const DEFAULT_DENY_WORDS: Readonly<Record<DefaultDeny, Omit<Word, "meaning">>> = {
  effective: { label: "denied by default", tone: "good" },
  declared: { label: "deny declared, perhaps undone", tone: "unknown" },
  nullified: { label: "default deny undone", tone: "bad" },
  absent: { label: "no default deny", tone: "warn" },
  unknown: { label: "not known", tone: "unknown" },
};
