// What the packaged report function takes for so many clusters: their results are served from a bucket that makes each of
// one scanned cluster, and everything else from the emulated cloud.

import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { runKeys } from "../../lib/scan/run-store.ts";
import { startCloudProcess } from "../cloud-process.ts";
import { ENVIRONMENT, runStage, toChunks, type Shape } from "../organization/measure-stages.ts";
import { memoryMbOf } from "../organization/shipped.ts";
import type { CallerEnvironment } from "../../emulator/cloud.ts";
import { serveResults, type Written } from "./result-server.ts";

const [ACCOUNT, REGION, CLUSTER] = ["100000000000", "eu-central-1", "cluster-0"];
const RUN_ID = "2026-11-22T05-00-00-000Z-schedule";
const MEMORY_MB = memoryMbOf("report");
// As deploy/hub/report-node-options.cjs has it.
const NODE_OPTIONS = `--max-semi-space-size=16 --max-old-space-size=${Math.floor(MEMORY_MB * 0.85)}`;

export interface ReportCost extends Written {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly peakRssMb: number;
}

export interface ReportBench {
  /** A cluster's result, in JSON. */
  readonly template: string;
  measure(clusters: number): Promise<ReportCost>;
  close(): void;
}

/** The functions have been built. */
export async function openReportBench({
  namespaces,
  pods,
}: Pick<Shape, "namespaces" | "pods">): Promise<ReportBench> {
  const cloud = await startCloudProcess({
    scale: {
      accounts: 1,
      regionsPerAccount: 1,
      clusters: 1,
      namespacesPerCluster: namespaces,
      podsPerCluster: pods,
      policiesPerCluster: 2 * namespaces,
    },
    latencyMs: 0,
  });
  const caller = cloud.served.environment;
  const template = await scanOne(caller);
  return { template, measure: (clusters) => measure(clusters, template, caller), close: () => cloud.stop() };
}

async function scanOne(caller: CallerEnvironment): Promise<string> {
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

async function measure(clusters: number, template: string, caller: CallerEnvironment): Promise<ReportCost> {
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
  const written = await server.count();
  server.stop();
  const [event] = events;
  if (event === undefined) throw new Error("The function report gave nothing back");
  return { ...written, cpuMs: event.cpuMs, wallMs: event.wallMs, peakRssMb };
}
