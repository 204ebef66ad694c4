// Findings of clusters that a run did not judge: nothing new is said of them and nothing archived, but Security Hub
// must not forget what is open only because nobody could look. Reads the state; opens a hub only where it is time.

import type { HubSink, Publication, PublishContext } from "./publish.ts";
import { publishFindings } from "./publish-findings.ts";
import { findLatest, listStateKeys } from "./recall.ts";
import { isFading } from "./sending.ts";
import type { ObjectStore } from "./sources.ts";
import { parseState, toStateKey, type CloudTarget, type StatePlace } from "./state.ts";

/** null: there is nothing to renew, or nobody knows. */
export async function publishUnseen(
  target: CloudTarget,
  openSink: () => Promise<HubSink | null>,
  context: PublishContext,
): Promise<Publication | null> {
  const { store, observe } = context;
  if (store === null) return null;
  const keys = await listStateKeys(store, target, observe);
  const place = keys.seen ? findLatest(keys.value, target.cluster) : null;
  if (place === null || !(await isAnyFading(store, place, context))) return null;
  const { keep: _, ...quiet } = context;
  const nothingSeen = {
    observedFrom: context.now().toISOString(),
    findings: [],
    isEmpty: () => false,
    whyGone: () => null,
  };
  return publishFindings(place, nothingSeen, await openSink(), quiet);
}

async function isAnyFading(
  store: ObjectStore,
  place: StatePlace,
  { observe, now }: PublishContext,
): Promise<boolean> {
  const object = await observe(() => store.getObject(toStateKey(place)));
  const state = object.seen && object.value !== null ? parseState(object.value.body) : null;
  return state?.findings.some((record) => isFading(record, now())) === true;
}
