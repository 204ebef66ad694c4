// What AWS charges, and the sizes that the measured model of docs/operations.md uses. The one source of both:
// test/estimate/prices.test.ts compares the document. Nothing here is asked of AWS.

/** When the prices were collected, and for which Region. None of them was read from a bill. */
export const PRICES_OF = { date: "2026-11", region: "us-east-1" } as const;

/** US dollars. */
export const PRICES = {
  /** One ingestion event: a new finding or an update. */
  securityHubEvent: 0.00003,
  lambdaGbSecond: 0.0000133334,
  lambdaRequest: 0.0000002,
  stateTransition: 0.000025,
  s3Write: 0.000005,
  logGigabyte: 0.5,
  /** A month. */
  kmsKey: 1,
  /** Five alarms on seven metrics: an alarm on a sum costs as many as it adds. */
  alarms: 0.7,
  metric: 0.3,
} as const;

/** Ingestion events without charge, per account, Region and month. */
export const FREE_EVENTS = 10_000;

export const MODEL = {
  discoverSeconds: 3,
  discoverGb: 0.5,
  scanGb: 1,
  clustersPerChunk: 20,
  transitionsPerChild: 3,
  logKilobytes: 2,
  /** CloudWatch metrics of each trigger that occurs; the schedule always does. */
  metricsPerTrigger: 12,
  /** An open finding is said again after so long without a change (lib/scan/sending.ts). */
  heartbeatDays: 30,
} as const;

export const DAYS_PER_MONTH = 365 / 12;
