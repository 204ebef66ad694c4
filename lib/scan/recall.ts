// What is known of a cluster's findings before a run adds to it: from the state, from the cluster that had the name
// before, and from Security Hub where the state is lost or speaks of another hub. Reads; tells nobody anything.

import type { AsffFinding } from "../model/asff.ts";
import { toFindingId } from "../model/finding-id.ts";
import { seen, type Observed } from "../model/observed.ts";
import { observeHubOff } from "./hub-off.ts";
import type { Observe } from "./observe.ts";
import type { HubSink, PublishContext } from "./publish.ts";
import { mergeRecords, toRebuiltRecords } from "./rebuild-records.ts";
import type { ObjectStore } from "./sources.ts";
import {
  findLatestPlaces,
  toRegionPrefix,
  toStateKey,
  type CloudTarget,
  type ClusterState,
  type FindingRecord,
  type StatePlace,
} from "./state.ts";
import { openStateSlot, type StateSlot } from "./state-slot.ts";

export interface Memory {
  readonly records: readonly FindingRecord[];
  /** null: no state is configured. */
  readonly slot: StateSlot | null;
  /** The state that the records come from; null: there was none. */
  readonly earlier: ClusterState | null;
  /** Who is to be told; null where Security Hub is off, or not wanted. */
  readonly sink: HubSink | null;
}

export type Recalled = Memory | "superseded" | "conflict";

export async function recall(
  place: StatePlace,
  sink: HubSink | null,
  context: PublishContext,
): Promise<Observed<Recalled>> {
  const remembered = await readState(place, context);
  if (!remembered.seen) return remembered;
  if (typeof remembered.value === "string") return seen(remembered.value);
  const { records, slot, earlier } = remembered.value;
  if (sink === null || slot?.state?.destination === sink.productArn)
    return seen({ records, slot, earlier, sink });
  const found = await listKnown(sink, place, context.observe);
  if (!found.seen) return found;
  if (found.value === "off") return seen({ records, slot, earlier, sink: null });
  return seen({ records: mergeRecords(records, toRebuiltRecords(found.value)), slot, earlier, sink });
}

async function readState(
  place: StatePlace,
  { store, observe }: PublishContext,
): Promise<Observed<Omit<Memory, "sink"> | "superseded" | "conflict">> {
  if (store === null) return seen({ records: [], slot: null, earlier: null });
  const keys = await listStateKeys(store, place, observe);
  if (!keys.seen) return keys;
  const key = toStateKey(place);
  const slot = await openStateSlot(store, key, keys.value.includes(key), observe);
  if (!slot.seen) return slot;
  const { state } = slot.value;
  if (state?.succeededBy !== undefined) return seen("superseded");
  if (state !== null) return seen({ records: state.findings, slot: slot.value, earlier: state });
  const others = keys.value.filter((other) => other !== key);
  const inherited = await inherit(store, place, findLatest(others, place.cluster), observe);
  if (!inherited.seen) return inherited;
  if (typeof inherited.value === "string") return seen(inherited.value);
  return seen({ records: inherited.value?.findings ?? [], slot: slot.value, earlier: inherited.value });
}

/**
 * The findings of the cluster that had this name before: this one's state takes them over and archives them. The old
 * state is closed first, so that a slow scan of the old cluster does not bring them back.
 */
async function inherit(
  store: ObjectStore,
  place: StatePlace,
  latest: StatePlace | null,
  observe: Observe,
): Promise<Observed<ClusterState | null | "superseded" | "conflict">> {
  if (latest === null) return seen(null);
  // A cluster that came after this one has the name now.
  if ((latest.createdAt ?? "") > (place.createdAt ?? "")) return seen("superseded");
  const slot = await openStateSlot(store, toStateKey(latest), true, observe);
  if (!slot.seen) return slot;
  const { state } = slot.value;
  if (state === null) return seen(null);
  const closed = await slot.value.write({ ...state, succeededBy: place.createdAt ?? "" });
  if (!closed.seen) return closed;
  return seen(closed.value === "conflict" ? "conflict" : state);
}

/** Of every cluster that ever had the name, and of those whose names begin with it. */
export function listStateKeys(
  store: ObjectStore,
  { account, region, cluster }: CloudTarget,
  observe: Observe,
): Promise<Observed<readonly string[]>> {
  return observe(() => store.listObjects(`${toRegionPrefix(account, region)}${cluster}-`));
}

/** The youngest cluster of this name that has a state and is not known to be gone. */
export function findLatest(keys: readonly string[], cluster: string): StatePlace | null {
  const latest = findLatestPlaces(keys).get(cluster);
  return latest === undefined || latest.gone ? null : latest.place;
}

/** `off`: Security Hub CSPM is not enabled there, so it shows nothing and takes nothing. */
function listKnown(
  sink: HubSink,
  place: StatePlace,
  observe: Observe,
): Promise<Observed<readonly AsffFinding[] | "off">> {
  return observe(async () => {
    const found = await observeHubOff(() => sink.listFindings(toIdPrefix(place)));
    return found.seen ? found.value : "off";
  });
}

/** `ringfence/<region>/<account>/<cluster>/`, whichever control and subject. */
export function toIdPrefix(place: StatePlace): string {
  const id = toFindingId({ ...place, controlId: "any", subject: { kind: "cluster", name: place.cluster } });
  return id.slice(0, id.lastIndexOf("any/"));
}
