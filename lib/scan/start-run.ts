// Names a run and starts it. The name is the brake: what would look at the same target at the same time has the
// same name, and the second execution of a name is refused by Step Functions.

import { createHash } from "node:crypto";
import type { Run, StartRequest } from "../events.ts";
import type { StateMachine } from "./sources.ts";

type RunRequest = Extract<StartRequest, { kind: "run" }>;

/**
 * Changes of one target within a bucket are one run, which looks after the bucket's end: a change that comes late
 * in it is seen by that run, and one that comes after it makes the next. It also caps the runs of one target.
 */
interface Bucket {
  readonly label: string;
  readonly seconds: number;
  /** An accepted EKS call is not finished: an add-on update takes minutes, and an early look sees the old state. */
  readonly settleSeconds: number;
}
const CHANGE: Bucket = { label: "change", seconds: 300, settleSeconds: 300 };
/** A cluster mostly takes EKS ten to fifteen minutes, without a promise; an earlier run would find it CREATING. */
const SLOW_CHANGE: Bucket = { label: "slow-change", seconds: 300, settleSeconds: 1200 };
/** A person waits for this one, and has nothing to settle. */
const ACTION: Bucket = { label: "action", seconds: 60, settleSeconds: 0 };

export interface StartContext {
  readonly now: () => Date;
  /** A few random characters of [a-z0-9]. */
  readonly createSuffix: () => string;
  readonly bucket: string;
  readonly stateMachine: StateMachine;
}

export async function startRun(
  request: RunRequest,
  context: StartContext,
): Promise<Run | { readonly ignored: string }> {
  const run = toRun(request, context);
  const isNew = await context.stateMachine.startExecution(run.runId, run);
  return isNew ? run : { ignored: `the run ${run.runId} is there already, and sees the same` };
}

export function toRun(
  request: RunRequest,
  { now, createSuffix, bucket }: Omit<StartContext, "stateMachine">,
): Run {
  const { trigger, scope, rescanMissed, occurredAt } = request;
  const rest = { trigger, scope, ...(rescanMissed !== undefined && { rescanMissed }), bucket };
  const wait = toBucket(request);
  if (wait !== null) {
    const time = now().getTime();
    const bucketMs = wait.seconds * 1000;
    // By our clock, not the event's: an event may be late, and its time is not ours to trust.
    const endMs = (Math.floor(time / bucketMs) + 1) * bucketMs;
    const waitSeconds = Math.ceil((endMs - time) / 1000) + wait.settleSeconds;
    return { runId: `${toName(new Date(endMs))}-${wait.label}-${toDigest(scope)}`, waitSeconds, ...rest };
  }
  // EventBridge Scheduler delivers at least once: the scheduled time makes two deliveries one run.
  const name =
    trigger === "schedule" && occurredAt !== null
      ? `${toName(new Date(occurredAt))}-schedule`
      : `${toName(now())}-${createSuffix()}`;
  return { runId: name, waitSeconds: 0, ...rest };
}

function toBucket({ trigger, isSlow }: RunRequest): Bucket | null {
  if (trigger === "eks-api-call" || trigger === "eks-addon-event") return isSlow ? SLOW_CHANGE : CHANGE;
  return trigger === "security-hub-action" ? ACTION : null;
}

/** Sorts by time, and holds only what S3 keys and execution names may. */
function toName(time: Date): string {
  return time.toISOString().replaceAll(/[:.]/g, "-");
}

function toDigest(scope: RunRequest["scope"]): string {
  const target = JSON.stringify([scope.accounts ?? null, scope.regions ?? null, scope.clusters ?? null]);
  return createHash("sha256").update(target).digest("hex").slice(0, 16);
}
