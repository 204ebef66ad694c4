// How long each packaged handler takes from the start of its process until it could take an event, and the memory
// that it then holds, as ratios to Node with an empty module in the same run. Run: npm run bench:cold-start [rounds]

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { printTable, spreadOf } from "./spread.ts";

const DEFAULT_ROUNDS = 11;
const BARE = "bare node";
const EMPTY_MODULE = "data:text/javascript,";
/** Of process-to-ready to bare Node's; and of the resident memory. */
const READY_AIMS: Readonly<Record<string, number>> = { scan: 2.5 };
const READY_AIM = 3;
const MEMORY_AIM = 1.45;

/** What a function finds in Lambda, and nothing of this machine. Nothing is called before the first event. */
const ENVIRONMENT = {
  NODE_OPTIONS: "--max-semi-space-size=8",
  MALLOC_ARENA_MAX: "1",
  MALLOC_MMAP_THRESHOLD_: "131072",
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "example",
  RINGFENCE_BUCKET: "ringfence-example",
  RINGFENCE_STATE_MACHINE_ARN: "arn:aws:states:eu-central-1:111122223333:stateMachine:ringfence-example",
  RINGFENCE_ACCOUNTS: "111122223333",
  RINGFENCE_NAME: "ringfence-example",
};

interface Start {
  /** From before the process was made until its module was loaded. */
  readonly readyMs: number;
  readonly cpuMs: number;
  readonly rssMb: number;
}

async function start(url: string): Promise<Start> {
  const script = `await import(${JSON.stringify(url)});
    const readyAt = performance.timeOrigin + performance.now();
    const { user, system } = process.cpuUsage();
    const rss = process.memoryUsage.rss();
    process.stdout.write(JSON.stringify([readyAt, (user + system) / 1000, rss / 2 ** 20]));
    process.exit(0);`;
  const startedAt = performance.timeOrigin + performance.now();
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    env: ENVIRONMENT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (code !== 0) throw new Error(`${url} ended with ${String(code)}`);
  const [readyAt = 0, cpuMs = 0, rssMb = 0]: number[] = JSON.parse(output);
  return { readyMs: readyAt - startedAt, cpuMs, rssMb };
}

/** One of each per round, so that a busy moment of the machine meets all of them. */
async function measure(modules: ReadonlyMap<string, string>, rounds: number): Promise<Map<string, Start[]>> {
  const starts = new Map([...modules.keys()].map((name): [string, Start[]] => [name, []]));
  // The first start of each reads the disk.
  for (const url of modules.values()) await start(url);
  for (let round = 0; round < rounds; round += 1)
    for (const [name, url] of modules) starts.get(name)?.push(await start(url));
  return starts;
}

function toRow(name: string, starts: readonly Start[], bare: readonly Start[]): string[] {
  const column = (key: keyof Start, of = starts) => of.map((each) => each[key]);
  // Of one round, which one busy moment of the machine meets as a whole.
  const ratio = (key: keyof Start) =>
    starts.map((each, round) => each[key] / (bare[round]?.[key] ?? Number.NaN));
  const readyAim = READY_AIMS[name] ?? READY_AIM;
  return [
    name,
    spreadOf(column("readyMs"), 0),
    name === BARE ? "1" : `${spreadOf(ratio("readyMs"))} (aim ${readyAim})`,
    spreadOf(ratio("cpuMs")),
    spreadOf(column("rssMb"), 0),
    name === BARE ? "1" : `${spreadOf(ratio("rssMb"))} (aim ${MEMORY_AIM})`,
  ];
}

function buildHandlers(): Map<string, string> {
  const root = join(import.meta.dirname, "..");
  execFileSync(process.execPath, ["build.mjs", "lambda"], { cwd: root });
  const folders = readdirSync(join(root, "dist/lambda"), { withFileTypes: true });
  const toUrl = (name: string) => pathToFileURL(join(root, "dist/lambda", name, "index.mjs")).href;
  return new Map(
    folders.filter((entry) => entry.isDirectory()).map(({ name }): [string, string] => [name, toUrl(name)]),
  );
}

const rounds = Number(process.argv[2] ?? DEFAULT_ROUNDS);
const starts = await measure(new Map([[BARE, EMPTY_MODULE], ...buildHandlers()]), rounds);
const bare = starts.get(BARE) ?? [];
console.log(
  `Node ${process.version}, ${availableParallelism()} cores, ${rounds} rounds; min / median / max\n`,
);
const head = ["handler", "process to ready, ms", "of bare", "CPU of bare", "RSS after init, MB", "of bare"];
printTable([head, ...[...starts].map(([name, of]) => toRow(name, of, bare))]);
