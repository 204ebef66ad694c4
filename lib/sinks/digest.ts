// What a run means to the people who are told of it: one small, plain summary, from which every message is
// projected. It names what could not be looked at before it counts anything as good. Made by digest-draft.ts.

import type { Exemption, Finding, Severity, Status, Subject } from "../model/finding.ts";
import type { Why } from "../model/observed.ts";
import type { EnforcementVerdict } from "../model/posture.ts";
import type { CoverageOutcome } from "../model/target.ts";

export interface Digest {
  readonly schemaVersion: 1;
  /** The same for every message about one run, so that a repeated one can be told. */
  readonly id: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly complete: boolean;
  /** The run looked at all that is configured, and not at a part of it, such as one cluster that was changed. */
  readonly isWhole: boolean;
  /** Entries about single clusters, by outcome. */
  readonly clusters: Readonly<Record<CoverageOutcome, number>>;
  readonly enforcement: Readonly<Record<EnforcementVerdict, number>>;
  readonly checks: Readonly<Record<Status, number>>;
  readonly failed: Readonly<Record<Severity, number>>;
  readonly worstSeverity: Severity | null;
  /** Failures that people were told of before; null where the run was not compared with an earlier one. */
  readonly stillOpen: Readonly<Record<Severity, number>> | null;
  /** null where the run was not compared with an earlier one. */
  readonly changes: DigestChanges | null;
  readonly worst: readonly DigestFinding[];
  /** Exemptions that end within 14 days, soonest first. */
  readonly expiring: readonly DigestExemption[];
  /** How much could not be looked at, in one sentence; "" where everything was. */
  readonly blindSpotSummary: string;
  readonly blindSpots: readonly DigestBlindSpot[];
  /** What the run imported, and what it left to the next ones; null where nobody counted. */
  readonly securityHub: { readonly imported: number; readonly postponed: number } | null;
  readonly unpublished: readonly { readonly id: string; readonly code: string; readonly message: string }[];
  /** Accounts with a failure or a blind spot, in order. */
  readonly accounts: readonly string[];
  /** Where the whole report lies; null where it was not kept. */
  readonly reportLocation: string | null;
  /** Where it lies as a page for people. */
  readonly pageLocation: string | null;
  readonly omitted: Omitted;
}

export interface DigestChanges {
  readonly new: readonly DigestFinding[];
  readonly regressed: readonly DigestFinding[];
  readonly resolved: readonly DigestFinding[];
  /** Was decided in the last run, and cannot be any more. */
  readonly unknownNow: readonly DigestFinding[];
}

export interface DigestExemption extends Pick<Exemption, "until" | "owner" | "source"> {
  /** How many findings it covers. */
  readonly findings: number;
  /** One of them. */
  readonly example: DigestFinding;
}

export interface DigestFinding {
  readonly id: string;
  readonly controlId: string;
  readonly title: string;
  readonly severity: Severity;
  readonly account: string | null;
  readonly region: string | null;
  readonly cluster: string | null;
  readonly subject: Subject;
  readonly because: string;
  readonly remediation: string;
}

export interface DigestBlindSpot {
  readonly account: string | null;
  readonly region: string | null;
  readonly cluster: string | null;
  /** The three in words. */
  readonly scope: string;
  readonly outcome: CoverageOutcome;
  readonly why: Why | null;
  readonly detail: string | null;
  readonly nextStep: string;
}

/** How many more there are of each list than are listed. */
export interface Omitted {
  readonly new: number;
  readonly regressed: number;
  readonly resolved: number;
  readonly unknownNow: number;
  readonly expiring: number;
  readonly worst: number;
  readonly blindSpots: number;
  readonly unpublished: number;
  readonly accounts: number;
}

export interface DigestContext {
  /** null for a run of the command line. */
  readonly runId?: string | null;
  readonly securityHub?: Digest["securityHub"];
  readonly reportLocation?: string | null;
  readonly pageLocation?: string | null;
}

/** Whether anybody has to be told: something changed, or nobody can say whether it did. */
export function isNews({ changes, checks, unpublished }: Digest): boolean {
  if (unpublished.length > 0) return true;
  // Of no finding at all, as of a route whose severities nothing has, there was none to compare.
  if (changes === null) return Object.values(checks).some((findings) => findings > 0);
  return Object.values(changes).some((findings) => findings.length > 0);
}

export function toDigestFinding(finding: Finding): DigestFinding {
  const { id, controlId, title, severity, account, region, cluster, subject, because, remediation } = finding;
  const { text } = remediation;
  return { id, controlId, title, severity, account, region, cluster, subject, because, remediation: text };
}
