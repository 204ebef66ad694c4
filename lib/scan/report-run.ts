// The last stage of a distributed run: joins what the stages left in the bucket, and names what is missing.
// Expected minus present is `missed`: a stage that died without a word is seen here.

import type { Finding } from "../model/finding.ts";
import type { Report } from "../model/report.ts";
import type { Coverage } from "../model/target.ts";
import type { DiscoverOutput } from "../events.ts";
import { putJson, putJsonLines, runKeys } from "./run-store.ts";
import { toReport } from "./run-scan.ts";
import type { ScannedCluster } from "./scan-chunk.ts";
import type { ClusterScan } from "./scan-cluster.ts";
import type { ObjectStore } from "./sources.ts";

export interface RunReport {
  readonly report: Report;
  readonly missed: readonly Coverage[];
  readonly unpublished: readonly { readonly id: string; readonly code: string; readonly message: string }[];
}

export async function reportRun(
  runId: string,
  store: ObjectStore,
  options: { readonly now: () => Date; readonly startedAt: Date; readonly toolVersion: string },
): Promise<RunReport> {
  const keys = runKeys(runId);
  const expected = await readExpected(store, runId);
  const scanned = new Map<string, ScannedCluster>();
  for (const key of await store.listObjects(keys.scannedPrefix)) {
    const value = await readJson<ScannedCluster>(store, key);
    if (value !== null) scanned.set(key, value);
  }
  const lost = expected.clusters.filter(({ key }) => !scanned.has(key)).map(({ coverage }) => coverage);
  const scans = [...scanned.values()].map(toClusterScan);
  const report = toReport({
    scans,
    coverage: [...expected.coverage, ...lost],
    startedAt: options.startedAt,
    cloud: null,
    options: { context: { now: options.now }, toolVersion: options.toolVersion },
  });
  const missed = report.coverage.filter(({ outcome }) => outcome === "missed" || outcome === "partial");
  await putJson(store, keys.report, report);
  await putJsonLines(store, keys.missed, missed);
  return { report, missed, unpublished: [...scanned.values()].flatMap(({ delivery }) => delivery.failed) };
}

interface Expected {
  readonly coverage: readonly Coverage[];
  readonly clusters: readonly { readonly key: string; readonly coverage: Coverage }[];
}

async function readExpected(store: ObjectStore, runId: string): Promise<Expected> {
  const keys = runKeys(runId);
  const accountCoverage = await readJson<readonly Coverage[]>(store, keys.accountCoverage);
  const accounts = await readLines<{ account: string }>(store, keys.accounts);
  if (accountCoverage === null || accounts === null) return { coverage: [noAccounts()], clusters: [] };
  const discovered = await Promise.all(
    accounts.map(async ({ account }) => ({
      account,
      output: await readJson<DiscoverOutput>(store, keys.discovered(account)),
    })),
  );
  return {
    coverage: [
      ...accountCoverage,
      ...discovered.flatMap(({ account, output }) => output?.coverage ?? [notDiscovered(account)]),
    ],
    clusters: discovered.flatMap(({ account, output }) =>
      output === null
        ? []
        : output.chunks.flatMap(({ region, clusters }) =>
            clusters.map((cluster) => ({
              key: keys.scanned(account, region, cluster),
              coverage: notScanned(account, region, cluster),
            })),
          ),
    ),
  };
}

function noAccounts(): Coverage {
  const detail = "the run did not list its accounts; see the execution of the state machine";
  return { account: null, region: null, cluster: null, outcome: "missed", why: "incomplete", detail };
}

function notDiscovered(account: string): Coverage {
  const detail = "discovery of this account did not finish";
  return { account, region: null, cluster: null, outcome: "missed", why: "incomplete", detail };
}

function notScanned(account: string, region: string, cluster: string): Coverage {
  return {
    account,
    region,
    cluster,
    outcome: "missed",
    why: "incomplete",
    detail: "its scan did not finish",
  };
}

function toClusterScan({ coverage, cluster, findings, kubernetesRequests }: ScannedCluster): ClusterScan {
  const { account, region } = coverage;
  if (coverage.cluster === null) throw new Error("a scanned cluster's coverage names the cluster");
  const target = { account, region, cluster: coverage.cluster };
  return { target, coverage, snapshot: null, cluster, findings: findings as Finding[], kubernetesRequests };
}

/** Our own objects, written by an earlier stage of the same run: parsed, not validated again. null: absent. */
async function readJson<T>(store: ObjectStore, key: string): Promise<T | null> {
  const object = await store.getObject(key);
  return object === null ? null : (JSON.parse(object.body) as T);
}

async function readLines<T>(store: ObjectStore, key: string): Promise<readonly T[] | null> {
  const object = await store.getObject(key);
  if (object === null) return null;
  return object.body
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}
