// Which other runs are going on: each says so when it begins and when it ends, in two small objects. A run that found
// nothing new writes nothing, unless an older one is still going on that could publish its older view later.

import * as v from "valibot";
import { ScopeSchema, type Scope } from "../events.ts";
import { toDay } from "../model/day.ts";
import type { Observed } from "../model/observed.ts";
import type { Observe } from "./observe.ts";
import { putJson } from "./run-store.ts";
import type { ObjectStore } from "./sources.ts";
import { WIDE_REGION, type CloudTarget } from "./state.ts";

// No run's id begins so. The ids begin with the day, so that two listings find all that can still be going on.
const PREFIX = "runs/_running/";
const ENDED = ".ended.json";
const STARTED = ".started.json";

/** The state machine gives a run 23 hours; what said that it began and nothing more after that has died. */
const DEAD_MS = 24 * 3600 * 1000;

const StartedText = v.pipe(
  v.string(),
  v.parseJson(),
  v.strictObject({ startedAt: v.pipe(v.string(), v.isoTimestamp()), scope: ScopeSchema }),
);

interface RunningRun {
  readonly startedAt: string;
  readonly scope: Scope;
}

/** Before the run looks at anything. An empty scope is everything. */
export async function announceRun(store: ObjectStore, runId: string, run: RunningRun): Promise<void> {
  await putJson(store, `${PREFIX}${runId}${STARTED}`, run);
}

/** After all that it has to publish is published. */
export async function endRun(store: ObjectStore, runId: string): Promise<void> {
  await putJson(store, `${PREFIX}${runId}${ENDED}`, {});
}

export interface RunningContext {
  readonly runId: string;
  readonly observe: Observe;
  readonly now: () => Date;
}

/** Whether an older run than a look that began at `observedFrom` is going on and looks at that cluster, too. */
export type IsOverlapped = (target: CloudTarget, observedFrom: string) => Promise<boolean>;

/** Asks the store at most once for all looks that began before it was asked. */
export function watchRunning(store: ObjectStore, context: RunningContext): IsOverlapped {
  let latest: { readonly at: string; readonly runs: Promise<readonly RunningRun[] | null> } | null = null;
  return async (target, observedFrom) => {
    if (latest === null || latest.at <= observedFrom)
      latest = { at: context.now().toISOString(), runs: readRunning(store, context) };
    const runs = await latest.runs;
    // Nobody knows: then it is written down, which is never wrong.
    if (runs === null) return true;
    return runs.some(({ startedAt, scope }) => startedAt < observedFrom && covers(scope, target));
  };
}

function covers({ accounts, regions, clusters }: Scope, { account, region, cluster }: CloudTarget): boolean {
  if (region === WIDE_REGION) return true;
  const isIn = (names: readonly string[] | undefined, name: string): boolean =>
    names === undefined || names.includes(name);
  return isIn(accounts, account) && isIn(regions, region) && isIn(clusters, cluster);
}

/** null: the store did not say. */
async function readRunning(
  store: ObjectStore,
  { runId, observe, now }: RunningContext,
): Promise<readonly RunningRun[] | null> {
  const today = now();
  const yesterday = new Date(today.getTime() - DEAD_MS);
  const listed = await Promise.all(
    [yesterday, today].map((day) => observe(() => store.listObjects(`${PREFIX}${toDay(day)}`))),
  );
  const keys = listed.flatMap((one) => (one.seen ? one.value : []));
  if (listed.some(({ seen }) => !seen)) return null;
  const ended = new Set(keys.filter((key) => key.endsWith(ENDED)));
  const open = keys.filter(
    (key) =>
      key.endsWith(STARTED) &&
      key !== `${PREFIX}${runId}${STARTED}` &&
      !ended.has(`${key.slice(0, -STARTED.length)}${ENDED}`),
  );
  const read = await Promise.all(open.map((key) => observe(() => readStarted(store, key))));
  if (read.some(({ seen }) => !seen)) return null;
  return read
    .flatMap((run: Observed<RunningRun | null>) => (run.seen && run.value !== null ? [run.value] : []))
    .filter(({ startedAt }) => today.getTime() - Date.parse(startedAt) < DEAD_MS);
}

/** null: no text of a run. */
async function readStarted(store: ObjectStore, key: string): Promise<RunningRun | null> {
  const object = await store.getObject(key);
  if (object === null) return null;
  const parsed = v.safeParse(StartedText, object.body);
  return parsed.success ? parsed.output : null;
}
