// One state object in the store: read once, written only where something changed, and only if nobody else wrote
// since. What the store could not do comes back as data; a conflict is not an error.

import { isDeepStrictEqual } from "node:util";
import { seen, unseen, type Observed } from "../model/observed.ts";
import { pack } from "./pack.ts";
import { createObserve, type Observe } from "./observe.ts";
import type { ObjectStore, Shelve } from "./sources.ts";
import { parseState, serializeState, type ClusterState } from "./state.ts";

export interface StateSlot {
  /** As it was read or last written; null: there is none, or its text is not a state. */
  readonly state: ClusterState | null;
  /** There is nothing to write. */
  holds(state: ClusterState): boolean;
  /** Gives `conflict` where somebody else wrote, and `unchanged` where there was nothing to write. */
  write(state: ClusterState): Promise<Observed<Written>>;
  /** The same as a last write that waits for the end of the run, and takes little memory until then. */
  prepare(state: ClusterState, shelve?: Shelve): () => Promise<Observed<Written>>;
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
    const written = await put({ store, key, etag, observe }, serializeState(next));
    if (!written.seen || written.value === "conflict") return written.seen ? seen("conflict") : written;
    state = next;
    etag = written.value.etag;
    return seen("written");
  };
  const holds = (next: ClusterState): boolean => state !== null && isSame(state, next);
  return seen({
    get state() {
      return state;
    },
    holds,
    touch,
    prepare: (next, shelve) =>
      holds(next)
        ? () => Promise.resolve(seen("unchanged"))
        : toPrepared({ store, key, etag, observe }, pack([serializeState(next)], shelve)),
    write: (next) => (holds(next) ? Promise.resolve(seen("unchanged")) : touch(next)),
  });
}

interface Place {
  readonly store: ObjectStore;
  readonly key: string;
  /** null: there is no such object. */
  readonly etag: string | null;
  readonly observe: Observe;
}

async function put(
  { store, key, etag, observe }: Place,
  text: string,
): Promise<Observed<{ readonly etag: string } | "conflict">> {
  const condition = etag === null ? ({ ifNoneMatch: "*" } as const) : { ifMatch: etag };
  const written = await observe(() => observeConflict(() => store.putObject(key, text, condition)));
  if (!written.seen) return written;
  return seen(written.value.seen ? { etag: written.value.value } : "conflict");
}

/** A function of its own, so that what it gives holds nothing of the slot. */
function toPrepared(place: Place, texts: Iterable<string>): () => Promise<Observed<Written>> {
  return async () => {
    const written = await put(place, [...texts].join(""));
    if (!written.seen) return written;
    return seen(written.value === "conflict" ? "conflict" : "written");
  };
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
