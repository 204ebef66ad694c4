// In which order postures stand, on the page and in the terminal.

import type { Posture } from "../model/posture.ts";

/** Worst first: an inert policy is worse than none, because people believe in it. */
export const POSTURE_ORDER = [
  "inert",
  "unprotected",
  "partial",
  "unknown",
  "isolated",
  "empty",
] as const satisfies readonly Posture[];
