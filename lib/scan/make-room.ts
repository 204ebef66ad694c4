// Between reading a large cluster and judging it: what reading left behind goes, so that the verdicts take its place.

import type { Snapshot } from "../model/snapshot.ts";

/** Reading these took half a second and more, and going through the whole heap takes a tenth of that. */
const MANY_PODS = 50_000;

/**
 * V8 goes through its whole heap when that has grown to four times of what lives, and so not between the lists and the
 * verdicts: of 100,000 pods 27 MB lay dead in it (2026-11).
 */
export function makeRoom({ facts: { pods } }: Pick<Snapshot, "facts">): void {
  if (pods.seen && pods.value.length >= MANY_PODS) collectGarbage();
}

/** Node has no other way to ask for it: only a context that is made while the flag is set has the function. */
function collectGarbage(): void {
  // Loaded where it is needed: 1.4 ms of each cold start.
  const { setFlagsFromString } = process.getBuiltinModule("node:v8");
  const { runInNewContext } = process.getBuiltinModule("node:vm");
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  setFlagsFromString("--no-expose-gc");
  if (typeof collect === "function") collect();
}
