// The report of a run of thousands of clusters: the packaged function with its memory, over results in a bucket that are
// made of one scanned cluster; beside one JSON.parse of each of them, which any way to read them costs at least.
// Run: npm run bench:report [clusters…]

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { memoryMbOf } from "./organization/shipped.ts";
import { openReportBench, type ReportCost } from "./report/measure-report.ts";
import { printTable } from "./spread.ts";

const given = process.argv.slice(2).map(Number);
const SIZES = given.length === 0 ? [500, 2_000, 10_000] : given;
const SHAPE = { namespaces: 40, pods: 400 } as const;
/** Lambda gives a vCPU for so many megabytes (AWS Lambda, memory). */
const MB_PER_CPU = 1_769;
const DEADLINE_SECONDS = 900;
const MEMORY_MB = memoryMbOf("report");

execFileSync(process.execPath, ["build.mjs", "lambda"], { cwd: join(import.meta.dirname, "..") });
const bench = await openReportBench(SHAPE);
const parseMs = measureParse(bench.template);

console.log(
  `Clusters of ${SHAPE.namespaces} namespaces, ${(bench.template.length / 1000).toFixed(0)} KB a result; function report with ${MEMORY_MB} MB, once for each size; Node ${process.version}\n`,
);
const rows = [];
for (const clusters of SIZES) rows.push(toRow(clusters, await bench.measure(clusters)));
printTable([
  [
    "clusters",
    "peak RSS MB",
    "CPU s",
    "CPU ms a cluster",
    "CPU / JSON.parse",
    "as a Lambda, s",
    "wall s here",
    "reads",
    "report.json MB, parts",
    "report.html MB",
  ],
  ...rows,
]);
console.log(`
* aims: peak RSS ≤ ${MEMORY_MB} MB and ≤ ${DEADLINE_SECONDS} s as a Lambda, whatever the number of clusters;
* CPU / JSON.parse: to parsing each result once, ${parseMs.toFixed(2)} ms here;
* as a Lambda: the CPU at ${(MEMORY_MB / MB_PER_CPU).toFixed(2)} of a core as fast as this one [?], without waiting for S3;
* wall: with the bucket, which makes each result when it is asked for, on the same two cores.`);
bench.close();

/** Of one result, after some that warm up; milliseconds of CPU. */
function measureParse(template: string): number {
  for (let round = 0; round < 50; round += 1) JSON.parse(template);
  const before = process.cpuUsage();
  for (let round = 0; round < 200; round += 1) JSON.parse(template);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / 200;
}

function toRow(clusters: number, cost: ReportCost): readonly string[] {
  const { cpuMs, wallMs, peakRssMb, reads, parts, reportBytes, pageBytes } = cost;
  return [
    String(clusters),
    peakRssMb.toFixed(0),
    (cpuMs / 1000).toFixed(1),
    (cpuMs / clusters).toFixed(2),
    (cpuMs / clusters / parseMs).toFixed(1),
    (cpuMs / 1000 / (MEMORY_MB / MB_PER_CPU)).toFixed(0),
    (wallMs / 1000).toFixed(0),
    String(reads),
    `${(reportBytes / 1e6).toFixed(0)}, ${parts}`,
    (pageBytes / 1e6).toFixed(1),
  ];
}
