// The report of a run of thousands of clusters: the packaged function with its memory, over results in a bucket that are
// made of one scanned cluster; beside one JSON.parse of each of them, which any way to read them costs at least.
// Run: npm run bench:report [clusters…]

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { runKeys } from "../lib/scan/run-store.ts";
import { startCloudProcess } from "./cloud-process.ts";
import { ENVIRONMENT, runStage, toChunks } from "./organization/measure-stages.ts";
import { memoryMbOf } from "./organization/shipped.ts";
import { serveResults } from "./report/result-server.ts";
import { printTable } from "./spread.ts";

const given = process.argv.slice(2).map(Number);
const SIZES = given.length === 0 ? [500, 2_000, 10_000] : given;
const SHAPE = { namespaces: 40, pods: 400 } as const;
const [ACCOUNT, REGION, CLUSTER] = ["100000000000", "eu-central-1", "cluster-0"];
const RUN_ID = "2026-11-22T05-00-00-000Z-schedule";
/** Lambda gives a vCPU for so many megabytes (AWS Lambda, memory). */
const MB_PER_CPU = 1_769;
const DEADLINE_SECONDS = 900;
const MEMORY_MB = memoryMbOf("report");
// As deploy/hub/report-node-options.cjs has it.
const NODE_OPTIONS = `--max-semi-space-size=16 --max-old-space-size=${Math.floor(MEMORY_MB * 0.85)}`;

execFileSync(process.execPath, ["build.mjs", "lambda"], { cwd: join(import.meta.dirname, "..") });
const cloud = await startCloudProcess({
  scale: {
    accounts: 1,
    regionsPerAccount: 1,
    clusters: 1,
    namespacesPerCluster: SHAPE.namespaces,
    podsPerCluster: SHAPE.pods,
    policiesPerCluster: 2 * SHAPE.namespaces,
  },
  latencyMs: 0,
});
const caller = cloud.served.environment;
const template = await scanOne();
const parseMs = measureParse();

console.log(
  `Clusters of ${SHAPE.namespaces} namespaces, ${(template.length / 1000).toFixed(0)} KB a result; function report with ${MEMORY_MB} MB, once for each size; Node ${process.version}\n`,
);
const rows = [];
for (const clusters of SIZES) rows.push(await report(clusters));
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
cloud.stop();

async function scanOne(): Promise<string> {
  const bucket = ENVIRONMENT.RINGFENCE_BUCKET;
  await runStage(
    "accounts",
    [{ runId: RUN_ID, trigger: "schedule", scope: {}, waitSeconds: 0, bucket }],
    caller,
  );
  const discovered = await runStage("discover", [{ runId: RUN_ID, account: ACCOUNT, scope: {} }], caller);
  await runStage(
    "scan",
    discovered.events.flatMap(({ result }) => toChunks(result)),
    caller,
  );
  const client = new S3Client({
    region: REGION,
    endpoint: caller.AWS_ENDPOINT_URL,
    forcePathStyle: true,
    credentials: {
      accessKeyId: caller.AWS_ACCESS_KEY_ID,
      secretAccessKey: caller.AWS_SECRET_ACCESS_KEY,
      sessionToken: caller.AWS_SESSION_TOKEN,
    },
  });
  const Key = runKeys(RUN_ID).scanned(ACCOUNT, REGION, CLUSTER);
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
  if (Body === undefined) throw new Error("The scan left no result");
  return Body.transformToString("utf8");
}

/** Of one result, after some that warm up. */
function measureParse(): number {
  for (let round = 0; round < 50; round += 1) JSON.parse(template);
  const before = process.cpuUsage();
  for (let round = 0; round < 200; round += 1) JSON.parse(template);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / 200;
}

async function report(clusters: number): Promise<readonly string[]> {
  const server = await serveResults({
    runId: RUN_ID,
    clusters,
    template,
    account: ACCOUNT,
    region: REGION,
    cluster: CLUSTER,
    endpoint: caller.AWS_ENDPOINT_URL,
  });
  const { events, peakRssMb } = await runStage("report", [{ runId: RUN_ID, trigger: "schedule" }], {
    ...caller,
    AWS_ENDPOINT_URL: server.endpoint,
    NODE_OPTIONS,
  });
  const { reads, parts, reportBytes, pageBytes } = await server.count();
  server.stop();
  const [{ cpuMs, wallMs } = { cpuMs: NaN, wallMs: NaN }] = events;
  const each = cpuMs / clusters;
  return [
    String(clusters),
    peakRssMb.toFixed(0),
    (cpuMs / 1000).toFixed(1),
    each.toFixed(2),
    (each / parseMs).toFixed(1),
    (cpuMs / 1000 / (MEMORY_MB / MB_PER_CPU)).toFixed(0),
    (wallMs / 1000).toFixed(0),
    String(reads),
    `${(reportBytes / 1e6).toFixed(0)}, ${parts}`,
    (pageBytes / 1e6).toFixed(1),
  ];
}
