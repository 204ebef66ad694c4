// Waits for work that cannot be cancelled, but no longer than a signal allows. Leaves no listener behind.

/** Rejects with `toError()` as soon as the signal fires; the work itself goes on unheard. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal, toError: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(toError());
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
