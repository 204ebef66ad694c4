// One state object in the store: read once, written only where something changed, and only if nobody else wrote
// since. What the store could not do comes back as data; a conflict is not an error.

import { isDeepStrictEqual } from "node:util";
import { seen, unseen, type Observed } from "../model/observed.ts";
import { createObserve, type Observe } from "./observe.ts";
import type { ObjectStore } from "./sources.ts";
import { parseState, serializeState, type ClusterState } from "./state.ts";

export interface StateSlot {
  /** As it was read or last written; null: there is none, or its text is not a state. */
  readonly state: ClusterState | null;
  /** There is nothing to write. */
  holds(state: ClusterState): boolean;
  /** Gives `conflict` where somebody else wrote, and `unchanged` where there was nothing to write. */
  write(state: ClusterState): Promise<Observed<Written>>;
  /** Writes also what only a later look tells apart. */
  touch(state: ClusterState): Promise<Observed<Written>>;
}

export type Written = "written" | "unchanged" | "conflict";

/** `exists` is what a listing said: S3 answers 403 for an absent key to callers that may not list the whole bucket. */
export async function openStateSlot(
  store: ObjectStore,
  key: string,
  exists: boolean,
  observe: Observe,
): Promise<Observed<StateSlot>> {
  const object = exists ? await observe(() => store.getObject(key)) : seen(null);
  if (!object.seen) return object;
  let state = object.value === null ? null : parseState(object.value.body);
  let etag = object.value?.etag ?? null;
  const touch = async (next: ClusterState): Promise<Observed<Written>> => {
    const condition = etag === null ? ({ ifNoneMatch: "*" } as const) : { ifMatch: etag };
    const written = await observe(() =>
      observeConflict(() => store.putObject(key, serializeState(next), condition)),
    );
    if (!written.seen) return written;
    if (!written.value.seen) return seen("conflict");
    state = next;
    etag = written.value.value;
    return seen("written");
  };
  const holds = (next: ClusterState): boolean => state !== null && isSame(state, next);
  return seen({
    get state() {
      return state;
    },
    holds,
    touch,
    write: (next) => (holds(next) ? Promise.resolve(seen("unchanged")) : touch(next)),
  });
}

/** A later look that saw the same is not worth a write. */
function isSame(state: ClusterState, next: ClusterState): boolean {
  return isDeepStrictEqual({ ...state, observedFrom: next.observedFrom }, next);
}

/** `PreconditionFailed` is the store's word for "somebody else wrote" (sources.ts). */
export const observeConflict = createObserve([
  (error) =>
    error instanceof Error && error.name === "PreconditionFailed"
      ? unseen("incomplete", "another run wrote the object in between")
      : null,
]);
