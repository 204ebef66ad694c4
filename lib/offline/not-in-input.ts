// What the input does not hold, in the scan's own words: nobody tried to see it. That affects neither whether
// a run is complete nor the exit code (CONTRACTS, "Offline input").

import { unseen, type Unseen } from "../model/observed.ts";

export class NotInInputError extends Error {
  override readonly name = "NotInInputError";
}

export function toUnseen(error: unknown): Unseen | null {
  return error instanceof NotInInputError ? unseen("not-attempted", error.message) : null;
}
