// One big cluster, scanned whole with verdicts, beside two floors of the same run: downloading and parsing its full
// pods, and the scan's own lists, in JSON, read bare. Run: npm run bench:big-cluster [rounds] [pods]

import { JSON_TYPE } from "../lib/kubernetes/http-exchange.ts";
import { startCloudProcess } from "./cloud-process.ts";
import { type List, type Measured, measure } from "./measured-process.ts";
import { formatSpread, printTable, toSpread } from "./spread.ts";

const [rounds = 5, pods = 100_000] = process.argv.slice(2).map(Number);
const scale = {
  accounts: 1,
  regionsPerAccount: 1,
  clusters: 1,
  namespacesPerCluster: pods / 20,
  podsPerCluster: pods,
  policiesPerCluster: pods / 5,
};
const FULL_PODS: List = { uri: "/api/v1/pods?limit=500", accept: JSON_TYPE };

for (const latencyMs of [0, 150]) {
  const cloud = await startCloudProcess({ scale, latencyMs, fatPods: true });
  const [cluster] = cloud.served.clusters;
  if (cluster === undefined) throw new Error("the world has one cluster");
  const configuration = {
    regions: [cluster.region],
    limits: { deadlineSeconds: 900, requestTimeoutMs: 120_000 },
  };
  const scan = () => measure({ kind: "scan", configuration, publish: false }, cloud.served.environment);
  const read = async (lists: readonly List[], unparsed?: true) => {
    // A round 150 ms away takes minutes, and a token is good for 15.
    const [cluster] = (await cloud.describe()).clusters;
    if (cluster === undefined) throw new Error("the world has one cluster");
    return measure({ kind: "lists", cluster, lists, ...(unparsed === true ? { unparsed } : {}) }, {});
  };

  // The first of each fills the server's cache of encoded pages, as an API server's own cache is filled.
  await scan();
  const { lists } = await cloud.count();
  const inJson = lists.map(toJsonList);
  const figures = {
    floor: [] as Measured[],
    bare: [] as Measured[],
    unparsed: [] as Measured[],
    scan: [] as Measured[],
    slowest: [] as number[],
  };
  await read([FULL_PODS]);
  await read(inJson);
  let counts = await cloud.count();
  for (let round = 0; round < rounds; round += 1) {
    if (latencyMs === 0) figures.floor.push(await read([FULL_PODS]));
    if (latencyMs === 0) figures.bare.push(await read(inJson));
    if (latencyMs === 0) figures.unparsed.push(await read(lists, true));
    else figures.slowest.push(await slowestOf(inJson, read));
    await cloud.count();
    figures.scan.push(await scan());
    counts = await cloud.count();
  }
  cloud.stop();
  report(latencyMs, figures, counts.connections, counts.clusterRequests.length);
}

/** The same list as the scan asked for, in JSON alone. */
function toJsonList({ uri, accept }: List): List {
  const clauses = accept.split(",").filter((clause) => clause.startsWith(JSON_TYPE));
  return { uri, accept: clauses.join(",") };
}

async function slowestOf(
  lists: readonly List[],
  read: (lists: readonly List[]) => Promise<Measured>,
): Promise<number> {
  const pods = lists.filter(({ uri }) => /^\/api\/v1\/pods\?|networkpolicies/.test(uri));
  const times: number[] = [];
  for (const list of pods) times.push((await read([list])).wallMs);
  return Math.max(...times);
}

function report(
  latencyMs: number,
  figures: {
    readonly floor: readonly Measured[];
    readonly bare: readonly Measured[];
    readonly unparsed: readonly Measured[];
    readonly scan: readonly Measured[];
    readonly slowest: readonly number[];
  },
  connections: number,
  requests: number,
): void {
  const ratios = (of: readonly number[], to: readonly number[]): string =>
    formatSpread(toSpread(of.map((value, round) => value / (to[round] ?? Number.NaN))));
  const wall = (of: readonly Measured[]): readonly number[] => of.map(({ wallMs }) => wallMs);
  const cpu = (of: readonly Measured[]): readonly number[] => of.map(({ cpuMs }) => cpuMs);
  const { scan, floor, bare, unparsed, slowest } = figures;
  console.log(
    `\n${pods} pods, ${scale.namespacesPerCluster} namespaces, ${scale.policiesPerCluster} policies, ${latencyMs} ms latency, ${scan.length} rounds (min / median / max); Node ${process.version}\n`,
  );
  printTable([
    ["figure", "value", "aim"],
    ["scan, wall ms", formatSpread(toSpread(wall(scan)), 0), ""],
    ["scan, CPU ms", formatSpread(toSpread(cpu(scan)), 0), ""],
    ["scan, peak RSS MB", formatSpread(toSpread(scan.map(({ peakRssMb }) => peakRssMb)), 0), "≤ 200"],
    ["TLS connections of a scan", String(connections), "one for each parallel list"],
    ["requests of a scan", String(requests), ""],
    ...(latencyMs === 0
      ? [
          ["floor (full pods), wall ms", formatSpread(toSpread(wall(floor)), 0), ""],
          ["floor (full pods), CPU ms", formatSpread(toSpread(cpu(floor)), 0), ""],
          ["scan / floor, wall", ratios(wall(scan), wall(floor)), "≤ 0.65"],
          ["scan / floor, CPU", ratios(cpu(scan), cpu(floor)), "≤ 0.65"],
          ["own lists in JSON read bare, wall ms", formatSpread(toSpread(wall(bare)), 0), ""],
          ["own lists in JSON read bare, CPU ms", formatSpread(toSpread(cpu(bare)), 0), ""],
          ["scan / bare, wall", ratios(wall(scan), wall(bare)), "≤ 1.2"],
          ["scan / bare, CPU", ratios(cpu(scan), cpu(bare)), "≤ 1.2"],
          ["own lists as asked, not even parsed, wall ms", formatSpread(toSpread(wall(unparsed)), 0), ""],
          ["own lists as asked, not even parsed, CPU ms", formatSpread(toSpread(cpu(unparsed)), 0), ""],
        ]
      : [
          ["slowest list alone, wall ms", formatSpread(toSpread(slowest), 0), ""],
          ["scan / slowest list", ratios(wall(scan), slowest), "≤ 1.3"],
        ]),
  ]);
}
