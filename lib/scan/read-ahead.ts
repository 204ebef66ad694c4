// Reads many objects in their order, some of them ahead, and never holds more than a bound of them: what a run of
// thousands of clusters left is read like this.

interface Sized {
  readonly bytes: number;
}

export interface Bounds {
  readonly objects: number;
  /** Of what is being read or waits. One that is longer than this is read alone. */
  readonly bytes: number;
}

/** Gives each value when its turn comes; a reading that fails ends all. */
export async function* readAhead<Item extends Sized, T>(
  items: readonly Item[],
  read: (item: Item) => Promise<T>,
  bounds: Bounds,
): AsyncGenerator<T, void> {
  const ahead: { readonly bytes: number; readonly reading: Promise<[PromiseSettledResult<T>]> }[] = [];
  let bytes = 0;
  let next = 0;
  const hasRoom = (item: Item): boolean =>
    ahead.length === 0 || (ahead.length < bounds.objects && bytes + item.bytes <= bounds.bytes);
  for (;;) {
    for (let item = items[next]; item !== undefined && hasRoom(item); item = items[next]) {
      next += 1;
      bytes += item.bytes;
      // Settled, because an error has to wait for its turn, which may never come.
      ahead.push({ bytes: item.bytes, reading: Promise.allSettled([read(item)]) });
    }
    const first = ahead.shift();
    if (first === undefined) return;
    const [settled] = await first.reading;
    if (settled.status === "rejected") throw settled.reason;
    yield settled.value;
    bytes -= first.bytes;
  }
}
