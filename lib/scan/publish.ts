// Sends a cluster's findings to the Security Hub of its own account and Region, and what is about an account
// that cannot be entered to the scanner's own. Every rejected finding is named; nothing here decides a verdict.

import type { Finding } from "../model/finding.ts";

/** What became of the findings that one sink was given. */
export interface Delivery {
  readonly sent: number;
  readonly failed: readonly { readonly id: string; readonly code: string; readonly message: string }[];
}

export const NOTHING_TO_DELIVER: Delivery = { sent: 0, failed: [] };

/** Passed checks stay out until the state says that they were open before. */
export function isPublished({ status }: Finding): boolean {
  return status === "fail" || status === "unknown" || status === "exempt";
}
