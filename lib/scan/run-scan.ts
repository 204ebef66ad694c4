// The whole job in one process: accounts, their clusters, every cluster's verdicts, one report. The
// terminal's way; in AWS the same pieces run as one Lambda each (handlers/). Publishes nothing itself.

import pLimit, { type LimitFunction } from "p-limit";
import type { ReportView } from "../model/report.ts";
import type { Finding } from "../model/finding.ts";
import type { Coverage, Target } from "../model/target.ts";
import { toGoneCoverage } from "./coverage.ts";
import { describeAhead, type TargetDescription } from "./describe-target.ts";
import {
  discoverAccounts,
  lookInto,
  toMissed,
  type AccountScope,
  type ClusterScope,
  type DiscoveredClusters,
} from "./discover.ts";
import { createProgress, type Progress, type ProgressCounter } from "./progress.ts";
import type { Publication, PublicationOutcome } from "./publish.ts";
import { scanCluster, toUntouched, type ClusterScan, type ScanContext } from "./scan-cluster.ts";
import type { AccountCloud, Cloud, Shelve } from "./sources.ts";
import {
  createScanPacking,
  type PackScan,
  type ReportedScan,
  type ReportExemptions,
  toReportView,
} from "./to-report.ts";
import { listedNames } from "./tombstones.ts";
import { openTurns, type Join, type PreparedTurns, type Turn } from "./turns.ts";

export interface RunOptions {
  readonly accounts: AccountScope;
  readonly clusters: ClusterScope;
  readonly context: ScanContext;
  /** Clusters scanned at the same time, over all accounts. */
  readonly concurrency: number;
  readonly toolVersion: string;
  readonly onProgress: (progress: Progress) => void;
  /** Where ended clusters wait for the report. Absent: in memory. */
  readonly shelve?: Shelve;
  /** Absent: nothing is exempt. */
  readonly exemptions?: RunExemptions;
  /** Called with each cluster's scan while its snapshot is still there; its findings replace the scan's. */
  readonly publish?: (
    account: AccountCloud,
    scan: ClusterScan,
    keep: undefined,
    turn: Turn,
  ) => Promise<Publication>;
  /** Absent: each cluster imports for itself. */
  readonly join?: Join;
  /** Called for each Region whose list was read to its end: archives what is about clusters that are proven gone. */
  readonly publishLost?: (
    account: AccountCloud,
    region: string,
    listed: ReadonlySet<string>,
  ) => Promise<readonly GoneCluster[]>;
  /** Called once per account: what is open in Regions that could not be listed is not to be forgotten. */
  readonly publishUnlisted?: (
    account: AccountCloud,
    discovered: Pick<DiscoveredClusters, "coverage">,
  ) => Promise<readonly Publication[]>;
}

export interface GoneCluster {
  readonly cluster: string;
  readonly publication: Publication;
}

export interface RunExemptions extends ReportExemptions {
  /** For a scan that is not published. */
  ofScan(scan: ClusterScan): readonly Finding[];
}

export interface Run {
  readonly report: ReportView;
  /** The accounts that were to be looked into. */
  readonly accounts: ReadonlySet<string>;
  /** Organizational units by account id, where the organization told them. */
  readonly unitPaths: ReadonlyMap<string, string>;
  readonly publications: readonly PublicationOutcome[];
}

export async function runScan(cloud: Cloud, options: RunOptions): Promise<Run> {
  const { context } = options;
  const startedAt = context.now();
  const {
    accountIds,
    coverage: accountCoverage,
    unitPaths,
  } = await discoverAccounts(cloud, options.accounts, context.observe);
  const turns = openTurns(options.concurrency);
  const progress = createProgress(accountIds.length, context.now, options.onProgress);
  const running = {
    ...options,
    packScan: createScanPacking(options.shelve),
    looking: pLimit(ACCOUNTS_AT_ONCE),
  };
  const perAccount = await Promise.all(
    accountIds.map((accountId) => scanAccount(cloud, accountId, running, turns, progress)),
  );
  const ended = perAccount.flatMap((account) => account.scans);
  const scans = ended.map(({ scan }) => scan);
  const coverage = [...accountCoverage, ...perAccount.flatMap((account) => account.coverage)];
  return {
    accounts: new Set(accountIds),
    unitPaths,
    publications: [
      ...ended.flatMap(({ publication }) => publication ?? []),
      ...perAccount.flatMap(({ renewed }) => renewed),
    ],
    report: toReportView({ scans, coverage, startedAt, cloud, options }),
  };
}

/** Each is three answers in a row. A thousand at once took 250 MB, of their clients and of listings that were half done. */
const ACCOUNTS_AT_ONCE = 64;

interface RunningOptions extends RunOptions {
  readonly packScan: PackScan;
  /** Bounds how many accounts are looked into at the same time, not how many wait for their clusters' turns. */
  readonly looking: LimitFunction;
}

async function scanAccount(
  cloud: Cloud,
  accountId: string,
  options: RunningOptions,
  turns: PreparedTurns,
  progress: ProgressCounter,
): Promise<ScannedAccount> {
  const { context } = options;
  const entered = await options.looking(() => lookInto(cloud, accountId, options.clusters, context.observe));
  progress.accountDone(entered.seen ? entered.value.discovered.clusters.length : 0);
  if (!entered.seen) return { scans: [], coverage: [toMissed(entered, accountId, null)], renewed: [] };
  const { account, discovered } = entered.value;
  const { clusters, coverage, listedRegions } = discovered;
  const scans = await Promise.all(
    clusters.map(({ region, name }) =>
      turns.take(
        options.join?.(accountId, region) ?? null,
        () => describeAhead(account, region, name, context),
        (ahead, turn) => scanOne(account, { region, name, ahead, turn }, options, progress),
      ),
    ),
  );
  if (context.signal.aborted) return { scans, coverage, renewed: [] };
  const { publishLost = tellNobody } = options;
  const gone = await Promise.all(
    listedRegions.map(async (region) => {
      const found = await publishLost(account, region, listedNames(discovered, region));
      return found.map((one) =>
        toGone({ account: accountId, region, cluster: one.cluster }, one.publication, options),
      );
    }),
  );
  const renewed = (await options.publishUnlisted?.(account, discovered)) ?? [];
  return { scans: [...scans, ...gone.flat()], coverage, renewed };
}

const tellNobody = (): Promise<readonly GoneCluster[]> => Promise.resolve([]);

/** What is archived belongs into the report as much as what is found. */
function toGone(target: Target, publication: Publication, options: RunningOptions): EndedScan {
  const findings = [...publication.findings, ...publication.vanished];
  const coverage = toGoneCoverage(target, publication);
  const scan = { ...toUntouched(target, coverage), findings };
  return toEnded(scan, publication, options);
}

/** The snapshot has served its purpose, and the findings wait packed: a run has thousands of clusters. */
function toEnded(
  scan: ClusterScan,
  publication: Publication | null,
  { packScan }: RunningOptions,
): EndedScan {
  if (publication === null) return { scan: packScan(scan), publication };
  const { outcome, delivery, remarks } = publication;
  return { scan: packScan(scan), publication: { outcome, delivery, remarks } };
}

interface ScannedAccount {
  readonly scans: readonly EndedScan[];
  readonly coverage: readonly Coverage[];
  readonly renewed: readonly PublicationOutcome[];
}

interface EndedScan {
  readonly scan: ReportedScan;
  readonly publication: PublicationOutcome | null;
}

interface ClusterTurn {
  readonly region: string;
  readonly name: string;
  readonly ahead: TargetDescription | null;
  readonly turn: Turn;
}

async function scanOne(
  account: AccountCloud,
  { region, name, ahead, turn }: ClusterTurn,
  options: RunningOptions,
  progress: ProgressCounter,
): Promise<EndedScan> {
  const { context, publish, exemptions } = options;
  if (context.signal.aborted) return toEnded(toInterrupted(account.accountId, region, name), null, options);
  const ended = progress.clusterStarted({ account: account.accountId, region, cluster: name });
  const scan = await scanCluster(account, region, name, context, ahead);
  // The snapshot of a big cluster is large and has served its purpose: nothing waits with it for other clusters.
  const seen = { ...scan, snapshot: null };
  // What an interrupted run saw is no news to send: its user has just said stop.
  if (!context.signal.aborted && publish !== undefined)
    return endPublished(seen, publish(account, scan, undefined, turn), ended, options);
  const judged = { ...seen, findings: exemptions?.ofScan(scan) ?? scan.findings };
  ended(judged);
  return toEnded(judged, null, options);
}

async function endPublished(
  seen: ClusterScan,
  publishing: Promise<Publication>,
  ended: (scan: ClusterScan) => void,
  options: RunningOptions,
): Promise<EndedScan> {
  const publication = await publishing;
  const judged = { ...seen, findings: [...publication.findings, ...publication.vanished] };
  ended(judged);
  return toEnded(judged, publication, options);
}

function toInterrupted(account: string, region: string, cluster: string): ClusterScan {
  const target = { account, region, cluster };
  const coverage: Coverage = {
    ...target,
    outcome: "missed",
    why: "deadline",
    detail: "the run was ended before this cluster's turn",
  };
  return toUntouched(target, coverage);
}
