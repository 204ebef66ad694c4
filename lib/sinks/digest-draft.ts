// A digest in the making: findings come one by one, from one cluster after the other, and what is kept of them is small
// however many there are. Pure; what people are not shown, is counted.

import { isBlindSpot, toBlindSpotSentence, toScopeText } from "../model/blind-spots.ts";
import { SEVERITIES, type Change, type Finding } from "../model/finding.ts";
import { keepFirst, type FirstOf } from "../model/keep-first.ts";
import { toNextStep } from "../model/next-step.ts";
import type { ClusterReport, Report, ReportView } from "../model/report.ts";
import { NOTHING_COUNTED } from "../model/run-counts.ts";
import { compareScopes } from "../model/scope-order.ts";
import type { Coverage } from "../model/target.ts";
import { toWorstRank } from "../model/worst-first.ts";
import {
  toDigestFinding,
  type Digest,
  type DigestBlindSpot,
  type DigestContext,
  type DigestFinding,
} from "./digest.ts";
import { collectExpiring } from "./expiring-exemptions.ts";

const MAX_WORST = 10;
/** Of each list, which is more than any message has room for at these lengths. */
const MAX_LISTED = 1000;

export type Unpublished = Digest["unpublished"][number];
type DigestRun = Pick<Report, "startedAt" | "finishedAt" | "complete" | "coverage">;

export interface DigestDraft {
  addCluster(cluster: ClusterReport): void;
  addFinding(finding: Finding): void;
  addUnpublished(unpublished: Unpublished): void;
  close(run: DigestRun, context: DigestContext): Digest;
}

interface Ranked {
  readonly rank: number;
  readonly finding: DigestFinding;
}

const LISTED = {
  new: "new",
  regressed: "regressed",
  resolved: "resolved",
  unknownNow: "unknown-now",
} as const;

/** `today`: the day of the run's end, 2027-01-31. */
export function openDigestDraft(today: string): DigestDraft {
  const enforcement = { ...NOTHING_COUNTED.verdicts };
  const checks = { ...NOTHING_COUNTED.statuses };
  const failed = { ...NOTHING_COUNTED.failed };
  const stillOpen = { ...NOTHING_COUNTED.failed };
  const worst = keepWorst(MAX_WORST);
  const changes = {
    new: keepWorst(MAX_LISTED),
    regressed: keepWorst(MAX_LISTED),
    resolved: keepWorst(MAX_LISTED),
    unknownNow: keepWorst(MAX_LISTED),
  };
  const expiring = collectExpiring(today, MAX_LISTED);
  const unpublished = keepFirst<Unpublished>(MAX_LISTED, () => 0);
  const accounts = new Set<string>();
  let isCompared = false;
  return {
    addCluster: ({ enforcement: { verdict } }) => void (enforcement[verdict] += 1),
    addFinding(finding) {
      const { status, severity, account, change } = finding;
      checks[status] += 1;
      expiring.add(finding);
      if (change !== undefined) isCompared = true;
      for (const name of CHANGE_NAMES) if (change === LISTED[name]) changes[name].add(toRanked(finding));
      if (status !== "fail") return;
      failed[severity] += 1;
      if (isKnown(change)) stillOpen[severity] += 1;
      if (account !== null) accounts.add(account);
      worst.add(toRanked(finding));
    },
    addUnpublished: (one) => unpublished.add(one),
    close({ startedAt, finishedAt, complete, coverage }, context) {
      const blindSpots = coverage.filter(isBlindSpot);
      const ending = expiring.close();
      return {
        schemaVersion: 1,
        id: `ringfence/digest/${context.runId ?? startedAt}`,
        startedAt,
        finishedAt,
        complete,
        clusters: countOutcomes(coverage.filter(({ cluster }) => cluster !== null)),
        enforcement,
        checks,
        failed,
        worstSeverity: SEVERITIES.find((severity) => failed[severity] > 0) ?? null,
        // A finding without `change` was not compared: then nothing is said about what is new.
        stillOpen: isCompared ? stillOpen : null,
        changes: isCompared ? toLists(changes) : null,
        worst: toFindings(worst),
        expiring: ending.items,
        blindSpotSummary: toBlindSpotSentence(coverage),
        blindSpots: blindSpots.map(toDigestBlindSpot),
        unpublished: unpublished.items(),
        securityHub: context.securityHub ?? null,
        accounts: [
          ...new Set([...accounts, ...blindSpots.flatMap(({ account }) => account ?? [])]),
        ].toSorted(),
        reportLocation: context.reportLocation ?? null,
        pageLocation: context.pageLocation ?? null,
        omitted: {
          new: changes.new.beyond(),
          regressed: changes.regressed.beyond(),
          resolved: changes.resolved.beyond(),
          unknownNow: changes.unknownNow.beyond(),
          expiring: ending.beyond,
          worst: 0,
          blindSpots: 0,
          unpublished: unpublished.beyond(),
          accounts: 0,
        },
      };
    },
  };
}

/** The digest of a report that is there as a whole. */
export function toDigest(
  report: ReportView,
  context: DigestContext & { readonly unpublished?: readonly Unpublished[] } = {},
): Digest {
  const draft = openDigestDraft(report.finishedAt.slice(0, 10));
  for (const cluster of report.clusters) draft.addCluster(cluster);
  for (const finding of report.findings) draft.addFinding(finding);
  for (const one of context.unpublished ?? []) draft.addUnpublished(one);
  return draft.close(report, context);
}

const CHANGE_NAMES = ["new", "regressed", "resolved", "unknownNow"] as const;

/** By severity, and in the report's order where that is the same. */
function keepWorst(max: number): FirstOf<Ranked> {
  return keepFirst(max, (a, b) => a.rank - b.rank || compareScopes(a.finding, b.finding));
}

function toRanked(finding: Finding): Ranked {
  return { rank: toWorstRank(finding), finding: toDigestFinding(finding) };
}

function toFindings(kept: FirstOf<Ranked>): readonly DigestFinding[] {
  return kept.items().map(({ finding }) => finding);
}

function toLists(
  changes: Readonly<Record<(typeof CHANGE_NAMES)[number], FirstOf<Ranked>>>,
): NonNullable<Digest["changes"]> {
  return {
    new: toFindings(changes.new),
    regressed: toFindings(changes.regressed),
    resolved: toFindings(changes.resolved),
    unknownNow: toFindings(changes.unknownNow),
  };
}

function isKnown(change: Change | undefined): boolean {
  return change === "unchanged" || change === "heartbeat";
}

function countOutcomes(coverage: readonly Coverage[]): Digest["clusters"] {
  const counts = { scanned: 0, partial: 0, missed: 0, skipped: 0 };
  for (const { outcome } of coverage) counts[outcome] += 1;
  return counts;
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
