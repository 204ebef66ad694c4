// The page of a report that is read front to back, of any number of clusters: those that stand worst, as many as a
// browser opens, and the numbers of all. The same choice as of a distributed run (lib/publishing/report-page.ts).

import type { Finding } from "../model/finding.ts";
import type { ClusterReport, ReportView } from "../model/report.ts";
import { countRun } from "../model/run-counts.ts";
import { toScopeKey } from "../model/scope-order.ts";
import { chooseWorst, MAX_PAGE_BYTES } from "./choose-worst.ts";
import { type Standing, toStanding } from "./cluster-order.ts";
import { toHtml } from "./html.ts";

export function toBoundedPage(report: ReportView, maxBytes = MAX_PAGE_BYTES): string {
  const sizes = measureClusters(report);
  const chosen = chooseWorst([...sizes.values()], ({ standing }) => standing, maxBytes);
  const isShown = (key: string): boolean => {
    const size = sizes.get(key);
    return size === undefined || chosen.has(size);
  };
  const clusters: ClusterReport[] = [];
  const findings: Finding[] = [];
  const beyond = countRun({
    clusters: setAside(report.clusters, (cluster) => isShown(keyOfCluster(cluster)), clusters),
    findings: setAside(report.findings, (finding) => isShown(toScopeKey(finding)), findings),
  });
  return toHtml({ ...report, clusters, findings }, { beyond });
}

interface Size {
  standing: Standing;
  /** As JSON, near enough. */
  bytes: number;
}

/** By scope key. What is about no cluster is not in it. */
function measureClusters(report: ReportView): ReadonlyMap<string, Size> {
  const sizes = new Map<string, Size>();
  const sizeOf = (key: string): Size => {
    const size = sizes.get(key) ?? { standing: NOT_READ, bytes: 0 };
    sizes.set(key, size);
    return size;
  };
  for (const cluster of report.clusters) {
    const size = sizeOf(keyOfCluster(cluster));
    size.standing = toStanding(cluster);
    size.bytes += JSON.stringify(cluster).length;
  }
  for (const finding of report.findings)
    if (finding.cluster !== null) sizeOf(toScopeKey(finding)).bytes += JSON.stringify(finding).length;
  return sizes;
}

const NOT_READ = toStanding({ enforcement: null, namespaces: [] });

function keyOfCluster({ account, region, name }: ClusterReport): string {
  return toScopeKey({ account, region, cluster: name });
}

/** The others, one after the other. */
function* setAside<T>(values: Iterable<T>, isChosen: (value: T) => boolean, chosen: T[]): Generator<T, void> {
  for (const value of values)
    if (isChosen(value)) chosen.push(value);
    else yield value;
}
