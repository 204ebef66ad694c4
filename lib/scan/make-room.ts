// Between reading a large cluster and judging it: what reading left behind goes, so that the verdicts take its place.

import { collectGarbage } from "../model/collect-garbage.ts";
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
