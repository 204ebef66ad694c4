// What one client of a cluster knows of its credentials: whether they opened the door, and what a 401 then means. Sends
// nothing itself.

import type { HttpStatusError } from "./errors.ts";

/** Headers that authenticate. */
export type Credentials = Readonly<Record<string, string>>;

export interface Door {
  /** The answer that said for good that nobody comes in with these credentials. */
  readonly refusal: HttpStatusError | null;
  /** Runs `read`; all others wait until the first one has ended. */
  enter<T>(read: () => Promise<T>): Promise<T>;
  show(credentials: Credentials): Shown;
  opened(by: Shown): void;
  /** Whatever else than 401 was the answer, somebody was let in. */
  answered(shown: Shown, error: HttpStatusError): void;
  /** What was refused since the last request was sent, if anything. */
  takeRefused(): Credentials | undefined;
}

export interface Shown {
  readonly credentials: Credentials;
  readonly key: string;
  /** They were asked for in place of the same ones: there are no others. */
  readonly isExpired: boolean;
}

/**
 * A 401 is about the credentials and not about what was asked, so the first request goes alone, and a refusal is
 * everybody's. An authenticator that could not ask its own authority says 401 as well: that is worth one more try.
 * Credentials that opened the door and do no more have expired: others are shown, as often as those were good before.
 */
export function createDoor(): Door {
  let knocks = 1;
  let refusal: HttpStatusError | null = null;
  let refused: Credentials | undefined;
  let good: string | null = null;
  /** Expired and replaced: whoever was under way with them comes again. */
  const replaced = new Set<string>();
  return {
    get refusal() {
      return refusal;
    },
    show(credentials) {
      const key = JSON.stringify(credentials);
      return { credentials, key, isExpired: replaced.has(key) };
    },
    opened({ key }) {
      good = key;
    },
    answered({ credentials, key, isExpired }, error) {
      if (error.status !== 401) {
        good = key;
        return;
      }
      if (isExpired) refusal = error;
      if (replaced.has(key)) return;
      refused = credentials;
      if (key === good) replaced.add(key);
      else if (knocks-- <= 0) refusal = error;
    },
    takeRefused() {
      const taken = refused;
      refused = undefined;
      return taken;
    },
    enter: createVestibule(),
  };
}

/** The first one enters alone. */
function createVestibule(): Door["enter"] {
  let first: Promise<unknown> | null = null;
  return async (read) => {
    if (first !== null) {
      await Promise.allSettled([first]);
      return read();
    }
    const own = read();
    first = own;
    return own;
  };
}
