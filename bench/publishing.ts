// What publishing 10,000 findings of 25 clusters of one account and Region takes, all of them new, 2 % changed or none:
// how many calls, and how long beside the bare imports at the documented rate. Run: npm run bench:publishing [rounds]

import { setTimeout as sleep } from "node:timers/promises";
import { startCloudProcess } from "./cloud-process.ts";
import { openManyClusters, type Failing } from "./publishing/many-clusters.ts";
import { formatSpread, printTable, toSpread } from "./spread.ts";

const [rounds = 5] = process.argv.slice(2).map(Number);
const LATENCY_MS = 40;
const CLUSTERS = 25;
const FINDINGS = 400;
const CHANGED_SHARE = 0.02;
const WRITES_OF_A_CHANGE = 2;
/** The emulated hub has the documented quota, too: both begin with a whole burst of 30, at 10 a second. */
const BURST_REFILL_MS = 3_500;

interface Spent {
  readonly wallMs: number;
  readonly cpuMs: number;
}

interface Round extends Spent {
  readonly imports: Spent;
  readonly states: Spent;
  readonly sent: number;
  readonly calls: Readonly<Record<string, number>>;
}

const cloud = await startCloudProcess({
  scale: {
    accounts: 1,
    regionsPerAccount: 1,
    clusters: 1,
    namespacesPerCluster: 1,
    podsPerCluster: 1,
    policiesPerCluster: 1,
  },
  latencyMs: LATENCY_MS,
});
const estate = await openManyClusters(cloud, { clusters: CLUSTERS, findings: FINDINGS });
const changed = FINDINGS * CHANGED_SHARE;
const all: Failing = () => true;
const fewRepaired: Failing = (index) => index >= changed;

const scenes = new Map<string, Round[]>([
  ["all new", []],
  ["2 % changed", []],
  ["none changed", []],
]);
// Once before, so that no round has to load and compile the clients.
await playRound(-1);
for (let round = 0; round < rounds; round += 1)
  for (const [name, played] of await playRound(round)) scenes.get(name)?.push(played);
cloud.stop();

console.log(
  `${CLUSTERS * FINDINGS} findings of ${CLUSTERS} clusters, ${LATENCY_MS} ms latency, 10 clusters at a time, ${rounds} rounds (min / median / max); Node ${process.version}\n`,
);
printTable([
  [
    "scene",
    "sent",
    "wall ms",
    "bare imports, wall ms",
    "to bare imports, wall",
    "to all of the calls bare, wall",
    "CPU",
  ],
  ...[...scenes].map(([name, played]) => toTimes(name, played)),
]);
console.log("\nCalls, in every round alike\n");
printTable([
  [
    "scene",
    "imports",
    "⌈sent / 100⌉",
    "reads of a state",
    "writes of states",
    "lists",
    "GetFindings",
    "all calls",
  ],
  ...[...scenes].map(([name, played]) => toCalls(name, played)),
]);

function toTimes(name: string, played: readonly Round[]): readonly string[] {
  const spread = (toNumber: (round: Round) => number, digits: number): string =>
    formatSpread(toSpread(played.map(toNumber)), digits);
  const ratio = (toNumber: (round: Round) => number): string =>
    played.some(({ sent }) => sent === 0) ? "no imports" : spread(toNumber, 2);
  return [
    name,
    [...new Set(played.map(({ sent }) => sent))].join(", "),
    spread(({ wallMs }) => wallMs, 0),
    spread(({ imports }) => imports.wallMs, 0),
    ratio(({ wallMs, imports }) => wallMs / imports.wallMs),
    spread(({ wallMs, imports, states }) => wallMs / (imports.wallMs + states.wallMs), 2),
    spread(({ cpuMs, imports, states }) => cpuMs / (imports.cpuMs + states.cpuMs), 2),
  ];
}

function toCalls(name: string, played: readonly Round[]): readonly string[] {
  const of = (toNumber: (round: Round) => number): string => [...new Set(played.map(toNumber))].join(", ");
  const count = (operation: string) => of(({ calls }) => calls[operation] ?? 0);
  return [
    name,
    count("securityhub.BatchImportFindings"),
    of(({ sent }) => Math.ceil(sent / 100)),
    count("s3.GetObject"),
    count("s3.PutObject"),
    count("s3.ListObjectsV2"),
    count("securityhub.GetFindings"),
    of(({ calls }) => Object.values(calls).reduce((sum, one) => sum + one, 0)),
  ];
}

async function playRound(round: number): Promise<ReadonlyMap<string, Round>> {
  const generation = `round-${round + 1}`;
  const first = await play(generation, all, WRITES_OF_A_CHANGE);
  const second = await play(generation, fewRepaired, WRITES_OF_A_CHANGE);
  const third = await play(generation, fewRepaired, 0);
  return new Map([
    ["all new", first],
    ["2 % changed", second],
    ["none changed", third],
  ]);
}

async function play(generation: string, failing: Failing, writes: number): Promise<Round> {
  await sleep(BURST_REFILL_MS);
  await cloud.count();
  const { result, ...spent } = await measure(() => estate.publish(generation, failing));
  const { awsCalls } = await cloud.count();
  // The same once more is as much work for the emulated hub, and changes nothing there.
  await sleep(BURST_REFILL_MS);
  const imports = await measure(() => estate.importBare(result.imported));
  const states = await measure(() => estate.touchStatesBare(generation, writes));
  return { ...spent, imports, states, sent: result.sent, calls: awsCalls };
}

async function measure<T>(work: () => Promise<T>): Promise<Spent & { readonly result: T }> {
  const startedMs = performance.now();
  const started = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(started);
  return { result, wallMs: performance.now() - startedMs, cpuMs: (user + system) / 1_000 };
}
