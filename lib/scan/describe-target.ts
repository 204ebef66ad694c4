// What the Amazon EKS API says of one cluster. Asked while others are read (turns.ts), so that no turn passes with waiting
// for it; asked again where its cluster's turn came so late that it has grown old.

import { untilAborted } from "../model/until-aborted.ts";
import { withinTime } from "../model/within-time.ts";
import type { CloudFacts } from "./collect.ts";
import type { ScanContext } from "./scan-cluster.ts";
import type { AccountInventory } from "./sources.ts";

export interface TargetDescription extends Pick<CloudFacts, "cluster" | "vpcCniAddon"> {
  readonly observedFrom: Date;
  /** What is left of the time for this cluster. To wait for its turn takes nothing of it. */
  readonly leftMs: number;
}

type DescribeContext = Pick<ScanContext, "observe" | "now" | "deadlineMs" | "signal">;

/** Behind big clusters a turn comes after minutes, in which a cluster may get another endpoint or be gone. */
const MAX_AGE_MS = 60_000;

/** Null: the run was ended, and nothing more is asked. */
export async function describeAhead(
  account: AccountInventory,
  region: string,
  name: string,
  context: DescribeContext,
): Promise<TargetDescription | null> {
  return context.signal.aborted ? null : describeTarget(account, region, name, context);
}

export function isFresh(
  description: TargetDescription | null,
  { now }: Pick<ScanContext, "now">,
): description is TargetDescription {
  return description !== null && now().getTime() - description.observedFrom.getTime() <= MAX_AGE_MS;
}

export async function describeTarget(
  account: AccountInventory,
  region: string,
  name: string,
  { observe, now, deadlineMs, signal }: DescribeContext,
): Promise<TargetDescription> {
  const observedFrom = now();
  const startedMs = performance.now();
  const [cluster, vpcCniAddon] = await withinTime(deadlineMs, signal, (deadline) => {
    const read = <T>(call: () => Promise<T>) => observe(() => untilAborted(call(), deadline, toAbortError));
    return Promise.all([
      read(() => account.describeCluster(region, name)),
      read(() => account.describeAddon(region, name, "vpc-cni")),
    ]);
  });
  const leftMs = Math.max(0, deadlineMs - Math.round(performance.now() - startedMs));
  return { cluster, vpcCniAddon, observedFrom, leftMs };
}

/** As the SDK's own where a signal ends its call. */
function toAbortError(): Error {
  return new DOMException("the time for this call ran out", "AbortError");
}
