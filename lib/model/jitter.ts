// How long to wait before asking again, so that those who were refused together do not come back together.
// Pure, but for the chance that a test may hand in.

/** At least half of `ms`, at most all of it. */
export function toBackoffMs(ms: number, random: () => number = Math.random): number {
  return ms * (0.5 + random() / 2);
}

/** Never sooner than was asked for, and up to a quarter later. */
export function toObedientMs(askedMs: number, random: () => number = Math.random): number {
  return askedMs * (1 + random() / 4);
}
