// What one invocation of each stage takes: the packaged functions over a small organization in the emulated cloud, at
// two latencies. What grows with the latency is waiting, in round trips one after the other; the rest is CPU.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import type { CallerEnvironment } from "../../emulator/cloud.ts";
import { startCloudProcess } from "../cloud-process.ts";
import { toSpread } from "../spread.ts";
import type { StageRun } from "./stage-process.ts";

/** The stages of deploy/state-machine.asl.json, in their order. */
const STAGES = ["accounts", "discover", "plan", "scan", "report"] as const;
export type Stage = (typeof STAGES)[number];

export interface StageCost {
  /** Round trips that no other one runs beside: the wall time's growth with the latency. */
  readonly trips: number;
  readonly cpuMs: number;
  /** How much more CPU the first event of a process takes, for what is loaded late; 0 where each is the first. */
  readonly firstCpuMs: number;
  /** Of loading the function. */
  readonly initCpuMs: number;
  readonly peakRssMb: number;
  /** What each further account (accounts, plan) or cluster (report; but see organization.ts) adds. */
  readonly growth: { readonly cpuMs: number; readonly rssMb: number };
}

export type StageCosts = Readonly<Record<Stage, StageCost>>;

export interface Shape {
  readonly namespaces: number;
  readonly pods: number;
  readonly enabledRegions: number;
}

/** Two clusters in each account, in Regions of their own. */
export const SMALL = { accounts: 6, clusters: 12 } as const;
export const LARGE = { accounts: 40, clusters: 80 } as const;
/** Milliseconds before every answer. */
export const LATENCIES = { low: 40, high: 120 } as const;
/** As serverless.yml has it. */
export const ENVIRONMENT = {
  NODE_OPTIONS: "--max-semi-space-size=8",
  MALLOC_ARENA_MAX: "1",
  MALLOC_MMAP_THRESHOLD_: "131072",
  RINGFENCE_NAME: "ringfence-bench",
  RINGFENCE_ORGANIZATION: "true",
  RINGFENCE_SECURITY_HUB: "true",
  RINGFENCE_BUCKET: "ringfence-prod-100000000000-eu-central-1",
};
const ROOT = join(import.meta.dirname, "../..");

export async function measureStages(shape: Shape, rounds: number): Promise<StageCosts> {
  execFileSync(process.execPath, ["build.mjs", "lambda"], { cwd: ROOT });
  const low = await runRounds(shape, SMALL, rounds, LATENCIES.low);
  const high = await runRounds(shape, SMALL, rounds, LATENCIES.high);
  const large = await runRounds(shape, LARGE, 1, 0);
  const toCost = (stage: Stage): StageCost => toStageCost(stage, low, high, large);
  return {
    accounts: toCost("accounts"),
    discover: toCost("discover"),
    plan: toCost("plan"),
    scan: toCost("scan"),
    report: toCost("report"),
  };
}

type Rounds = Readonly<Record<Stage, readonly StageRun[]>>;

async function runRounds(
  { enabledRegions, namespaces, pods }: Shape,
  { accounts, clusters }: { readonly accounts: number; readonly clusters: number },
  rounds: number,
  latencyMs: number,
): Promise<Rounds> {
  const cloud = await startCloudProcess({
    scale: {
      accounts,
      regionsPerAccount: enabledRegions,
      clusters,
      namespacesPerCluster: namespaces,
      podsPerCluster: pods,
      policiesPerCluster: 2 * namespaces,
    },
    latencyMs,
  });
  // The first run makes the server build its objects and imports every finding; the later ones find nothing new.
  await runOnce(cloud.served.environment, 0, accounts);
  const runs: Readonly<Record<Stage, StageRun>>[] = [];
  for (let round = 1; round <= rounds; round += 1)
    runs.push(await runOnce(cloud.served.environment, round, accounts));
  cloud.stop();
  const of = (stage: Stage): readonly StageRun[] => runs.map((run) => run[stage]);
  return {
    accounts: of("accounts"),
    discover: of("discover"),
    plan: of("plan"),
    scan: of("scan"),
    report: of("report"),
  };
}

async function runOnce(
  caller: CallerEnvironment,
  round: number,
  accountCount: number,
): Promise<Readonly<Record<Stage, StageRun>>> {
  const runId = `2026-11-22T05-${String(round).padStart(2, "0")}-00-000Z-schedule`;
  const fire = (stage: Stage, events: readonly unknown[]) => runStage(stage, events, caller);
  const bucket = ENVIRONMENT.RINGFENCE_BUCKET;
  const accounts = await fire("accounts", [
    { runId, trigger: "schedule", scope: {}, waitSeconds: 0, bucket },
  ]);
  // As emulator/worlds/scale.ts numbers them.
  const ids = Array.from({ length: accountCount }, (_, index) => String(100_000_000_000 + index));
  const discover = await fire(
    "discover",
    ids.map((account) => ({ runId, account, scope: {} })),
  );
  const plan = await fire("plan", [{ runId }]);
  const scan = await fire(
    "scan",
    discover.events.flatMap(({ result }) => toChunks(result)),
  );
  const report = await fire("report", [{ runId, trigger: "schedule" }]);
  return { accounts, discover, plan, scan, report };
}

export function toChunks(result: unknown): readonly unknown[] {
  const chunks: unknown =
    typeof result === "object" && result !== null ? Reflect.get(result, "chunks") : null;
  return Array.isArray(chunks) ? chunks : [];
}

/** `caller`: credentials, and what else is to be otherwise in its environment. */
export async function runStage(stage: Stage, events: readonly unknown[], caller: object): Promise<StageRun> {
  const url = pathToFileURL(join(ROOT, "dist/lambda", stage, "index.mjs")).href;
  const script = join(import.meta.dirname, "stage-process.ts");
  const child = spawn(process.execPath, [script, url], {
    env: { PATH: process.env["PATH"], ...ENVIRONMENT, ...caller },
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.stdin.end(JSON.stringify(events));
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (code !== 0) throw new Error(`The function ${stage} ended with ${String(code)}`);
  // The metrics of a run go to standard output, too, one object in a line.
  const run: StageRun = JSON.parse(output.trim().split("\n").at(-1) ?? "null");
  return run;
}

function toStageCost(stage: Stage, low: Rounds, high: Rounds, large: Rounds): StageCost {
  const small = low[stage];
  const cpuMs = median(small.flatMap((run) => toWarm(run).map((event) => event.cpuMs)));
  const first = median(small.flatMap(({ events }) => events.slice(0, 1).map((event) => event.cpuMs)));
  const waited = leastWallMs(high[stage]) - leastWallMs(small);
  const rssMb = median(small.map(({ peakRssMb }) => peakRssMb));
  const more = {
    items: stage === "report" ? LARGE.clusters - SMALL.clusters : LARGE.accounts - SMALL.accounts,
    cpuMs: median(large[stage].flatMap((run) => toWarm(run).map((event) => event.cpuMs))) - cpuMs,
    rssMb: median(large[stage].map(({ peakRssMb }) => peakRssMb)) - rssMb,
  };
  return {
    trips: waited / (LATENCIES.high - LATENCIES.low),
    cpuMs,
    firstCpuMs: first - cpuMs,
    initCpuMs: median(small.map(({ init }) => init.cpuMs)),
    peakRssMb: rssMb,
    growth: { cpuMs: Math.max(0, more.cpuMs / more.items), rssMb: Math.max(0, more.rssMb / more.items) },
  };
}

/** The events of a warm process; of a stage that a run invokes once, its one. */
function toWarm({ events }: StageRun): StageRun["events"] {
  return events.length === 1 ? events : events.slice(1);
}

/** A busy machine only adds: the quietest round says most. */
function leastWallMs(runs: readonly StageRun[]): number {
  return Math.min(...runs.map((run) => median(toWarm(run).map(({ wallMs }) => wallMs))));
}

function median(values: readonly number[]): number {
  return toSpread(values).median;
}
