// The page of a distributed run: what a browser can open of its report. Of more clusters than that, those that stand
// worst; that there are others, and how they stand in numbers, it says.

import type { Finding } from "../model/finding.ts";
import type { ClusterReport } from "../model/report.ts";
import { addCounts, NOTHING_COUNTED } from "../model/run-counts.ts";
import { compareScopes } from "../model/scope-order.ts";
import { chooseWorst, MAX_PAGE_BYTES } from "../report/choose-worst.ts";
import { toCountedStanding } from "../report/cluster-order.ts";
import { toHtml } from "../report/html.ts";
import { mergeOrdered } from "../scan/pack.ts";
import type { ReportParts } from "../scan/report-text.ts";
import { readAgain } from "../scan/scanned-results.ts";
import type { ObjectStore } from "../scan/sources.ts";

export async function makePage(
  { head, results, wide }: ReportParts,
  store: ObjectStore,
  maxBytes = MAX_PAGE_BYTES,
): Promise<string> {
  const chosen = chooseWorst(results, ({ counts }) => toCountedStanding(counts), maxBytes);
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
