// Keeps calls under a documented rate: a burst at first, then evenly. Callers that ask at the same time queue up,
// and all of them wait where the service has asked for patience.

/** Of the process, or of a test. */
export interface Clock {
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export interface Rate {
  readonly ratePerSecond: number;
  readonly burst: number;
}

export interface TokenBucket {
  /** Resolves when the next call may be made. */
  take(): Promise<void>;
  /** Nobody calls for so long: others, whom we cannot see, have used up the quota. */
  hold(milliseconds: number): void;
}

export function createTokenBucket({ ratePerSecond, burst }: Rate, { nowMs, sleep }: Clock): TokenBucket {
  let tokens = burst;
  let filledAtMs = nowMs();
  let closedUntilMs = filledAtMs;
  const refill = (): void => {
    const now = nowMs();
    // While the bucket is closed nothing flows in.
    if (now <= filledAtMs) return;
    tokens = Math.min(burst, tokens + ((now - filledAtMs) / 1000) * ratePerSecond);
    filledAtMs = now;
  };
  return {
    async take() {
      for (;;) {
        refill();
        // A negative number of tokens is the length of the queue: each caller reserves its place before it waits.
        tokens -= 1;
        const waitMs = Math.max(0, filledAtMs - nowMs()) + (Math.max(0, -tokens) / ratePerSecond) * 1000;
        if (waitMs > 0) await sleep(waitMs);
        // Closed while we waited: the place is lost, as the queue starts again.
        if (nowMs() >= closedUntilMs) return;
      }
    },
    hold(milliseconds) {
      refill();
      tokens = Math.min(tokens, 0);
      closedUntilMs = Math.max(closedUntilMs, nowMs() + milliseconds);
      filledAtMs = Math.max(filledAtMs, closedUntilMs);
    },
  };
}
