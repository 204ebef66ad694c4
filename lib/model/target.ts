// What a scan is about: one cluster, in one Region of one account.

import type { Why } from "./observed.ts";

/** `account` and `region` are null for a kubeconfig or offline scan: there is no AWS around it. */
export interface Target {
  readonly account: string | null;
  readonly region: string | null;
  readonly cluster: string;
}

export const COVERAGE_OUTCOMES = ["scanned", "partial", "missed", "skipped"] as const;
export type CoverageOutcome = (typeof COVERAGE_OUTCOMES)[number];

/**
 * One line of the completeness proof. `partial` and `missed` make a run incomplete; `skipped` (not ours to
 * scan, and said so) does not. Null means "the whole of": region null is a whole account.
 */
export interface Coverage {
  readonly account: string | null;
  readonly region: string | null;
  readonly cluster: string | null;
  readonly file?: string;
  readonly line?: number;
  readonly outcome: CoverageOutcome;
  readonly why?: Why;
  readonly detail?: string;
}
