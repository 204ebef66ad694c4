// The storage's past: a list that was begun at a revision goes on at that revision until it is compacted.

import type { ObjectIndex } from "./object-index.ts";

export interface Revision {
  readonly number: number;
  readonly index: ObjectIndex;
}

// The real storage compacts by time (5 minutes); here by count, so that a long-lived world stays small.
const MAX_KEPT = 4;
// Any start will do; zero and one have meanings of their own as `resourceVersion`.
const FIRST_REVISION = 1000;

export class Revisions {
  #kept: Revision[];
  #compactAtNextContinue = false;

  /** The first index is asked for whenever it is needed: most clusters of a large world never are, or only once. */
  constructor(toFirstIndex: () => ObjectIndex) {
    this.#kept = [
      {
        number: FIRST_REVISION,
        get index() {
          return toFirstIndex();
        },
      },
    ];
  }

  get current(): Revision {
    const newest = this.#kept.at(-1);
    if (newest === undefined) throw new Error("a revision is always kept");
    return newest;
  }

  replace(index: ObjectIndex): void {
    this.#kept = [...this.#kept, { number: this.current.number + 1, index }].slice(-MAX_KEPT);
  }

  /** Every continue token that exists when the next one arrives is expired by then. */
  compactAtNextContinue(): void {
    this.#compactAtNextContinue = true;
  }

  /** The revision that a continue token names, or null where it has been compacted. */
  findForContinue(number: number): Revision | null {
    if (this.#compactAtNextContinue) {
      this.#compactAtNextContinue = false;
      this.#kept = [{ number: this.current.number + 1, index: this.current.index }];
    }
    return this.#kept.find((revision) => revision.number === number) ?? null;
  }
}
