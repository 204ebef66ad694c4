// What a configuration costs for an estate: findings, ingestion events and dollars, by the formula of
// docs/operations.md. Pure. Free tiers other than Security Hub's are not counted.

import type { Estate, Hub } from "./estate.ts";
import { DAYS_PER_MONTH, FREE_EVENTS, MODEL, PRICES } from "./prices.ts";

export const INCLUDES = ["changes", "all"] as const;
export type Include = (typeof INCLUDES)[number];

export interface Assumptions {
  readonly runsPerDay: number;
  /** Share of the findings sent that change on one day, from 0 to 1. */
  readonly changedPerDay: number;
  /** Seconds that one chunk of clusters takes. */
  readonly chunkSeconds: number;
}

export interface Amount {
  /** Ingestion events of Security Hub. */
  readonly events: number;
  readonly usd: number;
}

export interface Ingestion {
  readonly firstRun: Amount;
  readonly firstMonth: Amount;
  /** Each month after the first. */
  readonly laterMonth: Amount;
  /** Hubs that stay within the free events in every month after the first. */
  readonly freeHubs: number;
}

/** US dollars a month. */
export interface Running {
  readonly lambda: number;
  readonly steps: number;
  readonly s3: number;
  readonly logs: number;
  readonly fixed: number;
  readonly total: number;
}

export interface Estimate {
  readonly ingestion: Readonly<Record<Include, Ingestion>>;
  readonly running: Running;
}

export function estimate(estate: Estate, assumptions: Assumptions): Estimate {
  return {
    ingestion: {
      changes: toIngestion(
        estate.hubs.map(({ open }) => open),
        assumptions,
      ),
      all: toIngestion(estate.hubs.map(toShown), assumptions),
    },
    running: toRunning(estate, assumptions),
  };
}

function toShown({ open, passed }: Hub): number {
  return open + passed;
}

/** `shown`: the findings that each hub is told of. */
function toIngestion(shown: readonly number[], { changedPerDay }: Assumptions): Ingestion {
  const changes = shown.map((findings) => findings * changedPerDay * DAYS_PER_MONTH);
  const unchanged = (1 - changedPerDay) ** MODEL.heartbeatDays;
  const heartbeats = shown.map((findings) => (findings * unchanged * DAYS_PER_MONTH) / MODEL.heartbeatDays);
  // Nothing is 30 days old in the month of its first import.
  const firstMonth = shown.map((findings, hub) => findings + (changes[hub] ?? 0));
  const laterMonth = changes.map((events, hub) => events + (heartbeats[hub] ?? 0));
  return {
    firstRun: toAmount(shown),
    firstMonth: toAmount(firstMonth),
    laterMonth: toAmount(laterMonth),
    freeHubs: laterMonth.filter((events) => events <= FREE_EVENTS).length,
  };
}

function toAmount(perHub: readonly number[]): Amount {
  const charged = perHub.map((events) => Math.max(0, Math.round(events) - FREE_EVENTS));
  return { events: sum(perHub.map(Math.round)), usd: sum(charged) * PRICES.securityHubEvent };
}

function toRunning(
  { accounts, clusters, chunks }: Estate,
  { runsPerDay, chunkSeconds }: Assumptions,
): Running {
  const runs = runsPerDay * DAYS_PER_MONTH;
  const invocations = accounts + chunks;
  const gbSeconds =
    accounts * MODEL.discoverSeconds * MODEL.discoverGb + chunks * chunkSeconds * MODEL.scanGb;
  const lambda = runs * (gbSeconds * PRICES.lambdaGbSecond + invocations * PRICES.lambdaRequest);
  const steps = runs * invocations * MODEL.transitionsPerChild * PRICES.stateTransition;
  const s3 = runs * (accounts + 3 * clusters + chunks) * PRICES.s3Write;
  const logs = ((runs * invocations * MODEL.logKilobytes) / 1e6) * PRICES.logGigabyte;
  const fixed = PRICES.kmsKey + PRICES.alarms + MODEL.metricsPerTrigger * PRICES.metric;
  return { lambda, steps, s3, logs, fixed, total: sum([lambda, steps, s3, logs, fixed]) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
