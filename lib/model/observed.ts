// What one read of the outside world gave: a value that we saw, or the reason why we could not look.
// Nothing here may turn "could not look" into a value: only the engine (scan/evaluate.ts) unwraps.

/** Why something was not seen. Derived from error names and statuses, never from message text. */
export const WHYS = [
  "access-denied",
  "unreachable",
  "throttled",
  "server-error",
  "malformed",
  "not-supported",
  "deadline",
  "incomplete",
  "not-attempted",
] as const;
export type Why = (typeof WHYS)[number];

export interface Seen<T> {
  readonly seen: true;
  readonly value: T;
}

export interface Unseen {
  readonly seen: false;
  readonly why: Why;
  /** One clause for a human: what was tried and what came back. Never holds a credential. */
  readonly detail: string;
}

export type Observed<T> = Seen<T> | Unseen;

export function seen<T>(value: T): Seen<T> {
  return { seen: true, value };
}

export function unseen(why: Why, detail: string): Unseen {
  return { seen: false, why, detail };
}
