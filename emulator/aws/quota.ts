// A quota of calls: so many at once, then so many a second. What comes beyond is refused, and costs nothing more.

import { AwsError } from "./aws-error.ts";
import type { CallContext } from "./operation.ts";
import { getOrCreate } from "./stores.ts";

export interface Quota {
  readonly ratePerSecond: number;
  readonly burst: number;
}

/** Of the caller's account and Region. Throws LimitExceededException where it is used up. */
export function takeFromQuota(
  operation: string,
  quota: Quota,
  { stores, account, region, now }: CallContext,
): void {
  const nowMs = now.getTime();
  const key = `${operation} ${account.id} ${region}`;
  const bucket = getOrCreate(stores.quotas, key, () => ({ tokens: quota.burst, filledAtMs: nowMs }));
  const passedSeconds = Math.max(0, nowMs - bucket.filledAtMs) / 1000;
  bucket.tokens = Math.min(quota.burst, bucket.tokens + passedSeconds * quota.ratePerSecond);
  bucket.filledAtMs = nowMs;
  // A caller that keeps exactly to the rate must not fail for a rounding of its clock.
  if (bucket.tokens < 0.99) throw new AwsError("LimitExceededException", 429, "Rate limit exceeded");
  bucket.tokens -= 1;
}
