// The core: one cluster, from target to findings and one coverage entry. Orchestration (a local pool,
// Step Functions, a spoke) is a thin shell around it. Knows nothing of sinks.

import type { JudgingControl, EvaluationSettings } from "../model/control.ts";
import type { Finding } from "../model/finding.ts";
import { unseen, type Observed } from "../model/observed.ts";
import { withinTime } from "../model/within-time.ts";
import type { ClusterReport } from "../model/report.ts";
import { toLeftOutFinding } from "../controls/visibility.ts";
import type { ClusterDescription, Snapshot } from "../model/snapshot.ts";
import type { Coverage, Target } from "../model/target.ts";
import { adoptSnapshot, collectSnapshot, type CloudFacts, type CollectOptions } from "./collect.ts";
import { describeTarget, isFresh, type TargetDescription } from "./describe-target.ts";
import { isLeftOut } from "./discover.ts";
import { hasTag, toClusterCoverage, toSkipped } from "./coverage.ts";
import { evaluateInPieces, evaluateSnapshot, type Evaluation, type Locate } from "./evaluate.ts";
import { inTurns } from "./in-turns.ts";
import { makeRoom } from "./make-room.ts";
import type { Observe } from "./observe.ts";
import { openReader } from "./open-reader.ts";
import type { AccountCloud, ClusterReader, Spokes } from "./sources.ts";

export interface ScanContext {
  readonly observe: Observe;
  readonly now: () => Date;
  readonly controls: readonly JudgingControl[];
  readonly settings: EvaluationSettings;
  readonly requestTimeoutMs: number;
  /** Budget for one cluster, from the first call to the last byte, without the wait for its turn. */
  readonly deadlineMs: number;
  /** Tags (`key` or `key=value`) by which the configuration lets an owner exclude a cluster. */
  readonly excludedTags: readonly string[];
  /** Tags by which the configuration lets an owner choose who is told; absent: none. */
  readonly routedTags?: readonly string[];
  /** Ends everything early: Ctrl-C, or the Lambda's own end. */
  readonly signal: AbortSignal;
  /** Absent: every cluster is read from here. */
  readonly spokes?: Spokes;
  /** Absent: the report goes without pictures. */
  readonly illustrate?: Illustrate;
}

/** Adds to the report of a cluster what needs the snapshot and no verdict depends on. */
export type Illustrate = (snapshot: Snapshot, evaluation: Evaluation) => ClusterReport;

export interface ClusterScan {
  readonly target: Target;
  readonly coverage: Coverage;
  /** null for a skipped cluster: nothing was judged. */
  readonly snapshot: Snapshot | null;
  readonly cluster: ClusterReport | null;
  readonly findings: readonly Finding[];
  readonly kubernetesRequests: number;
  /** Of a cluster that its own tag leaves out: as much as its one finding needs. Times in RFC 3339. */
  readonly leftOut?: { readonly createdAt: string | null; readonly observedFrom: string };
}

/** Of a cluster that nobody looked at. */
export function toUntouched(target: Target, coverage: Coverage): ClusterScan {
  return { target, coverage, snapshot: null, cluster: null, findings: [], kubernetesRequests: 0 };
}

/** Scans one cluster of an account. Never throws for what the outside world did. `ahead`: what EKS said before its turn. */
export async function scanCluster(
  account: AccountCloud,
  region: string,
  name: string,
  context: ScanContext,
  ahead: TargetDescription | null = null,
): Promise<ClusterScan> {
  const description = isFresh(ahead, context) ? ahead : await describeTarget(account, region, name, context);
  return withinTime(description.leftMs, context.signal, (signal) =>
    scanDescribed(account, { region, name }, description, { ...context, signal }),
  );
}

async function scanDescribed(
  account: AccountCloud,
  { region, name }: { readonly region: string; readonly name: string },
  { cluster, vpcCniAddon, observedFrom }: TargetDescription,
  context: ScanContext,
): Promise<ClusterScan> {
  const { signal } = context;
  const target: Target = { account: account.accountId, region, cluster: name };
  const skipped = cluster.seen ? toSkipped(target, cluster.value, context.excludedTags) : null;
  if (skipped !== null && cluster.seen) return toSkippedScan(target, skipped, cluster.value, observedFrom);
  const capabilities = unseen("not-attempted", "nothing in this cluster called for it");
  const cloudFacts = { cluster, vpcCniAddon, capabilities };
  const readCapabilities = () => account.listCapabilities(region, name);
  if (cluster.seen && context.spokes?.covers(target) === true) {
    const collected = await context.spokes.readSnapshot(target, cluster.value);
    return scanCollected(target, cloudFacts, collected, { ...context, readCapabilities });
  }
  const reader = await openReader(account, region, cluster, context, signal);
  return scanOpened(target, cloudFacts, reader, { ...context, readCapabilities });
}

/** An owner who takes a cluster out by a tag does so in the open: that is a finding, too. */
function toSkippedScan(
  target: Target,
  coverage: Coverage,
  { createdAt }: ClusterDescription,
  observedFrom: Date,
): ClusterScan {
  const untouched = toUntouched(target, coverage);
  if (!isLeftOut(coverage)) return untouched;
  const findings = [toLeftOutFinding(target, createdAt, coverage.detail ?? "")];
  return { ...untouched, findings, leftOut: { createdAt, observedFrom: observedFrom.toISOString() } };
}

/** The rest of a scan, once the cluster's API is open or known not to be: kubeconfig mode starts here. */
export async function scanOpened(
  target: Target,
  cloudFacts: CloudFacts,
  reader: Observed<ClusterReader>,
  context: JudgeContext,
): Promise<ClusterScan> {
  const snapshot = await collectSnapshot(target, cloudFacts, reader, context);
  if (reader.seen) reader.value.close();
  return judge(snapshot, toClusterCoverage, reader.seen ? reader.value.requestCount : 0, context);
}

type JudgeContext = Pick<
  ScanContext,
  "observe" | "now" | "controls" | "settings" | "routedTags" | "illustrate"
> &
  Pick<CollectOptions, "readCapabilities"> & {
    readonly locate?: Locate;
    /** Ends the judging of a cluster that takes too long. Absent: it has all the time that it needs. */
    readonly signal?: AbortSignal;
  };

/** The rest of a scan of a cluster that its account's spoke read: the same, but for who looked, which it says. */
async function scanCollected(
  target: Target,
  cloudFacts: CloudFacts,
  collected: Observed<Snapshot>,
  context: JudgeContext,
): Promise<ClusterScan> {
  if (!collected.seen) return scanOpened(target, cloudFacts, collected, context);
  const snapshot = await adoptSnapshot(collected.value, cloudFacts, context);
  const source = `as the spoke of its account saw it at ${snapshot.observedFrom}`;
  const toCoverage = (of: Snapshot): Coverage => {
    const coverage = toClusterCoverage(of);
    return { ...coverage, detail: coverage.detail === undefined ? source : `${coverage.detail}; ${source}` };
  };
  return judge(snapshot, toCoverage, 0, context);
}

async function judge(
  collected: Snapshot,
  toCoverage: (snapshot: Snapshot) => Coverage,
  kubernetesRequests: number,
  { controls, settings, locate, routedTags = [], illustrate, signal }: JudgeContext,
): Promise<ClusterScan> {
  makeRoom(collected);
  const judged = await inTurns(evaluateInPieces(collected, controls, settings, locate), signal);
  const snapshot = judged === null ? withoutPolicies(collected) : collected;
  const evaluation = judged ?? evaluateSnapshot(snapshot, controls, settings, locate);
  const { findings } = evaluation;
  const cluster = illustrate?.(snapshot, evaluation) ?? evaluation.cluster;
  const { target, facts } = snapshot;
  const routeTags = routedTags.filter((tag) => facts.cluster.seen && hasTag(facts.cluster.value.tags, tag));
  const tagged = routeTags.length === 0 ? cluster : { ...cluster, routeTags };
  return { target, coverage: toCoverage(snapshot), snapshot, cluster: tagged, findings, kubernetesRequests };
}

/** What was not judged to its end counts as not seen: nothing of it passes, fails or is closed. */
function withoutPolicies(snapshot: Snapshot): Snapshot {
  const detail = "judging its policies took longer than there was time for one cluster";
  return { ...snapshot, facts: { ...snapshot.facts, networkPolicies: unseen("deadline", detail) } };
}
