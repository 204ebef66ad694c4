// The cloud API part of a scan: accounts, Regions, clusters, each cluster's description and add-on, beside the same
// calls made bare and together by the AWS SDK. Run: npm run bench:cloud-api [rounds] [clusters]

import { startCloudProcess } from "./cloud-process.ts";
import { type Measured, measure } from "./measured-process.ts";
import { formatSpread, printTable, toSpread } from "./spread.ts";

const [rounds = 5, clusters = 90] = process.argv.slice(2).map(Number);
const LATENCY_MS = 40;
/** limits.concurrency as it is by default. */
const CONCURRENCY = 10;
const scale = {
  accounts: 3,
  regionsPerAccount: 3,
  clusters,
  namespacesPerCluster: 1,
  podsPerCluster: 1,
  policiesPerCluster: 1,
};

const cloud = await startCloudProcess({ scale, latencyMs: LATENCY_MS });
const configuration = { organization: {} };
const discover = () => measure({ kind: "discovery", configuration }, cloud.served.environment);
const bare = () => measure({ kind: "calls", concurrency: CONCURRENCY, lists: [] }, cloud.served.environment);

// The first of each loads the modules from the disk.
await discover();
await bare();
await cloud.count();
const figures = { discovery: [] as Measured[], bare: [] as Measured[] };
let calls: Readonly<Record<string, number>> = {};
let bareCalls: Readonly<Record<string, number>> = {};
for (let round = 0; round < rounds; round += 1) {
  figures.bare.push(await bare());
  bareCalls = (await cloud.count()).awsCalls;
  figures.discovery.push(await discover());
  calls = (await cloud.count()).awsCalls;
}
cloud.stop();

const wall = (of: readonly Measured[]): readonly number[] => of.map(({ wallMs }) => wallMs);
const cpu = (of: readonly Measured[]): readonly number[] => of.map(({ cpuMs }) => cpuMs);
const ratios = (of: readonly number[], to: readonly number[]): string =>
  formatSpread(toSpread(of.map((value, round) => value / (to[round] ?? Number.NaN))));
console.log(
  `${clusters} clusters in ${scale.accounts} accounts × ${scale.regionsPerAccount} Regions, ${LATENCY_MS} ms latency, ${rounds} rounds (min / median / max); Node ${process.version}\n`,
);
printTable([
  ["figure", "value", "aim"],
  ["Ringfence, wall ms", formatSpread(toSpread(wall(figures.discovery)), 0), ""],
  ["bare SDK calls, wall ms", formatSpread(toSpread(wall(figures.bare)), 0), ""],
  ["Ringfence / bare, wall", ratios(wall(figures.discovery), wall(figures.bare)), "≤ 1.15"],
  ["Ringfence / bare, CPU", ratios(cpu(figures.discovery), cpu(figures.bare)), ""],
]);
console.log("");
printTable([
  ["call", "Ringfence", "bare"],
  ...[...new Set([...Object.keys(calls), ...Object.keys(bareCalls)])]
    .toSorted()
    .map((name) => [name, String(calls[name] ?? 0), String(bareCalls[name] ?? 0)]),
]);
