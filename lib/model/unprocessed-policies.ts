// Policies of which AWS's controller has made no rules, or other ones than they say: what NETPOL.5 fails for.

import type { ProcessedPolicy } from "./enforcement-detail.ts";

export type UnprocessedPolicy = ProcessedPolicy & {
  readonly state: Exclude<ProcessedPolicy["state"], "processed" | "unknown">;
};

export function isUnprocessed(policy: ProcessedPolicy): policy is UnprocessedPolicy {
  return policy.state !== "processed" && policy.state !== "unknown";
}
