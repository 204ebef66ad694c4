// "Security Hub is not enabled there", told apart from every other refusal: it is a state of the hub, not a fault.

import { unseen } from "../model/observed.ts";
import { createObserve } from "./observe.ts";

/** `InvalidAccessException: Account … is not subscribed to AWS Security Hub` (facts/publishing §1.7). */
export const observeHubOff = createObserve([
  (error) =>
    error instanceof Error && error.name === "InvalidAccessException"
      ? unseen("not-supported", "Security Hub is off")
      : null,
]);
