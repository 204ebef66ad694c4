// Makes a value once and hands it to everyone who asks, until it is due. Concurrent callers share one making;
// a failure is not kept.

export interface Perishable<T> {
  readonly value: T;
  /** Milliseconds since the epoch. */
  readonly freshUntilMs: number;
}

/** A value that proved useless before its time is handed in, and another one made, unless that was done already. */
export type Reused<T> = (useless?: unknown) => Promise<T>;

export function reuse<T>(make: () => Promise<Perishable<T>>, now: () => Date): Reused<T> {
  let current: { readonly made: Promise<Perishable<T>>; freshUntilMs: number; value?: T } | null = null;
  return async (useless) => {
    if (useless !== undefined && current?.value === useless) current = null;
    if (current === null || now().getTime() >= current.freshUntilMs)
      current = { made: make(), freshUntilMs: Number.POSITIVE_INFINITY };
    const entry = current;
    try {
      const { value, freshUntilMs } = await entry.made;
      entry.freshUntilMs = freshUntilMs;
      entry.value = value;
      return value;
    } catch (error) {
      if (current === entry) current = null;
      throw error;
    }
  };
}

/** Makes a value once per process; a failure is not kept. */
export function reuseForever<T>(make: () => Promise<T>): () => Promise<T> {
  const freshUntilMs = Number.POSITIVE_INFINITY;
  return reuse(
    async () => ({ value: await make(), freshUntilMs }),
    () => new Date(0),
  );
}
