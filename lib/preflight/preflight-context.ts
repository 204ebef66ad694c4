// What every check of doctor gets: how to look, and words that they share.

import { toNextStep } from "../model/next-step.ts";
import type { Unseen } from "../model/observed.ts";
import type { CheckRow, CheckScope } from "../model/preflight.ts";
import type { Observe } from "../scan/observe.ts";
import type { AccessProbe } from "../scan/probe-sources.ts";
import type { ClusterAccess, ReadOptions } from "../scan/sources.ts";

export interface PreflightContext {
  readonly observe: Observe;
  readonly roleName: string;
  /** Whose credentials these are, as an ARN; "" before they are known. */
  readonly caller: string;
  /** Whether an account is entered by assuming the role. */
  readonly assumes: (accountId: string) => boolean;
  readonly openProbe: (access: ClusterAccess, options: ReadOptions) => AccessProbe;
  readonly requestTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** What a check found, and what the next one needs of it; null: it cannot go on. */
export interface Found<T> {
  readonly value: T | null;
  readonly rows: readonly CheckRow[];
}

export function toCheckNextStep({ why, detail }: Unseen, scope: CheckScope): string {
  return toNextStep({ ...scope, outcome: "missed", why, detail });
}
