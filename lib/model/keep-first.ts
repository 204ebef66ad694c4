// The first of very many by some order, without the others: what is shown of a list of which nobody knows how long it
// becomes.

export interface FirstOf<T> {
  add(item: T): void;
  /** In their order; of equal ones, who came first. */
  items(): readonly T[];
  /** How many more there were. */
  beyond(): number;
}

export function keepFirst<T>(max: number, compare: (a: T, b: T) => number): FirstOf<T> {
  let kept: readonly T[] = [];
  let waiting: T[] = [];
  let total = 0;
  const settle = (): readonly T[] => {
    if (waiting.length > 0) kept = [...kept, ...waiting].toSorted(compare).slice(0, max);
    waiting = [];
    return kept;
  };
  return {
    add(item) {
      total += 1;
      waiting.push(item);
      // Sorting as many as are kept costs each of them little.
      if (waiting.length > max) settle();
    },
    items: settle,
    beyond: () => Math.max(0, total - max),
  };
}
