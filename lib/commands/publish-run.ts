// `--publish`: what a terminal run tells the world beside its report, and one line about each part of it.

import type { Composition } from "../compose/compose.ts";
import type { Configuration } from "../config/config.ts";
import { openFolder } from "../folder-store.ts";
import { tryFolder } from "../make-folder.ts";
import { explainFileError } from "../model/explain-file-error.ts";
import type { ReportView } from "../model/report.ts";
import { UsageError } from "../model/usage-error.ts";
import { toTrendPoint } from "../model/trend.ts";
import { createDigests, type RunPublishing } from "../publishing/publish-digest.ts";
import type { RunScope, WholeRunPublishing } from "../publishing/publish-whole-run.ts";
import { createPublishing, type Publishing } from "../publishing/publishing.ts";
import type { DigestOutcome } from "../scan/digest-outbox.ts";
import { joinDeliveries, type PublicationOutcome } from "../scan/publish.ts";
import type { Run } from "../scan/run-scan.ts";
import { announceRun } from "../scan/running.ts";
import { withWideFindings } from "../scan/to-report.ts";
import type { ObjectStore, Shelve } from "../scan/sources.ts";

export interface TerminalPublishing extends Publishing, RunPublishing {
  readonly isHubWanted: boolean;
}

export async function openPublishing(
  composition: Composition,
  configuration: Configuration,
  shelve: Shelve,
): Promise<TerminalPublishing> {
  refuseUnwritableState(configuration);
  const store = await openState(composition, configuration);
  const { now, observe } = composition.context;
  const startedAt = now().toISOString();
  const runId = startedAt.replaceAll(/[:.]/g, "-");
  // A store that takes nothing is named with what it should have remembered.
  if (store !== null) await observe(() => announceRun(store, runId, { startedAt, scope: {} }));
  const options = { composition, configuration, runId, store, confirmsAtEnd: true, shelve } as const;
  const { enabled } = configuration.publish.securityHub;
  return { ...createPublishing(options), ...createDigests(options), isHubWanted: enabled };
}

/** Before the scan: without it every finding would be one that could not be published. */
function refuseUnwritableState({ state }: Configuration): void {
  if (state?.folder === undefined) return;
  try {
    tryFolder(state.folder);
  } catch (error) {
    throw new UsageError(
      `state.folder ${state.folder} cannot be written: ${explainFileError(error)}. Name a folder that can.`,
    );
  }
}

export async function openState(
  composition: Composition,
  { state }: Configuration,
): Promise<ObjectStore | null> {
  if (state?.bucket !== undefined) return composition.openBucket(state.bucket);
  return state?.folder === undefined ? null : openFolder(state.folder);
}

export interface Published {
  /** With what became of the findings that are about no single cluster. */
  readonly report: ReportView;
  readonly remarks: readonly string[];
  /** Something that should have been told was not. */
  readonly failed: boolean;
}

export async function publishRest(
  publishing: TerminalPublishing,
  scanned: ReportView,
  ofClusters: readonly PublicationOutcome[],
  { unitPaths, ...scope }: RunScope & Pick<Run, "unitPaths">,
  signal: AbortSignal,
): Promise<Published> {
  if (signal.aborted) return endInterrupted(publishing, scanned, ofClusters);
  const wide = await publishing.publishWide(scanned, scope);
  const joined = withWideFindings(scanned, [...wide.findings, ...wide.vanished]);
  const trend = scope.isWhole ? await publishing.rememberTrend(toTrendPoint(joined)) : null;
  const report = trend?.seen === true ? { ...joined, trend: trend.value } : joined;
  const publications = [...ofClusters, wide];
  const deliveries = publications.map(({ delivery }) => delivery);
  const { sent, failed: failures, postponed = 0 } = joinDeliveries(deliveries);
  const drafts = publishing.openDrafts(unitPaths, report.finishedAt.slice(0, 10));
  drafts.add({ ...report, unpublished: failures });
  const securityHub = { imported: sent, postponed };
  const { isWhole } = scope;
  const digests = await publishing.publishDigest({ ...report, isWhole }, drafts, { securityHub });
  const unconfirmed = await confirmTold(publishing, digests);
  await publishing.end();
  const blocked = publications.filter(({ outcome }) => outcome === "blocked").length;
  return {
    report,
    failed: failures.length > 0 || blocked > 0 || digests.some(({ outcome }) => outcome === "failed"),
    remarks: [
      publishing.isHubWanted
        ? `Security Hub: ${sent} findings imported${failures.length === 0 ? "" : `, ${failures.length} not`}.`
        : "Security Hub: off, nothing was imported; publish.securityHub.enabled switches it on.",
      ...(postponed === 0 ? [] : [toPostponedRemark(postponed)]),
      ...failures.slice(0, 10).map(({ id, code, message }) => `  ${id}: ${code}: ${message}`),
      ...(failures.length > 10 ? [`  … and ${failures.length - 10} more`] : []),
      ...new Set(publications.flatMap(({ remarks }) => remarks)),
      ...(trend === null || trend.seen ? [] : [`No trend: ${trend.detail} (${trend.why}).`]),
      ...(digests.length === 0 ? ["No digest: publish names neither sns nor slack."] : digests.map(toRemark)),
      ...unconfirmed,
    ],
  };
}

/** What people were not told of is news again in the next run. */
async function confirmTold(
  publishing: WholeRunPublishing,
  digests: readonly DigestOutcome[],
): Promise<readonly string[]> {
  return digests.some(({ isLost }) => isLost === true) ? [TOLD_AGAIN] : publishing.confirm();
}

const TOLD_AGAIN = "A digest is lost, so the next run tells again what changed.";

/** What was being sent is repeated by the next run; what is about the run as a whole would be untrue. */
async function endInterrupted(
  publishing: WholeRunPublishing,
  report: ReportView,
  ofClusters: readonly PublicationOutcome[],
): Promise<Published> {
  await publishing.end();
  const sent = ofClusters.reduce((sum, { delivery }) => sum + delivery.sent, 0);
  const told = `Security Hub: ${sent} findings imported before that; nothing else was published, and no digest was sent.`;
  return { report, failed: true, remarks: [told] };
}

function toPostponedRemark(postponed: number): string {
  return `  ${postponed} more are over publish.securityHub.firstRunLimit, and are imported by the next runs.`;
}

const OUTCOMES = {
  sent: "the digest was sent.",
  quiet: "nothing changed, so no digest was sent.",
  failed: "",
} as const satisfies Record<DigestOutcome["outcome"], string>;

function toRemark({ name, outcome, problem }: DigestOutcome): string {
  return [`${name}:`, OUTCOMES[outcome], problem === "" ? "" : `${problem}.`]
    .filter((part) => part !== "")
    .join(" ");
}
