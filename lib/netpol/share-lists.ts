// Of equal lists there is one, so that what follows from a list is worked out once.

/** Equal: of the same values, in the same order. */
export function createListSharing<T extends object>(): (list: readonly T[]) => readonly T[] {
  const numberOf = createNumbering();
  const known = new Map<string, readonly T[]>();
  return (list) => {
    const key = list.map(numberOf).join(" ");
    const shared = known.get(key) ?? list;
    known.set(key, shared);
    return shared;
  };
}

/** Values in the order in which they are first asked about. */
export function createNumbering(): (value: object) => number {
  const numbers = new Map<object, number>();
  return (value) => {
    const number = numbers.get(value) ?? numbers.size;
    numbers.set(value, number);
    return number;
  };
}
