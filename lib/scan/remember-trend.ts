// The trend over the runs: one small object in the state, to which each run of the whole scope adds its point.

import { seen, unseen, type Observed } from "../model/observed.ts";
import type { TrendPoint } from "../model/trend.ts";
import { parseTrend } from "../run-objects.ts";
import { findObject } from "./find-object.ts";
import type { Observe } from "./observe.ts";
import type { ObjectStore } from "./sources.ts";
import { observeConflict } from "./state-slot.ts";

export const TREND_KEY = "state/trend.json";

/** Half a year of daily runs: 60 KB. */
export const MAX_POINTS = 180;
const MAX_BYTES = 1_000_000;
const MAX_ATTEMPTS = 5;

/**
 * All kept points, oldest first, with the one of this run. A run that is repeated replaces its point. What is no trend
 * is never overwritten: it may be a later version's.
 */
export async function rememberTrend(
  point: TrendPoint,
  store: ObjectStore,
  observe: Observe,
): Promise<Observed<readonly TrendPoint[]>> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const object = await observe(() => findObject(store, TREND_KEY, { maxBytes: MAX_BYTES }));
    if (!object.seen) return object;
    const known = object.value === null ? [] : parseTrend(object.value.body);
    if (known === null) return unseen("malformed", NOT_A_TREND);
    const points = withPoint(known, point);
    const condition =
      object.value === null ? ({ ifNoneMatch: "*" } as const) : { ifMatch: object.value.etag };
    const body = JSON.stringify({ schemaVersion: 1, points });
    const written = await observe(() => observeConflict(() => store.putObject(TREND_KEY, body, condition)));
    if (!written.seen) return written;
    if (written.value.seen) return seen(points);
  }
  return unseen("incomplete", `other runs wrote ${TREND_KEY} in between, ${MAX_ATTEMPTS} times`);
}

const NOT_A_TREND = `${TREND_KEY} is nothing that this version wrote; remove it to begin a new trend`;

function withPoint(known: readonly TrendPoint[], point: TrendPoint): readonly TrendPoint[] {
  return [...known.filter(({ startedAt }) => startedAt !== point.startedAt), point]
    .toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt))
    .slice(-MAX_POINTS);
}
