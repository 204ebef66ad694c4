// Clusters take turns, so many at a time. Who only waits for the others of its account and Region, whose findings are
// imported together with its own, gives its turn to one of them: nobody waits for somebody who cannot begin.

import pLimit, { type LimitFunction } from "p-limit";
import type { AsffFinding } from "../model/asff.ts";
import type { Delivery } from "./publish.ts";
import type { SecurityHub } from "./sources.ts";

/** One cluster among those of its account and Region that a process looks at. */
export interface Seat {
  /** Imports the findings together with the others'. `onWait` is called where that is not at once. */
  readonly deliver: (
    findings: readonly AsffFinding[],
    hub: SecurityHub,
    onWait: () => void,
  ) => Promise<Delivery>;
  /** Nothing comes from this cluster any more; the others need not wait for it. */
  readonly leave: () => void;
}

/** Called for all clusters of an account and Region before the first of them begins. */
export type Join = (account: string, region: string) => Seat;

export interface Turn {
  readonly seat: Seat | null;
  readonly release: () => void;
}

/** `seat` null: nothing is published. */
export function takeTurn<T>(
  limit: LimitFunction,
  seat: Seat | null,
  work: (turn: Turn) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    void limit(
      () =>
        new Promise<void>((release) => {
          void work({ seat, release })
            .finally(() => {
              seat?.leave();
              release();
            })
            .then(resolve, reject);
        }),
    );
  });
}

/** Turns before which something is asked. */
export interface PreparedTurns {
  take<P, T>(
    seat: Seat | null,
    prepare: () => Promise<P>,
    work: (prepared: P, turn: Turn) => Promise<T>,
  ): Promise<T>;
}

/** The next clusters are prepared while as many others have their turn; no more of them, so that nothing grows old. */
export function openTurns(concurrency: number): PreparedTurns {
  const inside = pLimit(2 * concurrency);
  const turns = pLimit(concurrency);
  return {
    take: (seat, prepare, work) =>
      takeTurn(inside, seat, async ({ release: leave }) => {
        const prepared = await prepare();
        return takeTurn(turns, null, ({ release: end }) => {
          const release = (): void => {
            end();
            leave();
          };
          return work(prepared, { seat, release });
        });
      }),
  };
}
