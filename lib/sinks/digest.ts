// What a run means to the people who are told of it: one small, plain summary, from which every message is
// projected. Pure. It names what could not be looked at before it counts anything as good.

import { isBlindSpot, toBlindSpotSentence, toScopeText } from "../model/blind-spots.ts";
import { countFailed } from "../model/counts.ts";
import { countVerdicts } from "../model/enforcement-phrases.ts";
import {
  SEVERITIES,
  type Change,
  type Finding,
  type Severity,
  type Status,
  type Subject,
} from "../model/finding.ts";
import { toNextStep } from "../model/next-step.ts";
import type { Why } from "../model/observed.ts";
import type { EnforcementVerdict } from "../model/posture.ts";
import type { Report } from "../model/report.ts";
import type { Coverage, CoverageOutcome } from "../model/target.ts";
import { toWorstFirst } from "../model/worst-first.ts";

export interface Digest {
  readonly schemaVersion: 1;
  /** The same for every message about one run, so that a repeated one can be told. */
  readonly id: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly complete: boolean;
  /** Entries about single clusters, by outcome. */
  readonly clusters: Readonly<Record<CoverageOutcome, number>>;
  readonly enforcement: Readonly<Record<EnforcementVerdict, number>>;
  readonly checks: Readonly<Record<Status, number>>;
  readonly failed: Readonly<Record<Severity, number>>;
  readonly worstSeverity: Severity | null;
  /** null where the run was not compared with an earlier one. */
  readonly changes: DigestChanges | null;
  readonly worst: readonly DigestFinding[];
  /** How much could not be looked at, in one sentence; "" where everything was. */
  readonly blindSpotSummary: string;
  readonly blindSpots: readonly DigestBlindSpot[];
  readonly unpublished: readonly { readonly id: string; readonly code: string; readonly message: string }[];
  /** Accounts with a failure or a blind spot, in order. */
  readonly accounts: readonly string[];
  /** Where the whole report lies; null where it was not kept. */
  readonly reportLocation: string | null;
}

export interface DigestChanges {
  readonly new: readonly DigestFinding[];
  readonly regressed: readonly DigestFinding[];
  readonly resolved: readonly DigestFinding[];
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

export interface DigestContext {
  /** null for a run of the command line. */
  readonly runId?: string | null;
  readonly unpublished?: Digest["unpublished"];
  readonly reportLocation?: string | null;
}

const MAX_WORST = 10;

export function toDigest(report: Report, context: DigestContext = {}): Digest {
  const { clusters, findings, coverage, startedAt, finishedAt, complete } = report;
  const open = toWorstFirst(findings).filter(({ status }) => status === "fail");
  return {
    schemaVersion: 1,
    id: `ringfence/digest/${context.runId ?? startedAt}`,
    startedAt,
    finishedAt,
    complete,
    clusters: countOutcomes(coverage.filter(({ cluster }) => cluster !== null)),
    enforcement: countVerdicts(clusters.map(({ enforcement }) => enforcement.verdict)),
    checks: countStatuses(findings),
    failed: countFailed(findings),
    worstSeverity:
      SEVERITIES.find((severity) => open.some((finding) => finding.severity === severity)) ?? null,
    changes: toChanges(findings),
    worst: open.slice(0, MAX_WORST).map(toDigestFinding),
    blindSpotSummary: toBlindSpotSentence(coverage),
    blindSpots: coverage.filter(isBlindSpot).map(toDigestBlindSpot),
    unpublished: context.unpublished ?? [],
    accounts: toAccounts([...open, ...coverage.filter(isBlindSpot)]),
    reportLocation: context.reportLocation ?? null,
  };
}

function countOutcomes(coverage: readonly Coverage[]): Digest["clusters"] {
  const counts = { scanned: 0, partial: 0, missed: 0, skipped: 0 };
  for (const { outcome } of coverage) counts[outcome] += 1;
  return counts;
}

function countStatuses(findings: readonly Finding[]): Digest["checks"] {
  const counts = { pass: 0, fail: 0, unknown: 0, "not-applicable": 0, exempt: 0 };
  for (const { status } of findings) counts[status] += 1;
  return counts;
}

/** A finding without `change` was not compared: then nothing is said about what is new. */
function toChanges(findings: readonly Finding[]): DigestChanges | null {
  if (!findings.some(({ change }) => change !== undefined)) return null;
  const having = (wanted: Change): readonly DigestFinding[] =>
    toWorstFirst(findings.filter(({ change }) => change === wanted)).map(toDigestFinding);
  return { new: having("new"), regressed: having("regressed"), resolved: having("resolved") };
}

function toDigestFinding(finding: Finding): DigestFinding {
  const { id, controlId, title, severity, account, region, cluster, subject, because, remediation } = finding;
  const { text } = remediation;
  return { id, controlId, title, severity, account, region, cluster, subject, because, remediation: text };
}

function toDigestBlindSpot(entry: Coverage): DigestBlindSpot {
  const { account, region, cluster, outcome, why, detail } = entry;
  const reason = { why: why ?? null, detail: detail ?? null };
  return {
    account,
    region,
    cluster,
    scope: toScopeText(entry),
    outcome,
    ...reason,
    nextStep: toNextStep(entry),
  };
}

function toAccounts(concerned: readonly { readonly account: string | null }[]): readonly string[] {
  return [...new Set(concerned.flatMap(({ account }) => account ?? []))].toSorted();
}
