// The hub of a caller's account and Region: its ARNs, whether it is on, and the findings that it holds.

import { AwsError } from "../aws-error.ts";
import type { CallContext } from "../operation.ts";
import { getOrCreate } from "../stores.ts";
import type { StoredFinding } from "../stores.ts";

export function toHubArn({ world, account, region }: CallContext): string {
  return `arn:${world.partition}:securityhub:${region}:${account.id}:hub/default`;
}

/** The product under which an account may import findings of its own. */
export function toDefaultProductArn({ world, account, region }: CallContext): string {
  return `arn:${world.partition}:securityhub:${region}:${account.id}:product/${account.id}/default`;
}

/** By `findingKey`. Throws where Security Hub CSPM is off. */
export function requireHub({ account, region, stores }: CallContext): Map<string, StoredFinding> {
  if (!account.securityHubRegions.includes(region)) {
    throw new AwsError(
      "InvalidAccessException",
      401,
      `Account ${account.id} is not subscribed to AWS Security Hub`,
    );
  }
  return getOrCreate(stores.findings, `${account.id}/${region}`, () => new Map());
}

/** Findings match on Id within a product. */
export function findingKey(productArn: string, id: string): string {
  return `${productArn} ${id}`;
}

export function invalidInput(message: string): AwsError {
  return new AwsError("InvalidInputException", 400, message);
}
