// The last write of each state, held back until people were told: a run that dies before its digest leaves what it
// sent as an intention, and the next run tells of it. Decides nothing about a finding.

import pLimit from "p-limit";
import type { Observed } from "../model/observed.ts";
import type { Written } from "./state-slot.ts";

/** Writes a state in which what was sent is confirmed. */
export type Confirm = () => Promise<Observed<Written>>;

export interface Confirmations {
  readonly later: (confirm: Confirm) => void;
  /** A sentence for each that could not be written. A conflict is another run, which has our intentions. */
  readonly writeAll: () => Promise<readonly string[]>;
}

/** Few enough that none of them spends its time limit waiting for a socket. */
const CONCURRENCY = 16;

export function openConfirmations(): Confirmations {
  let held: Confirm[] = [];
  return {
    later: (confirm) => void held.push(confirm),
    async writeAll() {
      const limit = pLimit(CONCURRENCY);
      const due = held;
      held = [];
      const written = await Promise.all(due.map((confirm) => limit(confirm)));
      return written.flatMap((one) => (one.seen ? [] : [toUnconfirmedRemark(one.detail)]));
    },
  };
}

export function toUnconfirmedRemark(detail: string): string {
  return `What was sent could not be confirmed in the state, so the next run sends it again: ${detail}.`;
}
