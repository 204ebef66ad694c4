// A digest in the making: findings come one by one, from one cluster after the other, and what is kept of them is small
// however many there are. Pure; what people are not shown, is counted.

import { isBlindSpot, toBlindSpotSentence, toScopeText } from "../model/blind-spots.ts";
import type { Finding } from "../model/finding.ts";
import { toNextStep } from "../model/next-step.ts";
import type { ClusterReport, Report, ReportView } from "../model/report.ts";
import type { Coverage } from "../model/target.ts";
import type { Digest, DigestBlindSpot, DigestContext } from "./digest.ts";
import { openLists, type Unpublished } from "./digest-lists.ts";
import { openTally } from "./digest-tally.ts";

export interface DigestRun
  extends Pick<Report, "startedAt" | "finishedAt" | "complete" | "coverage">, Pick<Digest, "isWhole"> {}

export interface DigestDraft {
  addCluster(cluster: ClusterReport): void;
  addFinding(finding: Finding): void;
  addUnpublished(unpublished: Unpublished): void;
  close(run: DigestRun, context: DigestContext): Digest;
}

/** `today`: the day of the run's end, 2027-01-31. */
export function openDigestDraft(today: string): DigestDraft {
  const tally = openTally();
  const lists = openLists(today);
  return {
    addCluster: (cluster) => tally.addCluster(cluster),
    addFinding(finding) {
      tally.addFinding(finding);
      lists.addFinding(finding);
    },
    addUnpublished: (unpublished) => lists.addUnpublished(unpublished),
    close({ startedAt, finishedAt, complete, isWhole, coverage }, context) {
      const blindSpots = coverage.filter(isBlindSpot);
      const blindAccounts = blindSpots.flatMap(({ account }) => account ?? []);
      const { changes, worst, expiring, unpublished, omitted } = lists.close();
      return {
        schemaVersion: 1,
        id: `ringfence/digest/${context.runId ?? startedAt}`,
        startedAt,
        finishedAt,
        complete,
        isWhole,
        clusters: countOutcomes(coverage.filter(({ cluster }) => cluster !== null)),
        ...tally.counts(),
        changes: tally.isCompared() ? changes : null,
        worst,
        expiring,
        blindSpotSummary: toBlindSpotSentence(coverage),
        blindSpots: blindSpots.map(toDigestBlindSpot),
        unpublished,
        securityHub: context.securityHub ?? null,
        accounts: [...new Set([...tally.accounts, ...blindAccounts])].toSorted(),
        reportLocation: context.reportLocation ?? null,
        pageLocation: context.pageLocation ?? null,
        omitted,
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
  return draft.close({ ...report, isWhole: true }, context);
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
