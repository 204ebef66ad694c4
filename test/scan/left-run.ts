// A distributed run as its stages left it, made from a report: one result for each cluster, in a store in memory whose
// use can be watched.

import { createHash } from "node:crypto";
import type { Report } from "../../lib/model/report.ts";
import { compareScopes } from "../../lib/model/scope-order.ts";
import type { Coverage } from "../../lib/model/target.ts";
import { compareCodeUnits } from "../../lib/model/code-units.ts";
import { parseScannedCluster, type ScannedCluster } from "../../lib/run-objects.ts";
import { openWitnesses } from "../../lib/scan/judge-exemptions.ts";
import { joinRun, openRun, type ReportOptions, type RunReport } from "../../lib/scan/report-run.ts";
import { runKeys } from "../../lib/scan/run-store.ts";
import type { ClusterScan } from "../../lib/scan/scan-cluster.ts";
import type { BulkStore } from "../../lib/scan/sources.ts";
import { toReport } from "../../lib/scan/to-report.ts";

export const RUN_ID = "2026-11-21T05-00-00-000Z-test";

const TOOL_VERSION = "1.2.3";
const now = (): Date => new Date("2026-11-21T06:00:00.000Z");

export interface WatchedStore extends BulkStore {
  readonly objects: Map<string, string>;
  /** Keys that were read, in order. */
  readonly reads: string[];
}

function openStore(objects = new Map<string, string>()): WatchedStore {
  const reads: string[] = [];
  const sorted = (prefix: string) =>
    [...objects]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, body]) => ({ key, bytes: Buffer.byteLength(body) }))
      .toSorted((a, b) => compareCodeUnits(a.key, b.key));
  return {
    objects,
    reads,
    async getObject(key) {
      reads.push(key);
      const body = await Promise.resolve(objects.get(key));
      return body === undefined ? null : { body, etag: toEtag(body) };
    },
    async putObject(key, body) {
      objects.set(key, await Promise.resolve(body));
      return toEtag(body);
    },
    listObjects: (prefix) => Promise.resolve(sorted(prefix).map(({ key }) => key)),
    listSizes: (prefix) => Promise.resolve(sorted(prefix)),
    async putPieces(key, pieces) {
      let text = "";
      for await (const piece of pieces) text += piece;
      objects.set(key, text);
    },
  };
}

function toEtag(body: string): string {
  return createHash("sha256").update(body).digest("hex");
}

type OfCluster = Coverage & { readonly account: string; readonly region: string; readonly cluster: string };

/** What was found of each cluster, as `scan` would leave it; the rest as the stages before it. */
export function leaveRun(report: Report, startedAt = report.startedAt): WatchedStore {
  const store = openStore();
  const keys = runKeys(RUN_ID);
  const put = (key: string, value: unknown) => void store.objects.set(key, JSON.stringify(value));
  const coverage = report.coverage.filter((entry) => !isOfCluster(entry));
  put(keys.accountCoverage, { startedAt, whole: true, coverage });
  store.objects.set(keys.accounts, "");
  for (const entry of report.coverage.filter(isOfCluster))
    put(keys.scanned(entry.account, entry.region, entry.cluster), toScanned(report, entry));
  return store;
}

function isOfCluster(entry: Coverage): entry is OfCluster {
  return entry.cluster !== null;
}

/** The report as one process would write it that has all results in memory. */
export function toWholeText(report: Report): string {
  const scans = report.coverage.filter(isOfCluster).map((entry): ClusterScan => {
    const scanned = parseScannedCluster(JSON.stringify(toScanned(report, entry)));
    if (scanned === null) throw new Error(`${entry.cluster} left what nobody can read`);
    return { ...scanned, target: entry, snapshot: null };
  });
  const { stats, clusters, findings, ...head } = toReport({
    scans,
    coverage: report.coverage.filter((entry) => !isOfCluster(entry)),
    startedAt: new Date(report.startedAt),
    cloud: null,
    options: { context: { now }, toolVersion: TOOL_VERSION },
  });
  return JSON.stringify({ ...head, clusters, findings, stats });
}

function toScanned({ clusters, findings }: Report, coverage: OfCluster): ScannedCluster {
  const cluster = clusters.find(
    ({ account, region, name }) => compareScopes({ account, region, cluster: name }, coverage) === 0,
  );
  // Through JSON, as it is in the bucket: what a scan wrote there is not the same objects.
  return JSON.parse(
    JSON.stringify({
      coverage,
      cluster: cluster ?? null,
      findings: findings.filter((finding) => compareScopes(finding, coverage) === 0),
      kubernetesRequests: 3,
      delivery: { sent: 1, failed: [] },
    }),
  );
}

export async function join(store: BulkStore, options: Partial<ReportOptions> = {}): Promise<RunReport> {
  const left = await openRun(RUN_ID, store);
  return joinRun(left, store, {
    now,
    toolVersion: TOOL_VERSION,
    judgeRun: ({ wide }) => wide,
    witnesses: openWitnesses([]),
    see: () => undefined,
    ...options,
  });
}

export async function readAll(pieces: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const piece of pieces) text += piece;
  return text;
}
