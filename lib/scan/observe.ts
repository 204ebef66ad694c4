// The only place where an error of the outside world becomes data. Holds the only `try` of lib/scan.
// It may not swallow our own bugs: what no translator knows is thrown again.

import { seen, type Observed, type Unseen } from "../model/observed.ts";

/** Gives the reason for an error of one layer (AWS, Kubernetes), or null for an error that is not its own. */
export type ToUnseen = (error: unknown) => Unseen | null;

export type Observe = <T>(read: () => Promise<T>) => Promise<Observed<T>>;

export function createObserve(translators: readonly ToUnseen[]): Observe {
  return async (read) => {
    try {
      return seen(await read());
    } catch (error) {
      for (const toUnseen of translators) {
        const reason = toUnseen(error);
        if (reason !== null) return reason;
      }
      throw error;
    }
  };
}
