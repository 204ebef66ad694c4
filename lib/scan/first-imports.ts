// How much of what Security Hub has never had is imported at once. Pure. What is over the bound is not lost: the state
// remembers it like any finding that was not taken, and it comes again with the next run.

import { SEVERITIES } from "../model/finding.ts";
import { isOpen } from "./change.ts";
import type { Outgoing } from "./sending.ts";
import type { FindingRecord } from "./state.ts";

export interface Bounded {
  /** In the order that it was given. */
  readonly now: readonly Outgoing[];
  readonly later: readonly Outgoing[];
}

/** `limit` null: no bound. What the hub has had already is no first import, and always sent. */
export function boundFirstImports(
  outgoing: readonly Outgoing[],
  remembered: readonly FindingRecord[],
  limit: number | null,
): Bounded {
  if (limit === null || outgoing.length <= limit) return { now: outgoing, later: [] };
  const records = new Map(remembered.map((record) => [record.id, record]));
  const ranked = outgoing
    .map((one) => ({ one, rank: toRank(one, records.get(one.finding.id) ?? null) }))
    .filter(({ rank }) => rank !== null)
    .toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
  const later = new Set(ranked.slice(limit).map(({ one }) => one));
  return {
    now: outgoing.filter((one) => !later.has(one)),
    later: outgoing.filter((one) => later.has(one)),
  };
}

/**
 * What is open, the worst first, and then what passes; behind them all what was refused before, or it would stand in
 * the others' way for ever.
 */
function toRank({ finding }: Outgoing, record: FindingRecord | null): number | null {
  const wasTaken = record !== null && record.confirmed !== null && record.undelivered !== true;
  if (wasTaken) return null;
  const wasRefused = record?.undelivered === true && record.postponed !== true;
  const group = wasRefused ? 2 : isOpen(finding.status) ? 0 : 1;
  return group * SEVERITIES.length + SEVERITIES.indexOf(finding.severity);
}
