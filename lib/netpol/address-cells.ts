// The addresses of one family, cut wherever a range begins or ends. Between two cuts lies a cell, whose addresses are
// all treated alike. A cell is claimed once, so that any number of ordered rules takes little more than to read them.

import { wholeSpace, type AddressRange, type Family } from "./address-range.ts";

/** Cells from the first up to the second, without that one. */
export type Span = readonly [from: number, end: number];

export interface AddressCells {
  readonly count: number;
  /** Of ranges that were among those that cut. */
  readonly spansOf: (ranges: readonly AddressRange[]) => readonly Span[];
  /** Of the cells with a mark. */
  readonly toRanges: (marks: Uint8Array) => readonly AddressRange[];
}

export function cutAddresses(family: Family, lists: Iterable<readonly AddressRange[]>): AddressCells {
  const cuts = new Set<bigint>();
  const cut = (ranges: readonly AddressRange[]): void => {
    for (const { from, to } of ranges) cuts.add(from).add(to + 1n);
  };
  cut(wholeSpace(family));
  for (const list of lists) cut(list);
  const borders = [...cuts].toSorted((a, b) => (a < b ? -1 : 1));
  const cellAt = new Map(borders.map((border, cell) => [border, cell]));
  const cellFrom = (address: bigint): number => {
    const cell = cellAt.get(address);
    if (cell === undefined) throw new Error("a range that has not cut");
    return cell;
  };
  return {
    count: borders.length - 1,
    spansOf: (ranges) => ranges.map(({ from, to }): Span => [cellFrom(from), cellFrom(to + 1n)]),
    toRanges: (marks) => toRanges(marks, borders),
  };
}

function toRanges(marks: Uint8Array, borders: readonly bigint[]): readonly AddressRange[] {
  const ranges: AddressRange[] = [];
  for (let from = marks.indexOf(1); from !== -1;) {
    const gap = marks.indexOf(0, from);
    const end = gap === -1 ? marks.length : gap;
    const [first, after] = [borders[from], borders[end]];
    if (first !== undefined && after !== undefined) ranges.push({ from: first, to: after - 1n });
    from = gap === -1 ? -1 : marks.indexOf(1, gap);
  }
  return ranges;
}

export interface Claims {
  /** Returns the cells that were still free. */
  readonly claim: (spans: readonly Span[]) => readonly number[];
  readonly release: (cells: readonly number[]) => void;
  readonly isEveryCellClaimed: () => boolean;
}

/** A free cell points to itself, a claimed one to a later cell: whoever passes shortens the way for the next. */
export function createClaims(count: number): Claims {
  const next = Int32Array.from({ length: count + 1 }, (_, cell) => cell);
  const isClaimed = new Uint8Array(count);
  let claimed = 0;
  const findFree = (from: number): number => {
    let free = from;
    while (next[free] !== free) free = next[free] ?? count;
    for (let cell = from; cell !== free;) {
      const after = next[cell] ?? free;
      next[cell] = free;
      cell = after;
    }
    return free;
  };
  return {
    claim: (spans) => {
      const cells: number[] = [];
      for (const [from, end] of spans)
        for (let cell = findFree(from); cell < end; cell = findFree(cell + 1)) {
          next[cell] = cell + 1;
          isClaimed[cell] = 1;
          cells.push(cell);
        }
      claimed += cells.length;
      return cells;
    },
    release: (cells) => {
      if (cells.length === 0) return;
      claimed -= cells.length;
      for (const cell of cells) isClaimed[cell] = 0;
      for (let cell = count - 1; cell >= 0; cell -= 1)
        next[cell] = isClaimed[cell] === 1 ? (next[cell + 1] ?? count) : cell;
    },
    isEveryCellClaimed: () => claimed === count,
  };
}
