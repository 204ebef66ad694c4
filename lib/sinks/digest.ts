// What a run means to the people who are told of it: one small, plain summary, from which every message is
// projected. Pure. It names what could not be looked at before it counts anything as good.

import { addDays } from "../model/day.ts";
import { isBlindSpot, toBlindSpotSentence, toScopeText } from "../model/blind-spots.ts";
import { countFailed } from "../model/counts.ts";
import { countVerdicts } from "../model/enforcement-phrases.ts";
import {
  SEVERITIES,
  type Change,
  type Exemption,
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

export interface DigestContext {
  /** null for a run of the command line. */
  readonly runId?: string | null;
  readonly unpublished?: Digest["unpublished"];
  readonly securityHub?: Digest["securityHub"];
  readonly reportLocation?: string | null;
  readonly pageLocation?: string | null;
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
    stillOpen: isCompared(findings) ? countFailed(findings.filter(isKnown)) : null,
    changes: toChanges(findings),
    worst: open.slice(0, MAX_WORST).map(toDigestFinding),
    expiring: toExpiring(findings, finishedAt),
    blindSpotSummary: toBlindSpotSentence(coverage),
    blindSpots: coverage.filter(isBlindSpot).map(toDigestBlindSpot),
    unpublished: context.unpublished ?? [],
    securityHub: context.securityHub ?? null,
    accounts: toAccounts([...open, ...coverage.filter(isBlindSpot)]),
    reportLocation: context.reportLocation ?? null,
    pageLocation: context.pageLocation ?? null,
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
function isCompared(findings: readonly Finding[]): boolean {
  return findings.some(({ change }) => change !== undefined);
}

function isKnown({ change }: Finding): boolean {
  return change === "unchanged" || change === "heartbeat";
}

function toChanges(findings: readonly Finding[]): DigestChanges | null {
  if (!isCompared(findings)) return null;
  const having = (wanted: Change): readonly DigestFinding[] =>
    toWorstFirst(findings.filter(({ change }) => change === wanted)).map(toDigestFinding);
  return {
    new: having("new"),
    regressed: having("regressed"),
    resolved: having("resolved"),
    unknownNow: having("unknown-now"),
  };
}

const EXPIRING_DAYS = 14;

function toExpiring(findings: readonly Finding[], finishedAt: string): readonly DigestExemption[] {
  const limit = addDays(finishedAt.slice(0, 10), EXPIRING_DAYS);
  const groups = new Map<
    string,
    { readonly first: Finding; readonly exemption: Exemption; findings: number }
  >();
  for (const finding of findings) {
    const { exemption } = finding;
    if (exemption === undefined || finding.status !== "exempt" || exemption.until > limit) continue;
    // A namespace's exemption is its own; one of the configuration covers findings everywhere.
    const place = exemption.source.startsWith("exemptions[")
      ? []
      : [finding.account, finding.region, finding.cluster];
    const key = JSON.stringify([exemption.source, exemption.until, ...place]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: finding, exemption, findings: 1 });
    else group.findings += 1;
  }
  return [...groups.values()]
    .map(({ first, exemption: { until, owner, source }, findings: amount }) => ({
      until,
      owner,
      source,
      findings: amount,
      example: toDigestFinding(first),
    }))
    .toSorted((a, b) => (a.until < b.until ? -1 : a.until > b.until ? 1 : 0));
}

/** Whether anybody has to be told: something changed, or nobody can say whether it did. */
export function isNews({ changes, unpublished }: Digest): boolean {
  if (changes === null || unpublished.length > 0) return true;
  return Object.values(changes).some((findings) => findings.length > 0);
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
