// A list in which equal values stand once, and what its entries cost.

export interface PackingTable<T> {
  readonly values: readonly T[];
  /** The place of the value, which is added where it is new. */
  indexOf(value: T): number;
}

/** `onAdded` is told the length of each new entry as JSON. */
export function createPackingTable<T>(onAdded: (length: number) => void): PackingTable<T> {
  const values: T[] = [];
  const indexes = new Map<string, number>();
  return {
    values,
    indexOf(value) {
      const key = JSON.stringify(value);
      const known = indexes.get(key);
      if (known !== undefined) return known;
      indexes.set(key, values.length);
      onAdded(key.length);
      return values.push(value) - 1;
    },
  };
}
