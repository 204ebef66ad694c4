// An organization that nobody can rent for a test, simulated: a run of deploy/state-machine.asl.json over its accounts
// and clusters, against the documented quotas. Seeded, so that two runs print the same. Run: npm run bench:organization

import { readFileSync } from "node:fs";
import * as v from "valibot";
import { controls } from "../lib/controls/index.ts";
import { describeEstate } from "../lib/estimate/estate.ts";
import { estimate } from "../lib/estimate/estimate.ts";
import { DAYS_PER_MONTH, MODEL } from "../lib/estimate/prices.ts";
import { createRandom, simulateMap, type Simulated, type Task } from "./simulate-map.ts";
import { printTable } from "./spread.ts";

const ACCOUNTS = 5_000;
const REGIONS = 2;
const CLUSTERS = 10_000;
const NAMESPACES = 40;
const SEED = 20_261_122;

/** Quotas of one account and Region. Where AWS names none, what the product allows itself. */
const QUOTAS = {
  // Lambda quotas: 1,000 concurrent executions by default; functions scale by 1,000 every 10 seconds.
  lambdaConcurrency: 1_000,
  // Step Functions quotas: StateTransition bucket 800 a second outside of three large Regions.
  transitionsPerSecond: 800,
  // Distributed Map, Standard children: 100 starts a second.
  startsPerSecond: 100,
  // STS: 600 requests a second for each account and Region, by a secondary source [?]; charged to the caller.
  assumeRolePerSecond: 600,
} as const;

/** Those of a cluster by who measured it (bench/small-clusters.ts); the others are assumed. */
const [secondsPerCluster = 2] = process.argv.slice(2).map(Number);
const SECONDS = { accounts: 60, plan: 30, report: 60, coldStart: 1, perCluster: secondsPerCluster };
/** One in so many clusters is unreachable and waits for its whole deadline. */
const DEAD_EVERY = 200;
const DEAD_SECONDS = 120;
/** Clusters scanned at the same time by one invocation (limits.concurrency). */
const CONCURRENCY = 10;

/** Tried beside what is deployed: of discovering and of scanning. */
const WIDTHS = [
  [40, 80],
  [60, 120],
  [100, 200],
  [200, 400],
] as const;

const MapState = v.object({ MaxConcurrency: v.number() });
const Machine = v.object({ States: v.object({ DiscoverAccounts: MapState, ScanChunks: MapState }) });
const definition = new URL("../deploy/state-machine.asl.json", import.meta.url);
const { DiscoverAccounts, ScanChunks } = v.parse(
  Machine,
  JSON.parse(readFileSync(definition, "utf8")),
).States;

const random = createRandom(SEED);
/** Most take about the mean, some take several times as long. */
const vary = (mean: number): number => mean * (0.5 - 0.5 * Math.log(1 - random()));

const places = Array.from({ length: CLUSTERS }, (_, index) => index % (ACCOUNTS * REGIONS));
const perPlace = [...Map.groupBy(places, (place) => place).values()].map(({ length }) => length);
const chunks = perPlace.flatMap((clusters) => toChunks(clusters));
const discoveries = Array.from({ length: ACCOUNTS }, (): Task => ({ seconds: vary(MODEL.discoverSeconds) }));
const scans = chunks.map((clusters): Task => ({ seconds: toChunkSeconds(clusters) }));
const play = (tasks: readonly Task[], maxConcurrency: number) =>
  simulateMap(tasks, { ...QUOTAS, maxConcurrency, coldStartSeconds: SECONDS.coldStart });
const discover = play(discoveries, DiscoverAccounts.MaxConcurrency);
const scan = play(scans, ScanChunks.MaxConcurrency);

const toWall = (discovering: Simulated, scanning: Simulated): number =>
  SECONDS.accounts + discovering.seconds + SECONDS.plan + scanning.seconds + SECONDS.report;
const estate = describeEstate({
  accounts: ACCOUNTS,
  regions: REGIONS,
  clusters: CLUSTERS,
  namespaces: NAMESPACES,
  openShare: 0.2,
  homeRegion: undefined,
  checks: { perCluster: countOf("cluster"), perNamespace: countOf("namespace") },
  clustersPerChunk: MODEL.clustersPerChunk,
});
const chunkSeconds = scan.busySeconds / chunks.length;
const { running } = estimate(estate, { runsPerDay: 1, changedPerDay: 0.02, chunkSeconds });

console.log(
  `${ACCOUNTS} accounts × ${REGIONS} Regions, ${CLUSTERS} clusters, simulated with seed ${SEED}; not measured in AWS\n`,
);
const minutes = (seconds: number): string => (seconds / 60).toFixed(1);
const dollars = (perMonth: number): string => `$${(perMonth / DAYS_PER_MONTH).toFixed(2)}`;
printTable([
  ["figure", "value", "aim"],
  ["wall time, minutes", minutes(toWall(discover, scan)), "≤ 15"],
  [`discovering, MaxConcurrency ${DiscoverAccounts.MaxConcurrency}, minutes`, minutes(discover.seconds), ""],
  [`scanning, MaxConcurrency ${ScanChunks.MaxConcurrency}, minutes`, minutes(scan.seconds), ""],
  ["invocations of scan", String(chunks.length), ""],
  ["peak concurrent Lambdas", String(Math.max(discover.peak, scan.peak)), `≤ ${QUOTAS.lambdaConcurrency}`],
  [
    "peak AssumeRole a second",
    String(Math.max(discover.peakStarts, scan.peakStarts)),
    `≤ ${QUOTAS.assumeRolePerSecond}`,
  ],
  ["waits for a quota", String(discover.throttled + scan.throttled), "0"],
  ["cost of a day, one run", dollars(running.total), "≤ $2"],
  ["  of it Lambda", dollars(running.lambda), ""],
  ["  of it Step Functions", dollars(running.steps), ""],
  ["  of it S3, logs and what is fixed", dollars(running.s3 + running.logs + running.fixed), ""],
]);
console.log("\nWith another MaxConcurrency, all else equal\n");
printTable([
  ["of discovering", "of scanning", "wall time, minutes", "waits for a quota"],
  ...WIDTHS.map(([discovering, scanning]) => {
    const [first, second] = [play(discoveries, discovering), play(scans, scanning)];
    const waits = first.throttled + second.throttled;
    return [discovering, scanning, minutes(toWall(first, second)), waits].map(String);
  }),
]);
console.log(`
This rests on
* ${SECONDS.perCluster} s for a cluster (first argument) and ${MODEL.discoverSeconds} s for an account on the mean, half of it fixed and half exponential; ${SECONDS.coldStart} s more for each cold start;
* one cluster in ${DEAD_EVERY} that answers nobody and takes its deadline of ${DEAD_SECONDS} s;
* ${SECONDS.accounts} s for listing the accounts, ${SECONDS.plan} s for planning, ${SECONDS.report} s for the report: assumed, not measured;
* Lambda ${QUOTAS.lambdaConcurrency} at once, Step Functions ${QUOTAS.startsPerSecond} starts and ${QUOTAS.transitionsPerSecond} transitions a second, STS ${QUOTAS.assumeRolePerSecond} a second [?];
* EKS publishes no rates per call [?]: a chunk makes at most 5 calls at a time in its account and Region, and no two chunks of these sizes share one;
* Security Hub's 10 imports a second for each account and Region: each holds ${CLUSTERS / (ACCOUNTS * REGIONS)} cluster here, so a run needs one or two, and none waits;
* prices of lib/estimate/prices.ts, Security Hub's ingestion not in it.`);

function countOf(kind: "cluster" | "namespace"): number {
  return controls.filter(({ subject }) => subject === kind).length;
}

/** As lib/scan/discover-account.ts cuts them: of one account and Region, at most so many each. */
function toChunks(clusters: number): readonly number[] {
  const full = Array.from(
    { length: Math.floor(clusters / MODEL.clustersPerChunk) },
    () => MODEL.clustersPerChunk,
  );
  const rest = clusters % MODEL.clustersPerChunk;
  return rest === 0 ? full : [...full, rest];
}

/** Each of the lanes takes the next cluster when it is done with one. */
function toChunkSeconds(clusters: number): number {
  const lanes: number[] = Array.from({ length: CONCURRENCY }, () => 0);
  for (let index = 0; index < clusters; index += 1) {
    lanes.sort((a, b) => a - b);
    const seconds = random() < 1 / DEAD_EVERY ? DEAD_SECONDS : vary(SECONDS.perCluster);
    lanes[0] = (lanes[0] ?? 0) + seconds;
  }
  return Math.max(...lanes);
}
