// How large the estate is: what was seen in a scan, or what somebody says of it. Pure. Counts only what is said of
// findings; what could not be looked at is not in it, and makes the estimate a lower bound.

import type { ReportView } from "../model/report.ts";
import type { Finding } from "../model/finding.ts";
import type { Coverage } from "../model/target.ts";

/** Findings that one Security Hub would hold. */
export interface Hub {
  /** Failed, unknown or exempt. */
  readonly open: number;
  readonly passed: number;
}

export interface Estate {
  readonly source: "scan" | "report" | "flags";
  /** False: something could not be looked at, so there is more. */
  readonly complete: boolean;
  readonly accounts: number;
  readonly clusters: number;
  readonly namespaces: number;
  /** Invocations of the scan function in one run. */
  readonly chunks: number;
  readonly hubs: readonly Hub[];
}

/** `homeRegion`: every finding of an account goes to this Region's hub. */
export function toEstate(
  report: ReportView,
  source: "scan" | "report",
  {
    homeRegion,
    clustersPerChunk,
  }: { readonly homeRegion: string | undefined; readonly clustersPerChunk: number },
): Estate {
  const { clusters, coverage, findings, complete } = report;
  const isLeftOut = (entry: Coverage): boolean => entry.region === null && entry.outcome === "skipped";
  const accounts = new Set(coverage.flatMap((entry) => (isLeftOut(entry) ? [] : (entry.account ?? []))));
  const perRegion = new Map<string, number>();
  let [amount, namespaces] = [0, 0];
  for (const { account, region, namespaces: own } of clusters) {
    const place = `${account}/${region}`;
    perRegion.set(place, (perRegion.get(place) ?? 0) + 1);
    amount += 1;
    namespaces += own.length;
  }
  return {
    source,
    complete,
    accounts: accounts.size,
    clusters: amount,
    namespaces,
    chunks: sum([...perRegion.values()].map((ofOne) => Math.ceil(ofOne / clustersPerChunk))),
    hubs: countHubs(findings, homeRegion),
  };
}

function countHubs(findings: Iterable<Finding>, homeRegion: string | undefined): readonly Hub[] {
  const perHub = new Map<string, { open: number; passed: number }>();
  for (const { account, region, cluster, status } of findings) {
    // What is about no single cluster goes to the scanner's own hub.
    const name = cluster === null ? "own" : `${account}/${homeRegion ?? region}`;
    const hub = perHub.get(name) ?? { open: 0, passed: 0 };
    perHub.set(name, hub);
    if (status === "pass") hub.passed += 1;
    else if (status !== "not-applicable") hub.open += 1;
  }
  return [...perHub.values()];
}

export interface Description {
  readonly accounts: number;
  /** Regions with clusters in each account. */
  readonly regions: number;
  /** In all. */
  readonly clusters: number;
  /** In each cluster. */
  readonly namespaces: number;
  /** Of the checks: from 0 to 1. */
  readonly openShare: number;
  readonly homeRegion: string | undefined;
  readonly checks: { readonly perCluster: number; readonly perNamespace: number };
  readonly clustersPerChunk: number;
}

/** Clusters spread evenly, and every check applies everywhere: an upper bound. */
export function describeEstate(description: Description): Estate {
  const { accounts, regions, clusters, namespaces, openShare, checks, clustersPerChunk } = description;
  const places = spread(clusters, accounts * regions).filter((amount) => amount > 0);
  const hubs = description.homeRegion === undefined ? places : spread(clusters, accounts);
  return {
    source: "flags",
    complete: true,
    accounts,
    clusters,
    namespaces: clusters * namespaces,
    chunks: sum(places.map((amount) => Math.ceil(amount / clustersPerChunk))),
    hubs: hubs.map((amount) => {
      const findings = amount * (checks.perCluster + namespaces * checks.perNamespace);
      const open = Math.ceil(findings * openShare);
      return { open, passed: findings - open };
    }),
  };
}

/** `amount` over `places`, as evenly as whole numbers allow. */
function spread(amount: number, places: number): readonly number[] {
  const least = Math.floor(amount / places);
  const more = amount - least * places;
  return Array.from({ length: places }, (_, index) => least + (index < more ? 1 : 0));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
