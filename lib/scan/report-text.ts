// The report of a distributed run as JSON, piece by piece: of all clusters no more than some results are in memory.
// The same bytes as JSON.stringify of the whole would give.

import type { Finding } from "../model/finding.ts";
import type { Report } from "../model/report.ts";
import { compareScopes } from "../model/scope-order.ts";
import { type KnownResult, readAgain } from "./scanned-results.ts";
import type { ObjectStore } from "./sources.ts";

export type ReportHead = Omit<Report, "clusters" | "findings">;

export interface ReportParts {
  readonly head: ReportHead;
  readonly results: readonly KnownResult[];
  /** What is about no single cluster, in the report's order. */
  readonly wide: readonly Finding[];
}

export async function* toReportText(
  { head, results, wide }: ReportParts,
  store: ObjectStore,
): AsyncGenerator<string, void> {
  const { stats, trend, ...front } = head;
  yield `${JSON.stringify(front).slice(0, -1)},"clusters":[`;
  yield* separated(toClusterTexts(results, store));
  yield `],"findings":[`;
  yield* separated(toFindingTexts(results, wide, store));
  const back = JSON.stringify({ stats, trend }).slice(1);
  yield back === "}" ? "]}" : `],${back}`;
}

async function* toClusterTexts(results: readonly KnownResult[], store: ObjectStore): AsyncGenerator<string> {
  const reported = results.filter(({ counts }) => counts.clusters > 0);
  for await (const [, text] of readAgain(reported, store, ({ cluster }) => JSON.stringify(cluster)))
    yield text;
}

/** What is wider stands before what it is wider than. */
async function* toFindingTexts(
  results: readonly KnownResult[],
  wide: readonly Finding[],
  store: ObjectStore,
): AsyncGenerator<string> {
  const waiting = wide.values();
  let next = waiting.next();
  for await (const [{ target }, text] of readAgain(results, store, ({ findings }) => toItems(findings))) {
    for (; next.done !== true && compareScopes(next.value, target) <= 0; next = waiting.next())
      yield JSON.stringify(next.value);
    yield text;
  }
  for (; next.done !== true; next = waiting.next()) yield JSON.stringify(next.value);
}

/** "" where there are none. */
function toItems(values: readonly unknown[]): string {
  return JSON.stringify(values).slice(1, -1);
}

async function* separated(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let before = "";
  for await (const text of texts) {
    if (text === "") continue;
    yield before + text;
    before = ",";
  }
}
