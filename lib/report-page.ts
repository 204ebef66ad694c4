// The page of a distributed run: what a browser can open of its report. Of more clusters than that, those that stand
// worst; that there are others, and how they stand in numbers, it says.

import type { Finding } from "./model/finding.ts";
import type { ClusterReport } from "./model/report.ts";
import { addCounts, NOTHING_COUNTED } from "./model/run-counts.ts";
import { compareScopes } from "./model/scope-order.ts";
import { compareStandings, toCountedStanding } from "./report/cluster-order.ts";
import { toHtml } from "./report/html.ts";
import { mergeOrdered } from "./scan/pack.ts";
import type { ReportParts } from "./scan/report-text.ts";
import { readAgain, type KnownResult } from "./scan/scanned-results.ts";
import type { ObjectStore } from "./scan/sources.ts";

/** Of results: some 350 clusters of 40 namespaces. All of them are in memory, with the page, in 500 MB. */
const MAX_BYTES = 96_000_000;

export async function makePage(
  { head, results, wide }: ReportParts,
  store: ObjectStore,
  maxBytes = MAX_BYTES,
): Promise<string> {
  const chosen = chooseWorst(results, maxBytes);
  const clusters: ClusterReport[] = [];
  const ofClusters: Finding[] = [];
  const shown = results.filter((result) => chosen.has(result));
  for await (const [, scanned] of readAgain(shown, store, (one) => one)) {
    if (scanned.cluster !== null) clusters.push(scanned.cluster);
    for (const finding of scanned.findings) ofClusters.push(finding);
  }
  const findings = [...mergeOrdered(wide, ofClusters, compareScopes)];
  const beyond = results
    .filter((result) => !chosen.has(result))
    .reduce((sum, { counts }) => addCounts(sum, counts), NOTHING_COUNTED);
  return toHtml({ ...head, clusters, findings }, { beyond });
}

/** Worst first until there is no more room; always one. */
function chooseWorst(results: readonly KnownResult[], maxBytes: number): ReadonlySet<KnownResult> {
  const ranked = results
    .map((result) => ({ result, standing: toCountedStanding(result.counts) }))
    .toSorted((a, b) => compareStandings(a.standing, b.standing));
  const chosen = new Set<KnownResult>();
  let bytes = 0;
  for (const { result } of ranked) {
    bytes += result.bytes;
    if (bytes > maxBytes && chosen.size > 0) break;
    chosen.add(result);
  }
  return chosen;
}
