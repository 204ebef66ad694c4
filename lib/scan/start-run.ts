// Names a run. The id sorts by time and is unique, so that two runs never share a prefix of the bucket.

import type { Run, StartRequest } from "../events.ts";

/** An accepted EKS call is not finished: an add-on update takes minutes, and an early look sees the old state. */
const SETTLE_SECONDS = 300;

export interface StartContext {
  readonly now: () => Date;
  /** A few random characters of [a-z0-9]. */
  readonly createSuffix: () => string;
  readonly bucket: string;
}

export function startRun(request: Extract<StartRequest, { kind: "run" }>, context: StartContext): Run {
  const time = context.now().toISOString().replaceAll(/[:.]/g, "-");
  const isChange = request.trigger === "eks-api-call" || request.trigger === "eks-addon-event";
  return {
    runId: `${time}-${context.createSuffix()}`,
    trigger: request.trigger,
    scope: request.scope,
    waitSeconds: isChange ? SETTLE_SECONDS : 0,
    bucket: context.bucket,
  };
}
