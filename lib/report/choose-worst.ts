// Which clusters a page shows of more than a browser opens: those that stand worst.

import { compareStandings, type Standing } from "./cluster-order.ts";

/** Of JSON: some 350 clusters of 40 namespaces. All of them are in memory, with the page, in 500 MB. */
export const MAX_PAGE_BYTES = 96_000_000;

/** Worst first until there is no more room; always one. */
export function chooseWorst<One extends { readonly bytes: number }>(
  all: readonly One[],
  toStanding: (one: One) => Standing,
  maxBytes: number,
): ReadonlySet<One> {
  const ranked = all
    .map((one) => ({ one, standing: toStanding(one) }))
    .toSorted((a, b) => compareStandings(a.standing, b.standing));
  const chosen = new Set<One>();
  let bytes = 0;
  for (const { one } of ranked) {
    bytes += one.bytes;
    if (bytes > maxBytes && chosen.size > 0) break;
    chosen.add(one);
  }
  return chosen;
}
