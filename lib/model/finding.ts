// The unit that people see: one control's verdict on one subject, with its evidence and what to do.

export const STATUSES = ["pass", "fail", "unknown", "not-applicable", "exempt"] as const;
export type Status = (typeof STATUSES)[number];

/** Most severe first. */
export const SEVERITIES = ["critical", "high", "medium", "low", "informational"] as const;
export type Severity = (typeof SEVERITIES)[number];

export const SUBJECT_KINDS = ["cluster", "namespace", "account", "region", "run"] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

export interface Subject {
  readonly kind: SubjectKind;
  readonly name: string;
}

/** One thing that a human can check: `source` is the API, `command` reads the same thing again. */
export interface Evidence {
  readonly source: string;
  readonly object: string;
  readonly observed: string;
  readonly means: string;
  /** A single kubectl or aws command line, or "" where no command can show it. */
  readonly command: string;
  /** Where it stands in the input, for what was read from manifests. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
}

export interface Remediation {
  readonly text: string;
  readonly commands: readonly string[];
  readonly files: readonly { readonly name: string; readonly content: string }[];
}

/** Why a failed or undecided finding is accepted for a time. */
export interface Exemption {
  /** Last day on which it holds (UTC), as 2027-01-31. */
  readonly until: string;
  readonly owner: string;
  readonly reason: string;
  /** `exemptions[0]` of the configuration, or `annotations of namespace web`. */
  readonly source: string;
}

export const CHANGES = [
  "new",
  "regressed",
  "resolved",
  "unchanged",
  "heartbeat",
  "vanished",
  "exempt",
  "unknown-now",
] as const;
export type Change = (typeof CHANGES)[number];

export interface Finding {
  /** `ringfence/<region>/<account>/<cluster>/<controlId>/<16 hex>`, a public contract. */
  readonly id: string;
  readonly controlId: string;
  readonly title: string;
  readonly status: Status;
  readonly severity: Severity;
  readonly account: string | null;
  readonly region: string | null;
  readonly cluster: string | null;
  readonly subject: Subject;
  /** One full sentence. */
  readonly because: string;
  readonly evidence: readonly Evidence[];
  readonly remediation: Remediation;
  /** RFC 3339. */
  readonly firstSeenAt?: string;
  readonly change?: Change;
  /** Of an exempt finding. */
  readonly exemption?: Exemption;
}
