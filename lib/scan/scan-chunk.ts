// Stage 4 of a distributed run: up to 20 clusters of one account and Region. Scans, publishes, keeps the details.
// Each cluster's result stands alone: one that fails, or finds no time, takes none of the others along.

import type { Chunk, ScanSummary } from "../events.ts";
import { unseen, type Unseen } from "../model/observed.ts";
import { toGoneCoverage } from "./coverage.ts";
import { describeAhead, type TargetDescription } from "./describe-target.ts";
import { NOTHING_TO_DELIVER, type Delivery, type Publication } from "./publish.ts";
import { runKeys } from "./run-store.ts";
import { scanCluster, toUntouched, type ClusterScan, type ScanContext } from "./scan-cluster.ts";
import type { AccountCloud, Entrance, ObjectStore } from "./sources.ts";
import { observeConflict } from "./state-slot.ts";
import { openTurns, type Join, type Turn } from "./turns.ts";

/** Keeps what a publication tells people, before the state forgets that it is news. */
export type Keep = (publication: Publication) => Promise<void>;

export interface ChunkOptions {
  readonly context: ScanContext;
  readonly store: ObjectStore;
  readonly concurrency: number;
  readonly publish: (
    account: AccountCloud,
    scan: ClusterScan,
    keep: Keep,
    turn: Turn,
  ) => Promise<Publication>;
  /** Proves that a cluster of which only the state knows is gone, and archives its findings. */
  readonly publishGone: (
    account: AccountCloud,
    region: string,
    cluster: string,
    keep: Keep,
    turn: Turn,
  ) => Promise<unknown>;
  /** Says again what Security Hub would forget of a cluster that nobody can look at. */
  readonly publishUnseen: (
    account: AccountCloud,
    region: string,
    cluster: string,
    turn: Turn,
  ) => Promise<unknown>;
  /** Absent: each cluster imports for itself. */
  readonly join?: Join;
}

export async function scanChunk(
  cloud: Pick<Entrance<AccountCloud>, "enterAccount">,
  chunk: Chunk,
  options: ChunkOptions,
): Promise<ScanSummary[]> {
  const entered = await options.context.observe(() => cloud.enterAccount(chunk.account));
  if (!entered.seen)
    return Promise.all(chunk.clusters.map((name) => missOne(chunk, name, entered, options.store)));
  const account = entered.value;
  const turns = openTurns(options.concurrency);
  const join = () => options.join?.(chunk.account, chunk.region) ?? null;
  const describe = (name: string) => describeAhead(account, chunk.region, name, options.context);
  const each = <T>(names: readonly string[], work: (name: string, turn: Turn) => Promise<T>): Promise<T[]> =>
    Promise.all(names.map((name) => turns.take(join(), NOTHING_BEFORE, (_, turn) => work(name, turn))));
  const [summaries] = await Promise.all([
    Promise.all(
      chunk.clusters.map((name) =>
        turns.take(
          join(),
          () => describe(name),
          (ahead, turn) => scanOne(account, chunk, { name, ahead, turn }, options),
        ),
      ),
    ),
    each(chunk.tombstones, (name, turn) => buryOne(account, chunk, name, options, turn)),
    each(chunk.unseen ?? [], (name, turn) => options.publishUnseen(account, chunk.region, name, turn)),
  ]);
  return summaries;
}

/** A result of its own, so that the report says why and not merely that there is none. */
async function missOne(
  chunk: Chunk,
  name: string,
  { why, detail }: Unseen,
  store: ObjectStore,
): Promise<ScanSummary> {
  const target = { account: chunk.account, region: chunk.region, cluster: name };
  const missed = toUntouched(target, { ...target, outcome: "missed", why, detail });
  await createKeep(store, chunk, name, missed)({ findings: [], vanished: [], delivery: NOTHING_TO_DELIVER });
  return toSummary(name, missed, NOTHING_TO_DELIVER);
}

const NOTHING_BEFORE = (): Promise<void> => Promise.resolve();

const NO_TIME = unseen("deadline", "the run was ended before this cluster's turn");

interface ClusterTurn {
  readonly name: string;
  readonly ahead: TargetDescription | null;
  readonly turn: Turn;
}

async function scanOne(
  account: AccountCloud,
  chunk: Chunk,
  { name, ahead, turn }: ClusterTurn,
  options: ChunkOptions,
): Promise<ScanSummary> {
  if (options.context.signal.aborted) return missOne(chunk, name, NO_TIME, options.store);
  const scan = await scanCluster(account, chunk.region, name, options.context, ahead);
  // Without the snapshot, which is large, and with which nothing here may wait for other clusters.
  const seen = { ...scan, snapshot: null };
  const keep = createKeep(options.store, chunk, name, seen);
  return summarize(name, seen, options.publish(account, scan, keep, turn));
}

async function summarize(
  name: string,
  seen: ClusterScan,
  publication: Promise<Publication>,
): Promise<ScanSummary> {
  const { findings, delivery } = await publication;
  return toSummary(name, { ...seen, findings }, delivery);
}

function buryOne(
  account: AccountCloud,
  chunk: Chunk,
  name: string,
  options: ChunkOptions,
  turn: Turn,
): Promise<unknown> {
  const target = { account: chunk.account, region: chunk.region, cluster: name };
  const keep: Keep = async (publication) => {
    if (publication.outcome === "superseded") return;
    const coverage = toGoneCoverage(target, publication);
    await createKeep(options.store, chunk, name, { coverage, cluster: null, kubernetesRequests: 0 })(
      publication,
    );
  };
  return options.publishGone(account, chunk.region, name, keep, turn);
}

/** The first outcome stands: where a run is repeated, what was news is not news any more. */
function createKeep(
  store: ObjectStore,
  { runId, account, region }: Chunk,
  name: string,
  seen: Pick<ClusterScan, "coverage" | "cluster" | "kubernetesRequests">,
): (told: Pick<Publication, "findings" | "vanished" | "delivery">) => Promise<void> {
  return async ({ findings, vanished, delivery }) => {
    const { coverage, cluster, kubernetesRequests } = seen;
    const details = { coverage, cluster, kubernetesRequests, findings: [...findings, ...vanished], delivery };
    const key = runKeys(runId).scanned(account, region, name);
    await observeConflict(() => store.putObject(key, JSON.stringify(details), { ifNoneMatch: "*" }));
  };
}

function toSummary(cluster: string, { coverage, findings }: ClusterScan, delivery: Delivery): ScanSummary {
  const counts = { fail: 0, unknown: 0, pass: 0, "not-applicable": 0, exempt: 0 };
  for (const { status } of findings) counts[status] += 1;
  const { outcome, why, detail } = coverage;
  return {
    cluster,
    outcome,
    ...(why === undefined ? {} : { why }),
    // The summary goes through Step Functions: at most 1 KB per cluster, the whole text is in S3.
    ...(detail === undefined ? {} : { detail: detail.slice(0, 300) }),
    findings: counts,
    unpublished: delivery.failed.length,
  };
}
