// Many small clusters in one process, beside the same calls made bare at the same concurrency, and what a tenth of the
// clusters takes of memory. Run: npm run bench:small-clusters [rounds] [clusters]

import { JSON_TYPE } from "../lib/kubernetes/http-exchange.ts";
import { METADATA_TYPE } from "../lib/kubernetes/list.ts";
import { startCloudProcess } from "./cloud-process.ts";
import { type List, type Measured, measure, TERMINAL } from "./measured-process.ts";
import { formatSpread, printTable, toSpread } from "./spread.ts";

const [rounds = 5, clusters = 1_000] = process.argv.slice(2).map(Number);
const LATENCY_MS = 40;
/** limits.concurrency as it is by default. */
const CONCURRENCY = 10;
const NAMESPACES = 40;
const PODS = 400;

interface Figures {
  readonly scan: readonly Measured[];
  readonly bare: readonly Measured[];
  readonly requestsPerCluster: number;
}

const some = await measureWorld(Math.ceil(clusters / 10));
const all = await measureWorld(clusters);

const of = (measured: readonly Measured[], figure: "wallMs" | "cpuMs" | "peakRssMb"): readonly number[] =>
  measured.map((one) => one[figure]);
const ratios = (values: readonly number[], to: readonly number[]): string =>
  formatSpread(toSpread(values.map((value, round) => value / (to[round] ?? Number.NaN))));
console.log(
  `${clusters} clusters of ${NAMESPACES} namespaces and ${PODS} pods, ${LATENCY_MS} ms latency, ${CONCURRENCY} at a time, settings of the terminal, ${rounds} rounds (min / median / max); Node ${process.version}\n`,
);
printTable([
  ["figure", "value", "aim"],
  ["scan, wall ms", formatSpread(toSpread(of(all.scan, "wallMs")), 0), ""],
  ["bare calls, wall ms", formatSpread(toSpread(of(all.bare, "wallMs")), 0), ""],
  ["scan / bare, wall", ratios(of(all.scan, "wallMs"), of(all.bare, "wallMs")), "≤ 1.25"],
  ["scan / bare, CPU", ratios(of(all.scan, "cpuMs"), of(all.bare, "cpuMs")), ""],
  [
    "scan, CPU ms per cluster",
    formatSpread(toSpread(of(all.scan, "cpuMs").map((ms) => ms / clusters)), 1),
    "",
  ],
  ["requests to each cluster", String(all.requestsPerCluster), ""],
  [`peak RSS MB, ${clusters} clusters`, formatSpread(toSpread(of(all.scan, "peakRssMb")), 0), ""],
  [
    `peak RSS MB, ${Math.ceil(clusters / 10)} clusters`,
    formatSpread(toSpread(of(some.scan, "peakRssMb")), 0),
    "",
  ],
  ["of the one to the other", ratios(of(all.scan, "peakRssMb"), of(some.scan, "peakRssMb")), "≤ 1.2"],
]);

async function measureWorld(amount: number): Promise<Figures> {
  const scale = {
    accounts: Math.min(50, amount),
    regionsPerAccount: 2,
    clusters: amount,
    namespacesPerCluster: NAMESPACES,
    podsPerCluster: PODS,
    policiesPerCluster: 2 * NAMESPACES,
  };
  const cloud = await startCloudProcess({ scale, latencyMs: LATENCY_MS });
  const configuration = { organization: {}, limits: { concurrency: CONCURRENCY } };
  const { environment } = cloud.served;
  const runScan = () => measure({ kind: "scan", configuration, publish: false }, environment, TERMINAL);
  // The first scan makes the server build its objects, and tells what a scan asks for.
  await runScan();
  const { clusterRequests } = await cloud.count();
  const lists = [...new Set(clusterRequests)].map(toList);
  const runBare = () => measure({ kind: "calls", concurrency: CONCURRENCY, lists }, environment, TERMINAL);
  const figures = { scan: [] as Measured[], bare: [] as Measured[] };
  for (let round = 0; round < rounds; round += 1) {
    figures.bare.push(await runBare());
    figures.scan.push(await runScan());
  }
  cloud.stop();
  return { ...figures, requestsPerCluster: clusterRequests.length / amount };
}

/** With the Accept header that a scan sends. */
function toList(uri: string): List {
  return { uri, accept: uri.startsWith("/api/v1/pods?") ? METADATA_TYPE : JSON_TYPE };
}
