// Keeps calls under a documented rate: a burst at first, then evenly. Callers that ask at the same time queue up.

export interface TokenBucket {
  /** Resolves when the next call may be made. */
  take(): Promise<void>;
}

export interface TokenBucketOptions {
  readonly ratePerSecond: number;
  readonly burst: number;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export function createTokenBucket({ ratePerSecond, burst, nowMs, sleep }: TokenBucketOptions): TokenBucket {
  let tokens = burst;
  let filledAtMs = nowMs();
  return {
    async take() {
      const now = nowMs();
      tokens = Math.min(burst, tokens + ((now - filledAtMs) / 1000) * ratePerSecond);
      filledAtMs = now;
      // A negative number of tokens is the length of the queue: each caller reserves its place before it waits.
      tokens -= 1;
      if (tokens < 0) await sleep((-tokens / ratePerSecond) * 1000);
    },
  };
}
