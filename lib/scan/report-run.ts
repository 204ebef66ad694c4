// The last stage of a distributed run: joins what the stages left in the bucket, and names what is missing.
// Expected minus present is `missed`: a stage that died without a word is seen here.

import pLimit from "p-limit";
import type { Report } from "../model/report.ts";
import type { Coverage } from "../model/target.ts";
import {
  parseAccountLines,
  parseAccountCoverage,
  parseDiscovered,
  parseScannedCluster,
  type ScannedCluster,
} from "../run-objects.ts";
import { joinDeliveries, type Delivery } from "./publish.ts";
import { putJson, putJsonLines, runKeys } from "./run-store.ts";
import type { ClusterScan } from "./scan-cluster.ts";
import type { ObjectStore } from "./sources.ts";
import { toReport, type JudgeRun } from "./to-report.ts";

/** S3 answers thousands of reads a second; the sockets and the memory of one Lambda are the limit. */
const READS_AT_ONCE = 32;

export interface RunReport {
  readonly report: Report;
  readonly missed: readonly Coverage[];
  /** False where the run's scope was narrower than the configuration's. */
  readonly isWhole: boolean;
  /** The accounts that were to be looked into; null: nobody could say. */
  readonly accounts: ReadonlySet<string> | null;
  /** Organizational units by account id, where the organization told them. */
  readonly unitPaths: ReadonlyMap<string, string>;
  /** What became of the findings of all clusters. */
  readonly delivery: Delivery;
}

export async function reportRun(
  runId: string,
  store: ObjectStore,
  options: { readonly now: () => Date; readonly toolVersion: string; readonly judgeRun: JudgeRun },
): Promise<RunReport> {
  const keys = runKeys(runId);
  const left = await openRun(store, keys.root);
  const expected = await readExpected(left, runId);
  const scanned = await readScanned(left, keys.scannedPrefix);
  const lost = expected.clusters.filter(({ key }) => !scanned.has(key)).map(({ coverage }) => coverage);
  const scans = [...scanned.values()].map(toClusterScan);
  const report = toReport({
    scans,
    coverage: [...expected.coverage, ...lost],
    startedAt: expected.startedAt ?? options.now(),
    cloud: null,
    options: {
      context: { now: options.now },
      toolVersion: options.toolVersion,
      exemptions: { isWhole: expected.isWhole, judgeRun: options.judgeRun },
    },
  });
  const missed = report.coverage.filter(({ outcome }) => outcome === "missed" || outcome === "partial");
  await putJson(store, keys.report, report);
  await putJsonLines(store, keys.missed, missed);
  const delivery = joinDeliveries([...scanned.values()].map((one) => one.delivery));
  return {
    report,
    missed,
    isWhole: expected.isWhole,
    accounts: expected.accounts,
    unitPaths: expected.unitPaths,
    delivery,
  };
}

/** What the stages left. One list tells what is there: whoever reads what is absent is answered 403 (find-object.ts). */
interface LeftByRun {
  readonly keys: readonly string[];
  /** null: no such object, or not one that a stage would write. */
  read<T>(key: string, parse: (text: string) => T | null): Promise<T | null>;
}

async function openRun(store: ObjectStore, root: string): Promise<LeftByRun> {
  const keys = await store.listObjects(root);
  const present = new Set(keys);
  return {
    keys,
    async read(key, parse) {
      const object = present.has(key) ? await store.getObject(key) : null;
      return object === null ? null : parse(object.body);
    },
  };
}

async function readScanned(left: LeftByRun, prefix: string): Promise<Map<string, ScannedCluster>> {
  const limit = pLimit(READS_AT_ONCE);
  const keys = left.keys.filter((key) => key.startsWith(prefix));
  const values = await Promise.all(keys.map((key) => limit(() => left.read(key, parseScannedCluster))));
  return new Map(keys.flatMap((key, index) => (values[index] ? [[key, values[index]] as const] : [])));
}

interface Expected {
  /** null: the run did not get as far as saying so. */
  readonly startedAt: Date | null;
  /** Nothing was left out that the configuration has in scope. */
  readonly isWhole: boolean;
  readonly accounts: ReadonlySet<string> | null;
  readonly unitPaths: ReadonlyMap<string, string>;
  readonly coverage: readonly Coverage[];
  readonly clusters: readonly { readonly key: string; readonly coverage: Coverage }[];
}

async function readExpected(left: LeftByRun, runId: string): Promise<Expected> {
  const keys = runKeys(runId);
  const accountCoverage = await left.read(keys.accountCoverage, parseAccountCoverage);
  const accounts = await left.read(keys.accounts, parseAccountLines);
  if (accountCoverage === null || accounts === null)
    return {
      startedAt: null,
      isWhole: false,
      accounts: null,
      unitPaths: new Map(),
      coverage: [noAccounts()],
      clusters: [],
    };
  const limit = pLimit(READS_AT_ONCE);
  const discovered = await Promise.all(
    accounts.map((account) =>
      limit(async () => ({ account, output: await left.read(keys.discovered(account), parseDiscovered) })),
    ),
  );
  const coverage = discovered.flatMap(({ account, output }) => output?.coverage ?? [notDiscovered(account)]);
  const chunks = discovered.flatMap(({ output }) => (output === null ? [] : output.chunks));
  return {
    startedAt: new Date(accountCoverage.startedAt),
    isWhole: accountCoverage.whole,
    unitPaths: new Map(Object.entries(accountCoverage.unitPaths ?? {})),
    accounts: new Set(accounts),
    coverage: [...accountCoverage.coverage, ...coverage],
    clusters: chunks.flatMap(({ account, region, clusters }) =>
      clusters.map((cluster) => ({
        key: keys.scanned(account, region, cluster),
        coverage: notScanned(account, region, cluster),
      })),
    ),
  };
}

function noAccounts(): Coverage {
  const detail = "the run did not list its accounts; see the execution of the state machine";
  return { account: null, region: null, cluster: null, outcome: "missed", why: "incomplete", detail };
}

function notDiscovered(account: string): Coverage {
  const detail = "discovery of this account left no readable result";
  return { account, region: null, cluster: null, outcome: "missed", why: "incomplete", detail };
}

function notScanned(account: string, region: string, cluster: string): Coverage {
  return {
    account,
    region,
    cluster,
    outcome: "missed",
    why: "incomplete",
    detail: "its scan left no readable result",
  };
}

function toClusterScan({ coverage, cluster, findings, kubernetesRequests }: ScannedCluster): ClusterScan {
  const { account, region, cluster: name } = coverage;
  const target = { account, region, cluster: name ?? "" };
  return { target, coverage, snapshot: null, cluster, findings, kubernetesRequests };
}
