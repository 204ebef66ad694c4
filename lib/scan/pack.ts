// Lists that take little memory until they are read: the clusters of a big run wait like this for the report. Knows
// nothing of what they hold but that it is plain JSON.

import { deflateRawSync, inflateRawSync } from "node:zlib";
import { releaseMemory } from "../model/release-memory.ts";
import type { Shelve, Shelved } from "./sources.ts";

/** Measured: 240 KB of findings become 10 KB in 0.5 ms; higher levels take longer for a tenth less. */
const LEVEL = 1;

/** zlib keeps the last block of each call until a major garbage collection, so that one is small, or released. */
const CHUNK_SIZE = 4096;

/** Findings whose text mostly stays below the 128 KB from which on V8 keeps a text apart, and lets many wait. */
const BLOCK_LENGTH = 150;

/** A copy, because what is shelved is mostly a part of a larger block. */
class Copy implements Shelved {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = new Uint8Array(bytes);
  }

  take(): Uint8Array {
    return this.#bytes;
  }
}

export const shelveInMemory: Shelve = (bytes) => new Copy(bytes);

/**
 * A part of a list. Classes, because a run has one list after the other: an object literal with a generator takes 200
 * bytes for its function and the name and the context of that, a block 40.
 */
class Block<T> {
  readonly #shelved: Shelved;
  readonly #jsonBytes: number;

  constructor(values: readonly T[], shelve: Shelve) {
    const json = Buffer.from(JSON.stringify(values));
    this.#jsonBytes = json.length;
    this.#shelved = shelve(deflateRawSync(json, { level: LEVEL, chunkSize: CHUNK_SIZE }));
    releaseMemory(json);
  }

  unpack(): readonly T[] {
    // One block that holds it all, and a byte more for zlib to see that nothing follows.
    const chunkSize = Math.max(this.#jsonBytes + 1, CHUNK_SIZE);
    const inflated = inflateRawSync(this.#shelved.take(), { chunkSize });
    const values: readonly T[] = JSON.parse(inflated.toString("utf8"));
    releaseMemory(inflated);
    return values;
  }
}

/** Each reading makes the values anew. */
class Packed<T> implements Iterable<T> {
  readonly #blocks: readonly Block<T>[];

  constructor(values: readonly T[], shelve: Shelve) {
    this.#blocks = Array.from({ length: Math.ceil(values.length / BLOCK_LENGTH) }, (_, at) => {
      const first = at * BLOCK_LENGTH;
      return new Block(values.slice(first, first + BLOCK_LENGTH), shelve);
    });
  }

  *[Symbol.iterator](): Generator<T, void> {
    for (const block of this.#blocks) yield* block.unpack();
  }
}

/** May be read as often as one likes. */
export function pack<T>(values: readonly T[], shelve = shelveInMemory): Iterable<T> {
  return new Packed(values, shelve);
}

/** As given until it is packed, and read the same before and after. */
export class Packable<T> implements Iterable<T> {
  #values: Iterable<T>;

  constructor(values: readonly T[]) {
    this.#values = values;
  }

  pack(shelve = shelveInMemory): void {
    if (Array.isArray(this.#values)) this.#values = pack(this.#values, shelve);
  }

  *[Symbol.iterator](): Generator<T, void> {
    yield* this.#values;
  }
}

export function concatenate<T>(lists: readonly Iterable<T>[]): Iterable<T> {
  return {
    *[Symbol.iterator]() {
      for (const list of lists) yield* list;
    },
  };
}

/** Two lists in the same order as one; where they are equal, `first` comes first. */
export function mergeOrdered<T>(
  first: Iterable<T>,
  second: Iterable<T>,
  compare: (a: T, b: T) => number,
): Iterable<T> {
  return {
    *[Symbol.iterator]() {
      const early = Iterator.from(first);
      let next = early.next();
      for (const value of second) {
        for (; next.done !== true && compare(next.value, value) <= 0; next = early.next()) yield next.value;
        yield value;
      }
      for (; next.done !== true; next = early.next()) yield next.value;
    },
  };
}
