// A Distributed Map whose children each invoke one Lambda, as a discrete simulation: the next child starts when a
// place is free and the quotas let it. Pure; takes its randomness from a seed.

export interface Task {
  /** Of the invocation, without a cold start. */
  readonly seconds: number;
  /** Between the child's start and its end, but in no Lambda: paid by nobody, and it holds the place. */
  readonly waitSeconds: number;
}

export interface MapQuotas {
  readonly maxConcurrency: number;
  readonly lambdaConcurrency: number;
  readonly startsPerSecond: number;
  readonly transitionsPerSecond: number;
  /** Each invocation enters one account, once. */
  readonly assumeRolePerSecond: number;
  readonly coldStartSeconds: number;
}

export interface Simulated {
  readonly seconds: number;
  /** Of all invocations together. */
  readonly busySeconds: number;
  readonly peak: number;
  /** In any one second. */
  readonly peakStarts: number;
  readonly coldStarts: number;
  /** Starts that had a place and had to wait for a quota. */
  readonly throttled: number;
}

/** Started, invoked, done: what lib/estimate counts, too. */
const TRANSITIONS_PER_CHILD = 3;

export function simulateMap(tasks: readonly Task[], quotas: MapQuotas): Simulated {
  const { startsPerSecond, transitionsPerSecond, assumeRolePerSecond, coldStartSeconds } = quotas;
  const rate = Math.floor(
    Math.min(startsPerSecond, transitionsPerSecond / TRANSITIONS_PER_CHILD, assumeRolePerSecond),
  );
  const width = Math.min(quotas.maxConcurrency, quotas.lambdaConcurrency, tasks.length);
  // When each of the places is free again, and whether its Lambda is warm.
  const places = Array.from({ length: width }, () => ({ freeAt: 0, warm: false }));
  const starts: number[] = [];
  let busySeconds = 0;
  let throttled = 0;
  for (const { seconds, waitSeconds } of tasks) {
    const place = places.reduce((first, one) => (one.freeAt < first.freeAt ? one : first));
    // No more than `rate` in any second; the starts never go back in time.
    const allowedAt = (starts.at(-rate) ?? Number.NEGATIVE_INFINITY) + 1;
    const at = Math.max(place.freeAt, allowedAt);
    if (at > place.freeAt) throttled += 1;
    const lasts = seconds + (place.warm ? 0 : coldStartSeconds);
    place.freeAt = at + lasts + waitSeconds;
    place.warm = true;
    busySeconds += lasts;
    starts.push(at);
  }
  const perSecond = Map.groupBy(starts, (at) => Math.floor(at));
  return {
    seconds: Math.max(0, ...places.map(({ freeAt }) => freeAt)),
    busySeconds,
    peak: width,
    peakStarts: Math.max(0, ...[...perSecond.values()].map(({ length }) => length)),
    coldStarts: places.filter(({ warm }) => warm).length,
    throttled,
  };
}

/** Mulberry32: the same numbers from the same seed on every machine. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
