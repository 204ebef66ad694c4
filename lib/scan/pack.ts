// Lists that take little memory until they are read: the clusters of a big run wait like this for the report. Knows
// nothing of what they hold but that it is plain JSON.

import { deflateRawSync, inflateRawSync } from "node:zlib";
import { releaseMemory } from "../model/release-memory.ts";
import type { Shelve } from "./sources.ts";

/** Measured: 240 KB of findings become 10 KB in 0.5 ms; higher levels take longer for a tenth less. */
const LEVEL = 1;

/** zlib keeps the last block of each call until a major garbage collection, so that one is small, or released. */
const CHUNK_SIZE = 4096;

/** Findings whose text mostly stays below the 128 KB from which on V8 keeps a text apart, and lets many wait. */
const BLOCK_LENGTH = 150;

/** A copy, because what is shelved is a part of a larger block. */
export const shelveInMemory: Shelve = (bytes) => {
  const copy = new Uint8Array(bytes);
  return () => copy;
};

/** May be read as often as one likes; each reading makes the values anew. */
export function pack<T>(values: readonly T[], shelve = shelveInMemory): Iterable<T> {
  const blocks: Iterable<T>[] = [];
  for (let at = 0; at < values.length; at += BLOCK_LENGTH)
    blocks.push(packBlock(values.slice(at, at + BLOCK_LENGTH), shelve));
  return concatenate(blocks);
}

function packBlock<T>(values: readonly T[], shelve: Shelve): Iterable<T> {
  const json = Buffer.from(JSON.stringify(values));
  const { length } = json;
  const take = shelve(deflateRawSync(json, { level: LEVEL, chunkSize: CHUNK_SIZE }));
  releaseMemory(json);
  return {
    *[Symbol.iterator]() {
      // One block that holds it all, and a byte more for zlib to see that nothing follows.
      const inflated = inflateRawSync(take(), { chunkSize: Math.max(length + 1, CHUNK_SIZE) });
      const unpacked: readonly T[] = JSON.parse(inflated.toString("utf8"));
      releaseMemory(inflated);
      yield* unpacked;
    },
  };
}

export interface Packable {
  pack(): void;
}

/** As given until it is packed, and read the same before and after. */
export function toPackable<T>(values: readonly T[], shelve = shelveInMemory): Iterable<T> & Packable {
  let held: readonly T[] | null = values;
  let packed: Iterable<T> = values;
  return {
    pack() {
      if (held !== null) packed = pack(held, shelve);
      held = null;
    },
    *[Symbol.iterator]() {
      yield* packed;
    },
  };
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
