// One run of the state machine over a large organization: the measured costs of the stages, laid out over its accounts
// and clusters. Pure, but for what it is given; every number that is no measurement says where it is from.

import { readEnvironment } from "../../lib/config/config-environment.ts";
import { createRandom, simulateMap, type MapQuotas, type Simulated, type Task } from "../simulate-map.ts";
import type { Stage, StageCosts } from "./measure-stages.ts";
import { memoryMbOf, SCAN_RETRY, WIDTHS } from "./shipped.ts";

/** Quotas of one account and Region. Where AWS names none, what the product allows itself. */
export const QUOTAS = {
  /** Lambda quotas [D]: 1,000 concurrent executions by default; functions scale by 1,000 every 10 seconds. */
  lambdaConcurrency: 1_000,
  /** Step Functions quotas [D]: StateTransition bucket 800 a second outside of three large Regions. */
  transitionsPerSecond: 800,
  /** Distributed Map, Standard children [D]: 100 starts a second. */
  startsPerSecond: 100,
  /** STS: 600 requests a second for each account and Region, by a secondary source [?]; charged to the caller. */
  assumeRolePerSecond: 600,
} as const;

/** Lambda, "Configure memory" [D]: at 1,769 MB a function has the equivalent of one vCPU. */
const MB_PER_VCPU = 1_769;
/** EKS service quotas [D]: clusters of one account and Region, unless a customer asked for more. */
export const CLUSTERS_PER_PLACE = 100;

export const ASSUMED = {
  /** Lambda makes an environment before the function's own code is loaded: nobody documents how long it takes. */
  sandboxSeconds: 0.5,
  /** Step Functions starts a child, invokes and notes its end; not documented either. */
  childSeconds: 0.5,
  /** The emulated cloud is met without TCP and TLS handshakes that wait: two round trips for each of three new hosts. */
  handshakeTrips: 6,
  /** One cluster in so many answers nobody, and takes its whole deadline. */
  deadEvery: 200,
  /** Accounts of a page of ListAccountsForParent (lib/aws/organizations.ts), objects of a page of S3. */
  accountsPerPage: 20,
  keysPerPage: 1_000,
  /** Objects that plan and report read at once (lib/scan/plan-chunks.ts, scanned-results.ts). */
  readsAtOnce: 32,
} as const;

const { concurrency: LANES, deadlineSeconds: DEADLINE_SECONDS } = readEnvironment({}, () => ({
  value: {},
  lineOf: () => null,
})).limits;

export interface Organization {
  readonly accounts: number;
  readonly clusters: number;
  /** Accounts and Regions that have clusters. */
  readonly places: number;
  readonly clustersPerChunk: number;
}

export interface Circumstances {
  readonly latencyMs: number;
  /** Of the measured CPU and waiting of a cluster. */
  readonly slowness: number;
  /** Of the chunks: those that end at their deadline, and those that Lambda refuses three times first. */
  readonly hangingShare: number;
  readonly refusedShare: number;
  readonly widths: { readonly discover: number; readonly scan: number };
}

export const CALM: Circumstances = {
  latencyMs: 40,
  slowness: 1,
  hangingShare: 0,
  refusedShare: 0,
  widths: WIDTHS,
};

export interface SimulatedRun {
  readonly seconds: number;
  readonly stages: Readonly<Record<Stage, number>>;
  readonly discover: Simulated;
  readonly scan: Simulated;
  readonly chunks: number;
  /** GB-seconds of accounts, plan and report, which lib/estimate leaves out. */
  readonly singleGbSeconds: number;
}

export function simulateRun(
  costs: StageCosts,
  organization: Organization,
  circumstances: Circumstances,
  seed: number,
): SimulatedRun {
  const { accounts, clusters } = organization;
  const { latencyMs, widths } = circumstances;
  const random = createRandom(seed);
  const model = createModel(costs, latencyMs);
  const once = (stage: Stage, items: number, trips: number): number =>
    model.coldSeconds(stage) +
    model.seconds(stage) +
    model.growthSeconds(stage, items) +
    model.waiting(trips);
  const chunks = toChunks(organization);
  const discoveries = Array.from({ length: accounts }, () => toTask(vary(model.seconds("discover"), random)));
  const scans = chunks.map((size) => toChunkTask(size, model, circumstances, random));
  const play = (stage: "discover" | "scan", tasks: readonly Task[]): Simulated =>
    simulateMap(tasks, toQuotas(widths[stage], model.coldSeconds(stage)));
  const discover = play("discover", discoveries);
  const scan = play("scan", scans);
  const { accountsPerPage, keysPerPage, readsAtOnce } = ASSUMED;
  const readTrips = (objects: number): number => objects / readsAtOnce + objects / keysPerPage;
  const stages = {
    accounts: once("accounts", accounts, accounts / accountsPerPage),
    discover: discover.seconds,
    plan: once("plan", accounts, readTrips(accounts)),
    scan: scan.seconds,
    report: once("report", clusters, readTrips(accounts) + READS_OF_A_RESULT * readTrips(clusters)),
  };
  const single = (["accounts", "plan", "report"] as const).map((stage) => stages[stage] * toGb(stage));
  return {
    seconds: Object.values(stages).reduce((sum, seconds) => sum + seconds, 0),
    stages,
    discover,
    scan,
    chunks: chunks.length,
    singleGbSeconds: single.reduce((sum, gbSeconds) => sum + gbSeconds, 0),
  };
}

/** To check it, for the report's clusters, and for its findings (lib/scan/report-text.ts). */
const READS_OF_A_RESULT = 3;

function toGb(stage: Stage): number {
  return memoryMbOf(stage) / 1_024;
}

function toQuotas(maxConcurrency: number, coldStartSeconds: number): MapQuotas {
  return { ...QUOTAS, maxConcurrency, coldStartSeconds };
}

function toTask(seconds: number): Task {
  return { seconds, waitSeconds: ASSUMED.childSeconds };
}

/** Most take about the mean, some take several times as long. */
function vary(mean: number, random: () => number): number {
  return mean * (0.5 - 0.5 * Math.log(1 - random()));
}

/** What was measured on this machine, as a Lambda with its share of a vCPU would take it. */
export function createModel(costs: StageCosts, latencyMs: number) {
  const cpu = (stage: Stage, cpuMs: number): number =>
    cpuMs / 1_000 / Math.min(1, memoryMbOf(stage) / MB_PER_VCPU);
  const waiting = (trips: number): number => (trips * latencyMs) / 1_000;
  return {
    waiting,
    cpuSeconds: (stage: Stage): number => cpu(stage, costs[stage].cpuMs),
    /** One warm invocation: of discover for one account, of scan for one cluster. */
    seconds: (stage: Stage): number =>
      waiting(costs[stage].trips + ASSUMED.handshakeTrips) + cpu(stage, costs[stage].cpuMs),
    growthSeconds: (stage: Stage, items: number): number => cpu(stage, costs[stage].growth.cpuMs * items),
    coldSeconds: (stage: Stage): number =>
      ASSUMED.sandboxSeconds + cpu(stage, costs[stage].initCpuMs + costs[stage].firstCpuMs),
  };
}

type Model = ReturnType<typeof createModel>;

/** As lib/scan/discover-account.ts cuts them: of one account and Region, at most so many each. */
function toChunks({ clusters, places, clustersPerChunk }: Organization): readonly number[] {
  return Array.from({ length: places }, (_, place) => {
    const here = Math.floor(clusters / places) + (place < clusters % places ? 1 : 0);
    return Array.from({ length: Math.ceil(here / clustersPerChunk) }, (_chunk, index) =>
      Math.min(clustersPerChunk, here - index * clustersPerChunk),
    );
  }).flat();
}

function toChunkTask(
  size: number,
  model: Model,
  { slowness, hangingShare, refusedShare }: Circumstances,
  random: () => number,
): Task {
  // Each of the lanes takes the next cluster when it is done with one; the CPU is one for all of them.
  const lanes = Array.from({ length: Math.min(LANES, size) }, () => 0);
  for (let index = 0; index < size; index += 1) {
    lanes.sort((a, b) => a - b);
    const isDead = random() < 1 / ASSUMED.deadEvery;
    lanes[0] = (lanes[0] ?? 0) + (isDead ? DEADLINE_SECONDS : vary(slowness * model.seconds("scan"), random));
  }
  const busy = Math.max(...lanes, size * slowness * model.cpuSeconds("scan"));
  const seconds = random() < hangingShare ? Math.max(busy, DEADLINE_SECONDS) : busy;
  return { seconds, waitSeconds: ASSUMED.childSeconds + (random() < refusedShare ? toRefusals(random) : 0) };
}

/** Three refusals by Lambda, one after the other, with the machine's own backoff and full jitter. */
function toRefusals(random: () => number): number {
  const { IntervalSeconds, BackoffRate, MaxDelaySeconds } = SCAN_RETRY;
  const delays = [0, 1, 2].map((attempt) =>
    Math.min(MaxDelaySeconds, IntervalSeconds * BackoffRate ** attempt),
  );
  return delays.reduce((sum, delay) => sum + delay * random(), 0);
}
