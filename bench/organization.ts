// An organization that nobody can rent for a test, simulated: a run of deploy/state-machine.asl.json over its accounts
// and clusters, with what each stage takes measured beforehand in this process' machine. Seeded.
// Run: npm run bench:organization [rounds]

import { controls } from "../lib/controls/index.ts";
import { describeEstate } from "../lib/estimate/estate.ts";
import { estimate } from "../lib/estimate/estimate.ts";
import { DAYS_PER_MONTH, MODEL, PRICES } from "../lib/estimate/prices.ts";
import {
  LARGE,
  LATENCIES,
  measureStages,
  SMALL,
  type StageCost,
  type StageCosts,
} from "./organization/measure-stages.ts";
import { memoryMbOf, WIDTHS } from "./organization/shipped.ts";
import {
  ASSUMED,
  CALM,
  CLUSTERS_PER_PLACE,
  createModel,
  QUOTAS,
  simulateRun,
  type Circumstances,
  type Organization,
  type SimulatedRun,
} from "./organization/simulate-run.ts";
import { openReportBench } from "./report/measure-report.ts";
import { printTable } from "./spread.ts";

const [rounds = 5] = process.argv.slice(2).map(Number);
const ACCOUNTS = 5_000;
const REGIONS = 2;
const CLUSTERS = 10_000;
const SHAPE = { namespaces: 40, pods: 400, enabledRegions: 17 } as const;
const SEED = 20_261_122;
const { clustersPerChunk } = MODEL;

/** One cluster in each Region of each account; and the same clusters in a few accounts, in full chunks. */
const SPREAD: Organization = {
  accounts: ACCOUNTS,
  clusters: CLUSTERS,
  places: ACCOUNTS * REGIONS,
  clustersPerChunk,
};
const DENSE: Organization = { ...SPREAD, places: CLUSTERS / CLUSTERS_PER_PLACE };

/** Between these the report grows only by what it reads: the page is as large as it may be. */
const [FEW, MANY] = [500, 2_000];

const measured = await measureStages(SHAPE, rounds);
const costs: StageCosts = { ...measured, report: await measureLargeReports(measured.report) };
const simulate = (circumstances: Partial<Circumstances> = {}, organization = SPREAD): SimulatedRun =>
  simulateRun(costs, organization, { ...CALM, ...circumstances }, SEED);
const shipped = simulate();

console.log(
  `${ACCOUNTS} accounts × ${REGIONS} Regions, ${CLUSTERS} clusters of ${SHAPE.namespaces} namespaces and ${SHAPE.pods} pods; simulated with seed ${SEED}, not measured in AWS. Node ${process.version}\n`,
);
printFigures();
console.log("\nWhat else could be\n");
printSensitivity();
console.log("\nWhat an invocation takes: measured here, packaged functions, unchanged clusters\n");
printCosts();
printSources();

function printFigures(): void {
  const { scan, discover, stages, chunks } = shipped;
  const { running, chunkSeconds } = toCost(shipped, SPREAD);
  const single = shipped.singleGbSeconds * PRICES.lambdaGbSecond;
  const perDay = (perMonth: number): string => dollars(perMonth / DAYS_PER_MONTH);
  const mostStarts = Math.max(discover.peakStarts, scan.peakStarts);
  printTable([
    ["figure", "value", "aim"],
    ["wall time, minutes", minutes(shipped.seconds), "≤ 15"],
    ["  accounts, seconds", stages.accounts.toFixed(0), ""],
    [`  discover, MaxConcurrency ${WIDTHS.discover}, seconds`, stages.discover.toFixed(0), ""],
    ["  plan, seconds", stages.plan.toFixed(0), ""],
    [`  scan, MaxConcurrency ${WIDTHS.scan}, seconds`, stages.scan.toFixed(0), ""],
    ["  report, seconds", stages.report.toFixed(0), ""],
    ["invocations of scan", String(chunks), ""],
    ["cold starts", String(discover.coldStarts + scan.coldStarts + 3), ""],
    ["peak concurrent Lambdas", String(Math.max(discover.peak, scan.peak)), `≤ ${QUOTAS.lambdaConcurrency}`],
    ["peak child starts a second", String(mostStarts), `≤ ${QUOTAS.startsPerSecond}`],
    ["peak AssumeRole a second", String(mostStarts), `≤ ${QUOTAS.assumeRolePerSecond}`],
    ["starts that waited for a quota", String(discover.throttled + scan.throttled), ""],
    ["memory of report, MB", reportMemoryMb().toFixed(0), `≤ ${memoryMbOf("report")}`],
    ["cost of a day, one run", dollars(running.total / DAYS_PER_MONTH + single), "≤ $2"],
    [`  Lambda, ${chunkSeconds} s a chunk`, perDay(running.lambda), ""],
    ["  Lambda of accounts, plan and report", dollars(single), ""],
    ["  Step Functions", perDay(running.steps), ""],
    ["  S3, logs and what is fixed", perDay(running.s3 + running.logs + running.fixed), ""],
  ]);
  console.log(
    `\nAll but the functions that run once: ringfence estimate --clusters ${CLUSTERS} --accounts ${ACCOUNTS} --regions ${REGIONS} --namespaces ${SHAPE.namespaces} --chunk-seconds ${chunkSeconds}`,
  );
}

/** A run of few clusters says little of many: its page grows with them. */
async function measureLargeReports(small: StageCost): Promise<StageCost> {
  const bench = await openReportBench(SHAPE);
  const few = await bench.measure(FEW);
  const many = await bench.measure(MANY);
  bench.close();
  const growth = {
    cpuMs: Math.max(0, many.cpuMs - few.cpuMs) / (MANY - FEW),
    rssMb: Math.max(0, many.peakRssMb - few.peakRssMb) / (MANY - FEW),
  };
  const before = FEW - SMALL.clusters;
  return {
    ...small,
    cpuMs: few.cpuMs - before * growth.cpuMs,
    peakRssMb: few.peakRssMb - before * growth.rssMb,
    growth,
  };
}

function reportMemoryMb(): number {
  const { peakRssMb, growth } = costs.report;
  return peakRssMb + growth.rssMb * (CLUSTERS - SMALL.clusters);
}

function printSensitivity(): void {
  const cases: readonly (readonly [string, Partial<Circumstances>, Organization?])[] = [
    ["as above", {}],
    ["clusters take twice as long", { slowness: 2 }],
    [`${3 * CALM.latencyMs} ms latency in place of ${CALM.latencyMs}`, { latencyMs: 3 * CALM.latencyMs }],
    ["both", { slowness: 2, latencyMs: 3 * CALM.latencyMs }],
    ["1 % of the chunks end at their deadline", { hangingShare: 0.01 }],
    ["1 % of the chunks are refused by Lambda three times", { refusedShare: 0.01 }],
    [`${CLUSTERS_PER_PLACE} clusters in each of ${DENSE.places} accounts and Regions`, {}, DENSE],
    ["MaxConcurrency 20 and 40", { widths: { discover: 20, scan: 40 } }],
    ["MaxConcurrency 40 and 80", { widths: { discover: 40, scan: 80 } }],
    ["MaxConcurrency 100 and 200", { widths: { discover: 100, scan: 200 } }],
  ];
  printTable([
    ["circumstances", "minutes", "scan, seconds", "starts that waited", "cost of a day"],
    ...cases.map(([name, circumstances, organization = SPREAD]) => {
      const run = simulate(circumstances, organization);
      const { running } = toCost(run, organization);
      const usd = running.total / DAYS_PER_MONTH + run.singleGbSeconds * PRICES.lambdaGbSecond;
      const waited = String(run.discover.throttled + run.scan.throttled);
      return [name, minutes(run.seconds), run.stages.scan.toFixed(0), waited, dollars(usd)];
    }),
  ]);
}

function printCosts(): void {
  const model = createModel(costs, CALM.latencyMs);
  printTable([
    [
      "stage",
      "round trips in a row",
      "CPU ms",
      "more in a cold one",
      "peak RSS MB",
      "seconds as a Lambda",
      "memory MB",
    ],
    ...(["accounts", "discover", "plan", "scan", "report"] as const).map((stage) => {
      const { trips, cpuMs, firstCpuMs, initCpuMs, peakRssMb } = costs[stage];
      const numbers = [trips.toFixed(1), cpuMs.toFixed(0), (firstCpuMs + initCpuMs).toFixed(0)];
      return [
        stage,
        ...numbers,
        peakRssMb.toFixed(0),
        model.seconds(stage).toFixed(2),
        String(memoryMbOf(stage)),
      ];
    }),
  ]);
}

/** As `ringfence estimate` has it, with whole seconds of a chunk. */
function toCost({ scan, chunks }: SimulatedRun, { accounts, places, clusters }: Organization) {
  const chunkSeconds = Math.ceil(scan.busySeconds / chunks);
  const estate = describeEstate({
    accounts,
    regions: Math.ceil(places / accounts),
    clusters,
    namespaces: SHAPE.namespaces,
    openShare: 0.2,
    homeRegion: undefined,
    checks: { perCluster: countOf("cluster"), perNamespace: countOf("namespace") },
    clustersPerChunk,
  });
  const { running } = estimate({ ...estate, chunks }, { runsPerDay: 1, changedPerDay: 0.02, chunkSeconds });
  return { running, chunkSeconds };
}

function countOf(kind: "cluster" | "namespace"): number {
  return controls.filter(({ subject }) => subject === kind).length;
}

function minutes(seconds: number): string {
  return (seconds / 60).toFixed(1);
}

function dollars(usd: number): string {
  return `$${usd.toFixed(2)}`;
}

function printSources(): void {
  const { growth } = costs.report;
  console.log(`
Measured in this run
* the table above: ${SMALL.accounts} accounts with ${SHAPE.enabledRegions} enabled Regions and ${SMALL.clusters} clusters, ${rounds} rounds at ${LATENCIES.low} and ${LATENCIES.high} ms latency; round trips are what the wall time grows by;
* the report's growth from ${FEW} to ${MANY} clusters, once: ${growth.cpuMs.toFixed(1)} ms CPU and ${(growth.rssMb * 1000).toFixed(0)} KB a cluster, laid out to ${CLUSTERS} in a straight line (npm run bench:report makes a report of them); plan's from ${SMALL.accounts} to ${LARGE.accounts} accounts: ${costs.plan.growth.cpuMs.toFixed(2)} ms an account.
Read from what is deployed
* MaxConcurrency ${WIDTHS.discover} and ${WIDTHS.scan} and the backoff of deploy/state-machine.asl.json; memory of serverless.yml; deadline and concurrency as the configuration has them by default.
Documented [D], or from a second source [?]
* a Lambda has memory / 1,769 MB of a vCPU [D], taken to be as fast as a core here [?]; ${QUOTAS.lambdaConcurrency} at once [D];
* Step Functions: ${QUOTAS.startsPerSecond} Standard children a second, ${QUOTAS.transitionsPerSecond} transitions a second [D]; STS ${QUOTAS.assumeRolePerSecond} a second [?];
* EKS: ${CLUSTERS_PER_PLACE} clusters for each account and Region by default [D], so at most ${CLUSTERS_PER_PLACE / clustersPerChunk} chunks share its rates, which are not published [?], with 5 calls at a time each;
* Security Hub: 10 imports a second, burst 30, for each account and Region [D]: a chunk without changes sends none, and one of new clusters some;
* prices of lib/estimate/prices.ts, Security Hub's ingestion not in it.
Assumed
* ${CALM.latencyMs} ms for each call, ${ASSUMED.handshakeTrips} round trips more for handshakes in each invocation, connections of warm functions not counted on;
* ${ASSUMED.sandboxSeconds} s for a new sandbox, ${ASSUMED.childSeconds} s of Step Functions for each child; half of a time is fixed and half exponential;
* one cluster in ${ASSUMED.deadEvery} answers nobody and takes its whole deadline; the accounts are in one unit.`);
}
